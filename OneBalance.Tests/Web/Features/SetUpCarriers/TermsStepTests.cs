using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using OneBalance.Core;
using OneBalance.Tests.Web.Features.Funding;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.SetUpCarriers;

namespace OneBalance.Tests.Web.Features.SetUpCarriers;

/// <summary>Finish Setup never disappears (rule 3).</summary>
public sealed class TermsStepTests
{
    [Fact]
    public async Task Present_and_disabled_with_the_reason_until_ticked_then_enabled()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        await using var context = Context(bench);

        var step = Show(context, merchant);
        Assert.True(Finish(step).HasAttribute("disabled"));
        Assert.Equal("Tick the box above to finish.", step.Find("#finish-why").TextContent);
        await step.Find("input[type=checkbox]").ChangeAsync(new() { Value = true });

        Assert.False(Finish(step).HasAttribute("disabled"));
    }

    [Fact]
    public async Task Back_with_a_plain_error_when_saving_fails()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            await db.Merchants.ExecuteUpdateAsync(set => set.SetProperty(m => m.SetUpFinishedAt, (DateTimeOffset?)null));
            await db.Database.ExecuteSqlRawAsync("CREATE TRIGGER broken BEFORE INSERT ON terms_acceptances BEGIN SELECT RAISE(ABORT, 'disk'); END");
        }

        await using var context = Context(bench);
        var step = Show(context, merchant, ticked: true);
        await step.InvokeAsync(() => Finish(step).ClickAsync(new()));

        step.WaitForAssertion(() => Assert.Contains("Press again", step.Markup));
        Assert.False(Finish(step).HasAttribute("disabled"));
        Assert.Equal("false", Finish(step).GetAttribute("aria-busy") ?? "false");
    }

    [Fact]
    public async Task A_business_in_Quebec_is_shown_French_first_and_may_choose_English()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        await using var context = Context(bench);

        var step = Show(context, merchant, ticked: true, frenchFirst: true);
        Assert.Equal("fr-CA", step.Find(".terms").GetAttribute("lang"));
        await step.InvokeAsync(() => step.FindAll("button").First(button => button.TextContent.Contains("Read in English", StringComparison.Ordinal)).ClickAsync(new()));

        Assert.Equal("en-CA", step.Find(".terms").GetAttribute("lang"));
        Assert.True(Finish(step).HasAttribute("disabled"));
    }

    private static BunitContext Context(FundingBench bench)
    {
        System.Globalization.CultureInfo.CurrentUICulture = System.Globalization.CultureInfo.GetCultureInfo("en-CA");
        var context = new BunitContext();
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.Services.AddMudServices();
        context.Services.AddLocalization();
        context.Services.AddTransient(_ => ActivatorUtilities.CreateInstance<SaveSetUp>(bench.App.Services));
        context.Services.AddTransient(_ => ActivatorUtilities.CreateInstance<FinishSetUp>(bench.App.Services));
        context.Services.AddSingleton(PublishedTerms.OfTheProduct);
        context.Services.AddSingleton<TimeProvider>(bench.Time);
        return context;
    }

    private static IRenderedComponent<TermsStep> Show(BunitContext context, MerchantId merchant, bool ticked = false, bool frenchFirst = false) =>
        context.Render<TermsStep>(step => step
            .Add(s => s.User, new SignedInMerchant(merchant, "user-1", "owner@example.com"))
            .Add(s => s.FrenchFirst, frenchFirst)
            .Add(s => s.Ticked, ticked)
            .Add(s => s.Back, () => { })
            .Add(s => s.Done, () => { }));

    private static AngleSharp.Dom.IElement Finish(IRenderedComponent<TermsStep> step) =>
        step.FindAll("button").Single(button => button.TextContent.Contains("Finish Setup", StringComparison.Ordinal));
}
