namespace OneBalance.Web.Components.Forms;

/// <summary>Composition of the forms shared by features.</summary>
public static class FormsRoom
{
    public static void AddForms(this WebApplicationBuilder builder) => builder.Services.AddScoped<PlaceNames>();
}
