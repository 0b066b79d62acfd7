using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Funding;
using OneBalance.Web.Data;
using OneBalance.Web.Features.SetUpCarriers;

namespace OneBalance.Tests.Web.Features.SetUpCarriers;

/// <summary>The wizard's drafts and its one effect.</summary>
public sealed class SetUpTests
{
    private static readonly Address Typed = new("", "Érablière Sample", "1 rue Sainte-Catherine", "", "Montréal", "QC", "H2X 1Z5", "CA", "514-555-0199");

    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    [Theory, MemberData(nameof(Providers))]
    public async Task What_was_typed_and_ticked_is_there_again(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.App.Database.AddMerchantAsync();
        var half = Typed with { PostalCode = "H2", Line1 = "" };

        Assert.True(await SaveAsync(bench, save => save.BillingAsync(merchant, half, CancellationToken.None)));
        await DoAsync(bench, save => save.GoToAsync(merchant, WizardStep.Payment, CancellationToken.None));
        await DoAsync(bench, save => save.TickTermsAsync(merchant, true, CancellationToken.None));
        await DoAsync(bench, save => save.ReturnToAsync(merchant, "/labels/new?draft=7", CancellationToken.None));
        await DoAsync(bench, save => save.ReturnToAsync(merchant, "https://evil.example/", CancellationToken.None));

        var view = await LoadAsync(bench, merchant);
        Assert.Equal((WizardStep.Payment, half, true, "/labels/new?draft=7"), (view.Step, view.BillingAddress, view.TermsTicked, view.ReturnPath));
        Assert.True(view.FrenchFirst);
    }

    [Fact]
    public async Task A_wizard_never_opened_begins_with_what_was_given_at_sign_up()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.App.Database.AddMerchantAsync("Maple Parcels");

        var view = await LoadAsync(bench, merchant);

