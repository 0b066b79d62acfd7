using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OneBalance.Core;
using OneBalance.Core.Team;
using OneBalance.Tests.Support;
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
    public async Task Back_with_a_plain_error_and_a_reference_in_the_log_when_saving_fails()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await NotSetUpAsync(bench);
        await BreakAsync(bench, "terms_acceptances");
        await using var context = Context(bench);

        var step = Show(context, merchant, ticked: true);
        await step.InvokeAsync(() => Finish(step).ClickAsync(new()));

        step.WaitForAssertion(() => Assert.Contains("It could not be saved, and nothing you entered is lost.", step.Markup));
        string reference = Reference(step.Find("[role=alert]").TextContent);
        Assert.Contains(bench.App.Log.Lines, line => line.Level == LogLevel.Error && line.Text.Contains(reference, StringComparison.Ordinal) && line.Text.Contains("'disk'", StringComparison.Ordinal));
        Assert.DoesNotContain("Another tab", step.Markup);
        Assert.False(Finish(step).HasAttribute("disabled"));
        Assert.Equal("false", Finish(step).GetAttribute("aria-busy"));
    }

    [Fact]
    public async Task Another_tabs_change_in_the_same_moment_is_said_as_such_and_pressing_again_finishes()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await NotSetUpAsync(bench);
        await using var context = Context(bench);
        var tab = new OtherTab(bench.App.Contexts);
        context.Services.AddTransient(_ => new FinishSetUp(tab, PublishedTerms.OfTheProduct, bench.Time));
        bool done = false;
        var step = Show(context, merchant, ticked: true, done: () => done = true);

        await step.InvokeAsync(() => Finish(step).ClickAsync(new()));
        step.WaitForAssertion(() => Assert.Contains("Another tab changed this in the same moment. Press again.", step.Markup));
        Assert.DoesNotContain(bench.App.Log.Lines, line => line.Level == LogLevel.Error);
        tab.Quiet = true;
        await step.InvokeAsync(() => Finish(step).ClickAsync(new()));

        step.WaitForAssertion(() => Assert.True(done));
    }

    [Fact]
    public async Task Busy_while_saving_and_a_second_press_does_nothing()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await NotSetUpAsync(bench);
        await using var context = Context(bench);
        var held = new TaskCompletionSource<Rights>();
        int asked = 0;
        int done = 0;
        var access = MerchantAccess.OfPerson(merchant, Rights.Owner, _ =>
        {
            asked++;
            return held.Task;
        });
        var step = Show(context, access, ticked: true, done: () => done++);

        var first = step.InvokeAsync(() => Finish(step).ClickAsync(new()));
        step.WaitForAssertion(() => Assert.Equal("true", Finish(step).GetAttribute("aria-busy")));
        var second = step.InvokeAsync(() => Finish(step).ClickAsync(new()));
        held.SetResult(Rights.Owner);
        await Task.WhenAll(first, second);

        step.WaitForAssertion(() => Assert.Equal("false", Finish(step).GetAttribute("aria-busy")));
        Assert.Equal((1, 1), (asked, done));
    }

    [Fact]
    public async Task A_tick_that_cannot_be_saved_leaves_the_button_and_says_so()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await NotSetUpAsync(bench);
        await BreakAsync(bench, "set_up_drafts");
        await using var context = Context(bench);

        var step = Show(context, merchant);
        await step.Find("input[type=checkbox]").ChangeAsync(new() { Value = true });

        step.WaitForAssertion(() => Assert.Contains("It could not be saved", step.Find("[role=alert]").TextContent));
        Assert.False(Finish(step).HasAttribute("disabled"));
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

    private static ComponentRoom Context(FundingBench bench)
    {
        var context = new ComponentRoom();
        context.Services.AddLogging(logging => logging.AddProvider(bench.App.Log));
        context.Services.AddTransient<SavingTrouble>();
        context.Services.AddTransient(_ => ActivatorUtilities.CreateInstance<SaveSetUp>(bench.App.Services));
        context.Services.AddTransient(_ => ActivatorUtilities.CreateInstance<FinishSetUp>(bench.App.Services));
        context.Services.AddSingleton(PublishedTerms.OfTheProduct);
        context.Services.AddSingleton<TimeProvider>(bench.Time);
        return context;
    }

    private static async Task<MerchantId> NotSetUpAsync(FundingBench bench)
    {
        var merchant = await bench.AddMerchantAsync();
        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        await db.Merchants.Where(m => m.Id == merchant).ExecuteUpdateAsync(set => set.SetProperty(m => m.SetUpFinishedAt, (DateTimeOffset?)null));
        return merchant;
    }

    /// <summary>From now on nothing new can be stored there.</summary>
    private static async Task BreakAsync(FundingBench bench, string table)
    {
        await using var db = await bench.App.Contexts.CreateDbContextAsync();
#pragma warning disable EF1002 // A name of ours.
        await db.Database.ExecuteSqlRawAsync($"CREATE TRIGGER broken BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'disk'); END");
#pragma warning restore EF1002
    }

    private static string Reference(string told) => told.Split("reference: ")[1].Trim()[..8];

    private static IRenderedComponent<TermsStep> Show(ComponentRoom context, MerchantAccess merchant, bool ticked = false, bool frenchFirst = false, Action? done = null) =>
        context.Render<TermsStep>(step => step
            .Add(s => s.User, new SignedInMerchant(merchant, "user-1", "owner@example.com"))
            .Add(s => s.FrenchFirst, frenchFirst)
            .Add(s => s.Ticked, ticked)
            .Add(s => s.Back, () => { })
            .Add(s => s.Done, done ?? (() => { })));

    private static AngleSharp.Dom.IElement Finish(IRenderedComponent<TermsStep> step) =>
        step.FindAll("button").Single(button => button.TextContent.Contains("Finish Setup", StringComparison.Ordinal));

    /// <summary>Another tab saves the merchant just before each save, until told to be quiet.</summary>
    private sealed class OtherTab(IDbContextFactory<AppDbContext> contexts) : IDbContextFactory<AppDbContext>
    {
        public bool Quiet { get; set; }

        public AppDbContext CreateDbContext()
        {
            var db = contexts.CreateDbContext();
            db.SavingChanges += (_, _) =>
            {
                if (!Quiet)
                {
                    using var other = contexts.CreateDbContext();
                    other.Merchants.ExecuteUpdate(set => set.SetProperty(m => m.Version, m => m.Version + 1));
                }
            };
            return db;
        }
    }
}
