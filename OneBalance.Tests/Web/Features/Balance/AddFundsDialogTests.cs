using System.Security.Claims;
using Bunit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using OneBalance.Core;
using OneBalance.Core.Billing;
using OneBalance.Tests.Support;
using OneBalance.Web.Components;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Tests.Web.Features.Funding;

/// <summary>The dialog over the real use case, the real database and the emulated processor.</summary>
public sealed class AddFundsDialogTests
{
    [Theory]
    [InlineData("9.99", "The smallest amount is $10.00.")]
    [InlineData("500.01", "The largest amount is $500.00.")]
    [InlineData("ten", "Enter an amount such as $50.00.")]
    [InlineData("", "Enter an amount such as $50.00.")]
    public async Task A_wrong_amount_is_said_and_kept_and_nothing_is_charged(string typed, string said)
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        await using var context = Context(bench, merchant);
        var (dialog, _) = await OpenAsync(context);

        await AmountField(dialog).InputAsync(new() { Value = typed });
        await dialog.InvokeAsync(() => Confirm(dialog).ClickAsync(new()));

        Assert.Contains(said, dialog.Markup);
        Assert.Equal(typed, AmountField(dialog).GetAttribute("value") ?? "");
        Assert.Equal(0, bench.Seam.Charges);
    }

    [Fact]
    public async Task The_new_balance_and_the_statement_descriptor_are_shown_before_consent()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        await bench.SubmitAsync(new OneBalance.Core.Ledger.Credit(merchant, "credit/1", new Money(7_25)));
        await using var context = Context(bench, merchant);
        var (dialog, _) = await OpenAsync(context);

        await AmountField(dialog).InputAsync(new() { Value = "75" });

        Assert.Equal("$82.25", dialog.Find("[data-testid=new-balance]").TextContent);
        Assert.Contains("Appears on your statement as STAMPS", dialog.Markup);
    }

    /// <summary>What a waiting purchase lacks is asked for, and never less than a top-up may be.</summary>
    [Theory]
    [InlineData(62_10, "62.10")]
    [InlineData(3_00, "10.00")]
    public async Task What_is_missing_is_filled_in(long missing, string filledIn)
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        await using var context = Context(bench, merchant);

        var (dialog, _) = await OpenAsync(context, new Money(missing));

        Assert.Equal(filledIn, AmountField(dialog).GetAttribute("value"));
        Assert.Contains($"You need {new Formats(new UserTime()).Money(new Money(missing))} more for this purchase.", dialog.Markup);
    }

    [Fact]
    public async Task Added_closes_the_dialog_and_the_ledger_has_it()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        await using var context = Context(bench, merchant);
        var (dialog, result) = await OpenAsync(context);

        await AmountField(dialog).InputAsync(new() { Value = "75.00" });
        await dialog.InvokeAsync(() => Confirm(dialog).ClickAsync(new()));

        var added = Assert.IsType<AddFundsResult.Added>(await result);
        Assert.Equal((new Money(75_00), new Money(75_00)), (added.Amount, added.Available));
        Assert.Equal(new Money(75_00), await bench.AvailableAsync(merchant));
    }

    /// <summary>Pressed again after a decline it is another top-up: the first one is over.</summary>
    [Fact]
    public async Task A_declined_card_says_that_nothing_was_charged_and_keeps_the_amount()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync(FundingBench.NoFunds);
        await using var context = Context(bench, merchant);
        var (dialog, _) = await OpenAsync(context);

        await AmountField(dialog).InputAsync(new() { Value = "75.00" });
        for (int press = 1; press <= 2; press++)
        {
            await dialog.InvokeAsync(() => Confirm(dialog).ClickAsync(new()));
            int sent = press;
            dialog.WaitForAssertion(() => Assert.Contains("Nothing was charged.", dialog.Find("[role=alert]").TextContent));
            Assert.Equal(sent, bench.Seam.Charges);
        }

        Assert.Equal("75.00", AmountField(dialog).GetAttribute("value"));
        await using var db = await bench.App.Contexts.CreateDbContextAsync();
        Assert.Equal([TopUpState.Failed, TopUpState.Failed], await db.TopUps.Where(t => t.MerchantId == merchant).Select(t => t.State).ToListAsync());
    }

    [Fact]
    public async Task Two_presses_at_once_are_one_top_up()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        var answered = new TaskCompletionSource();
        bench.Seam.BeforeCharge = () => answered.Task;
        await using var context = Context(bench, merchant);
        var (dialog, result) = await OpenAsync(context);

        var first = Confirm(dialog).ClickAsync(new());
        var second = Confirm(dialog).ClickAsync(new());
        dialog.WaitForAssertion(() => Assert.Equal("true", Confirm(dialog).GetAttribute("aria-busy")));
        Assert.True(Confirm(dialog).HasAttribute("disabled"));
        answered.SetResult();
        await Task.WhenAll(first, second);

        Assert.IsType<AddFundsResult.Added>(await result);
        Assert.Equal(1, bench.Seam.Charges);
        Assert.Equal(new Money(50_00), await bench.AvailableAsync(merchant));
    }

    /// <summary>What was asked for first may have been charged, so it is not silently taken for what is asked for now.</summary>
    [Fact]
    public async Task Another_amount_after_an_error_is_not_charged_as_the_first_one()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        bench.Seam.DieAfterChargeOnce();
        await using var context = Context(bench, merchant);
        var (dialog, result) = await OpenAsync(context);
        await AmountField(dialog).InputAsync(new() { Value = "75.00" });
        await dialog.InvokeAsync(() => Confirm(dialog).ClickAsync(new()));

        await AmountField(dialog).InputAsync(new() { Value = "60.00" });
        await dialog.InvokeAsync(() => Confirm(dialog).ClickAsync(new()));
        dialog.WaitForAssertion(() => Assert.Contains("You had already asked to add $75.00 here", dialog.Find("[role=alert]").TextContent));
        Assert.Equal(1, bench.Seam.Charges);

        // Pressed once more it is a top-up of its own.
        await dialog.InvokeAsync(() => Confirm(dialog).ClickAsync(new()));
        Assert.Equal(new Money(60_00), Assert.IsType<AddFundsResult.Added>(await result).Amount);
        await bench.SweepAsync();
        Assert.Equal(new Money(135_00), await bench.AvailableAsync(merchant));
    }

    [Fact]
    public async Task While_it_charges_Escape_does_not_close_it()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync(FundingBench.NoFunds);
        var answered = new TaskCompletionSource();
        bench.Seam.BeforeCharge = () => answered.Task;
        await using var context = Context(bench, merchant);
        var (dialog, _) = await OpenAsync(context);
        var options = () => ((IMudDialogInstance)dialog.FindComponent<MudDialogContainer>().Instance).Options;
        Assert.True(options().CloseOnEscapeKey);

        var pressed = Confirm(dialog).ClickAsync(new());
        dialog.WaitForAssertion(() => Assert.False(options().CloseOnEscapeKey));
        answered.SetResult();
        await pressed;

        dialog.WaitForAssertion(() => Assert.True(options().CloseOnEscapeKey));
    }

    /// <summary>Whoever went back from the bank's page and pressed again was charged twice, without having been told.</summary>
    [Theory]
    [InlineData("en-CA", "$50.00 from Visa ending in 3184 is still under way.", "Continue at your bank")]
    [InlineData("fr-CA", "Un ajout de 50,00\u00a0$ (Visa se terminant par 3184) est encore en cours.", "Continuer auprès de votre banque")]
    public async Task A_top_up_left_at_the_bank_is_told_of_before_another_is_asked_for(string culture, string said, string link)
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync(FundingBench.ThreeDSecure);
        var asked = Assert.IsType<AddFundsOutcome.ConfirmAtBank>(await bench.AddFundsAsync(merchant, FundingBench.Order(50_00)));
        await using var context = Context(bench, merchant, culture);

        var (dialog, _) = await OpenAsync(context);

        var told = dialog.Find("[data-testid=dialog-unfinished]");
        Assert.Contains(said, told.TextContent);
        Assert.Equal((link, asked.Url), (told.QuerySelector("a")!.TextContent.Trim(), told.QuerySelector("a")!.GetAttribute("href")));

        await bench.AnswerBankAsync(asked.Url, complete: true);
        await bench.SweepAsync();
        await using var later = Context(bench, merchant, culture);
        var (again, _) = await OpenAsync(later);
        Assert.Empty(again.FindAll("[data-testid=dialog-unfinished]"));
    }

    [Fact]
    public async Task An_expired_default_card_is_not_chosen_where_another_can_be_charged()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var merchant = await bench.AddMerchantAsync();
        var good = await bench.AddCardAsync(merchant, "5555555555554444", isDefault: false);
        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            await db.Cards.Where(card => card.IsDefault).ExecuteUpdateAsync(set => set.SetProperty(card => card.ExpiryYear, 2020));
        }

        await using var context = Context(bench, merchant);
        var (dialog, result) = await OpenAsync(context);
        await dialog.InvokeAsync(() => Confirm(dialog).ClickAsync(new()));

        var added = Assert.IsType<AddFundsResult.Added>(await result);
        Assert.Equal(good, (await bench.TopUpAsync(merchant, added.TopUp)).CardId);
    }

    [Fact]
    public async Task Only_amounts_that_may_be_added_are_offered()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite, settings: new() { ["Funding:Minimum"] = "50", ["Funding:Maximum"] = "150" });
        var merchant = await bench.AddMerchantAsync();
        await using var context = Context(bench, merchant);
        var (dialog, _) = await OpenAsync(context);

        Assert.Equal(["$50.00", "$100.00"], dialog.FindAll(".quick-amounts button").Select(button => button.TextContent.Trim()));
    }

    private static async Task<(IRenderedComponent<MudDialogProvider> Dialog, Task<AddFundsResult?> Result)> OpenAsync(ComponentRoom context, Money? missing = null)
    {
        context.Render<MudPopoverProvider>();
        var provider = context.Render<MudDialogProvider>();
        var dialogs = context.Services.GetRequiredService<IDialogService>();
        Task<AddFundsResult?> result = null!;
        await provider.InvokeAsync(() => { result = AddFundsDialog.ShowAsync(dialogs, missing, "/balance"); });
        provider.WaitForElement("#add-funds-amount");
        return (provider, result);
    }

    private static AngleSharp.Dom.IElement AmountField(IRenderedComponent<MudDialogProvider> dialog) => dialog.Find("#add-funds-amount");

    private static AngleSharp.Dom.IElement Confirm(IRenderedComponent<MudDialogProvider> dialog) =>
        dialog.FindAll("button").Single(button => button.TextContent.Trim() == "Add funds");

    private static ComponentRoom Context(FundingBench bench, MerchantId merchant, string culture = "en-CA")
    {
        var context = new ComponentRoom(culture);
        context.Services.AddScoped<FundingWords>();
        context.Services.AddScoped<SignedIn>();
        context.Services.AddSingleton(TestRights.Every);
        context.Services.AddTransient(_ => ActivatorUtilities.CreateInstance<AddFunds>(bench.App.Services));
        context.Services.AddTransient(_ => ActivatorUtilities.CreateInstance<BalanceQueries>(bench.App.Services));
        context.Services.AddTransient(_ => ActivatorUtilities.CreateInstance<CardQueries>(bench.App.Services));
        var user = context.AddAuthorization();
        user.SetAuthorized("owner@example.com");
        user.SetClaims(
            new Claim(MerchantClaims.MerchantId, merchant.Value.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            new Claim(ClaimTypes.NameIdentifier, "user-1"));
        return context;
    }
}
