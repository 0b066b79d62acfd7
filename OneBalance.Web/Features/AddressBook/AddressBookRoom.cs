namespace OneBalance.Web.Features.AddressBook;

internal static class AddressBookRoom
{
    public static void AddAddressBook(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AddressQueries>();
        builder.Services.AddSingleton<SaveAddress>();
        builder.Services.AddSingleton<RemoveAddress>();
        builder.Services.AddSingleton<SetDefaultSender>();
        builder.Services.AddSingleton<PresetQueries>();
        builder.Services.AddSingleton<SavePreset>();
        builder.Services.AddSingleton<RemovePreset>();
        builder.Services.AddSingleton<SetDefaultPreset>();
    }
}