        Assert.Equal((WizardStep.Billing, "Maple Parcels", "ON", false), (view.Step, view.BillingAddress.Company, view.BillingAddress.Province, view.FrenchFirst));
    }

    [Fact]
    public async Task A_field_longer_than_any_address_may_be_is_not_saved()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.App.Database.AddMerchantAsync();

        Assert.False(await SaveAsync(bench, save => save.BillingAsync(merchant, Typed with { Line1 = new string('a', 45) }, CancellationToken.None)));
        Assert.NotEqual("QC", (await LoadAsync(bench, merchant)).BillingAddress.Province);
    }

    [Fact]
    public async Task Terms_are_not_reached_without_a_card()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.App.Database.AddMerchantAsync();
        await DoAsync(bench, save => save.GoToAsync(merchant, WizardStep.Terms, CancellationToken.None));

        Assert.Equal(WizardStep.Payment, (await LoadAsync(bench, merchant)).Step);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Two_tabs_saving_at_once_lose_neither_field(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await bench.App.Database.AddMerchantAsync();

        await Task.WhenAll(
            DoAsync(bench, save => save.BillingAsync(merchant, Typed, CancellationToken.None)),
            DoAsync(bench, save => save.TickTermsAsync(merchant, true, CancellationToken.None)),
            DoAsync(bench, save => save.ReturnToAsync(merchant, "/labels/new", CancellationToken.None)));

        var view = await LoadAsync(bench, merchant);
        Assert.Equal((Typed, true, "/labels/new"), (view.BillingAddress, view.TermsTicked, view.ReturnPath));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Finish_setup_pressed_from_many_tabs_has_one_effect(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var merchant = await ReadyAsync(bench);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => FinishAsync(bench, merchant, Language.French)));
        bench.Time.Advance(TimeSpan.FromDays(1));
        Assert.IsType<FinishSetUpOutcome.Finished>(await FinishAsync(bench, merchant, Language.English));

        Assert.All(outcomes, outcome => Assert.IsType<FinishSetUpOutcome.Finished>(outcome));
        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        var acceptance = await db.TermsAcceptances.SingleAsync(a => a.MerchantId == merchant);
        var french = Terms(Language.French);
        Assert.Equal(
            (french.Version, Language.French, french.Hash, "user-1", new DateTimeOffset(2026, 11, 23, 15, 0, 0, TimeSpan.Zero)),
            (acceptance.Version, acceptance.Language, acceptance.TextHash, acceptance.UserId, acceptance.AcceptedAt));
        var account = await db.Merchants.SingleAsync(m => m.Id == merchant);
        Assert.Equal((acceptance.AcceptedAt, "Érablière Sample", "H2X1Z5"), (account.SetUpFinishedAt, account.BusinessName, account.Address.PostalCode));
        Assert.Equal(WizardStep.AutoFunding, (await LoadAsync(bench, merchant)).Step);
    }

    [Fact]
    public async Task Finish_setup_says_what_is_missing()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await ReadyAsync(bench);
        var shown = Terms(Language.English);

        Assert.IsType<FinishSetUpOutcome.TermsNotAccepted>(await FinishAsync(bench, merchant, Language.English, accepted: false));
        Assert.IsType<FinishSetUpOutcome.TermsChanged>(await FinishAsync(bench, merchant, shown with { Hash = new string('0', 64) }));
        await DoAsync(bench, save => save.BillingAsync(merchant, Typed with { Phone = "" }, CancellationToken.None));
        Assert.IsType<FinishSetUpOutcome.BillingIncomplete>(await FinishAsync(bench, merchant, Language.English));
        await DoAsync(bench, save => save.BillingAsync(merchant, Typed, CancellationToken.None));
        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            await db.Cards.ExecuteDeleteAsync();
        }

        Assert.IsType<FinishSetUpOutcome.NoCard>(await FinishAsync(bench, merchant, Language.English));
        Assert.False((await LoadAsync(bench, merchant)).Finished);
    }

    [Fact]
    public void The_terms_exist_in_both_languages_with_the_same_sections()
    {
        var english = Terms(Language.English);
        var french = Terms(Language.French);

        Assert.NotEqual(english.Hash, french.Hash);
        Assert.Equal(64, english.Hash.Length);
        Assert.Equal(english.Blocks.Select(block => (block.Kind, block.Lines.Count)), french.Blocks.Select(block => (block.Kind, block.Lines.Count)));
        Assert.Equal(12, english.Blocks.Count(block => block.Kind == TermsBlockKind.Heading));
    }

    private static TermsText Terms(Language language) => PublishedTerms.OfTheProduct.InForce(language, new DateTimeOffset(2026, 11, 23, 15, 0, 0, TimeSpan.Zero));

    private static async Task<MerchantId> ReadyAsync(FundingBench bench)
    {
        var merchant = await bench.AddMerchantAsync();
        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            await db.Merchants.Where(m => m.Id == merchant).ExecuteUpdateAsync(set => set.SetProperty(m => m.SetUpFinishedAt, (DateTimeOffset?)null));
        }

        await DoAsync(bench, save => save.BillingAsync(merchant, Typed, CancellationToken.None));
        await DoAsync(bench, save => save.GoToAsync(merchant, WizardStep.Terms, CancellationToken.None));
        return merchant;
    }

    private static Task<FinishSetUpOutcome> FinishAsync(FundingBench bench, MerchantId merchant, Language language, bool accepted = true) =>
        bench.App.InScopeAsync<FinishSetUp, FinishSetUpOutcome>(finish => finish.RunAsync(merchant, "user-1", accepted, Terms(language), CancellationToken.None));

    private static Task<FinishSetUpOutcome> FinishAsync(FundingBench bench, MerchantId merchant, TermsText shown) =>
        bench.App.InScopeAsync<FinishSetUp, FinishSetUpOutcome>(finish => finish.RunAsync(merchant, "user-1", true, shown, CancellationToken.None));

    private static Task<SetUpView> LoadAsync(FundingBench bench, MerchantId merchant) =>
        bench.App.InScopeAsync<SetUpQueries, SetUpView>(queries => queries.LoadAsync(merchant, CancellationToken.None));

    private static Task<T> SaveAsync<T>(FundingBench bench, Func<SaveSetUp, Task<T>> save) => bench.App.InScopeAsync(save);

    private static Task DoAsync(FundingBench bench, Func<SaveSetUp, Task> save) => bench.App.InScopeAsync<SaveSetUp, bool>(async s =>
    {
        await save(s);
        return true;
    });
}
