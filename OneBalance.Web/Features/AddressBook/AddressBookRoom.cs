using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Papers;

namespace OneBalance.Web.Features.AddressBook;

internal static class AddressBookRoom
{
    public static void AddAddressBook(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AddressQueries>();
        builder.Services.AddSingleton<SaveAddress>();
        builder.Services.AddSingleton<RemoveAddress>();
        builder.Services.AddSingleton<SetDefaultSender>();
        builder.Services.AddTransient<AddressBookFile>();
        builder.Services.AddSingleton<PresetQueries>();
        builder.Services.AddSingleton<SavePreset>();
        builder.Services.AddSingleton<RemovePreset>();
        builder.Services.AddSingleton<SetDefaultPreset>();
    }

    /// <summary>The address book as a file.</summary>
    public static void MapAddressBook(this WebApplication app) =>
        app.MapGet($"/address-book/{AddressBookFile.Name}", async (HttpContext http, AddressBookFile file, string? lang, CancellationToken ct) =>
            await SignedIn.OfAsync(http) is { } user
                ? PaperAnswer.File(http, await file.CsvAsync(user.Merchant, PaperAnswer.LanguageOf(lang), ct), "text/csv; charset=utf-8", AddressBookFile.Name)
                : Results.Forbid()).RequireAuthorization(MerchantClaims.MerchantPolicy);
}
