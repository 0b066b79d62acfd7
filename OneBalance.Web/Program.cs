using Microsoft.AspNetCore.Connections;
using OneBalance.Web;
using OneBalance.Web.Components;
using OneBalance.Web.Components.Account;
using OneBalance.Web.Data;
using OneBalance.Web.Emulators;
using OneBalance.Web.Features;
using OneBalance.Web.Integrations;

if (await Verbs.RunAsync(args) is { } exitCode)
{
    return exitCode;
}

var builder = WebApplication.CreateBuilder(Settings.Unwatched(args));
builder.AddSettings();
builder.AddData();
var sweepClock = builder.AddDevelopmentClock();
builder.AddAccounts();
builder.AddFeatures();
builder.AddIntegrations();
builder.AddEmulators();
builder.AddPages();
builder.ScheduleSweeps(sweepClock);

var app = builder.Build();
await app.Services.MigrateAsync(CancellationToken.None);
await app.SeedAccountsAsync();
app.UsePages();
app.MapIntegrations();
app.MapFeatures();
app.MapPages();
app.MapDevelopmentClock();
app.AnnounceAddress();
try
{
    await app.RunAsync();
    return 0;
}
catch (IOException failure) when (failure.InnerException is AddressInUseException)
{
    await Console.Error.WriteLineAsync(
        $"OneBalance did not start. {failure.Message} Is it running already? Other addresses are configured by Urls, Emulators:CanadaPostUrl and Emulators:StripeUrl.");
    return 1;
}

/// <summary>Named so that tests can start the product in-process.</summary>
public partial class Program;
