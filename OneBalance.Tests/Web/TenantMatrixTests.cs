using System.Diagnostics;
using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Core;
using OneBalance.Core.Adjustments;
using OneBalance.Core.Ledger;
using OneBalance.Core.Refunds;
using OneBalance.Core.Shipping;
using OneBalance.Core.Support;
using OneBalance.Core.Tax;
using OneBalance.Core.Team;
using OneBalance.Tests.Architecture;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Accounts;
using OneBalance.Tests.Web.Features.Batches;
using OneBalance.Tests.Web.Features.Funding;
using OneBalance.Tests.Web.Features.Labels;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Accounts;
using OneBalance.Web.Features.AddressBook;
using OneBalance.Web.Features.Adjustments;
using OneBalance.Web.Features.Admin;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Balance;
using OneBalance.Web.Features.Batches;
using OneBalance.Web.Features.Cancellation;
using OneBalance.Web.Features.Labels;
using OneBalance.Web.Features.Manifests;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Printing;
using OneBalance.Web.Features.Privacy;
using OneBalance.Web.Features.Refunds;
using OneBalance.Web.Features.Statements;
using OneBalance.Web.Features.Team;
using OneBalance.Web.Features.Tracking;
using RefundState = OneBalance.Core.Refunds.RefundState;

namespace OneBalance.Tests.Web;

/// <summary>
/// No merchant reaches another's labels, funds or pages: every use case and every route has a row here, and one without a row
/// fails. Each row is also tried by the owner, who must get another answer: so a row that could not fail is found.
/// </summary>
public sealed class TenantMatrixTests
{
    private const string Recipient = "Zephyrine Quillfeather";
    private const string OwnerEmail = "quillfeather@example.com";
    private const string BareEmail = "bare@example.com";
    private const string OwnerPassword = "correct horse";

    private const string WhoActs = "the id is of whoever is signed in";

    private static readonly Actor Someone = new("user", "someone@example.com", null);

    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Actor Support = new("support", "support@example.com", null);

    private static readonly Dictionary<string, UseCase> UseCases = new()
    {
        ["AddFunds.RunAsync"] = Row<AddFunds>(
            async (use, who, his) => await use.RunAsync(who, FundingBench.Order(id: his.FreshTopUp, card: his.Card), None), answer => answer is AddFundsOutcome.NoCard),
        ["AddCard.StartReplacingAsync"] = Row<AddCard>(
            async (use, who, his) => await use.StartReplacingAsync(who, his.Card, Guid.CreateVersion7(), "https://shop.example/", "/balance", Language.English, None), answer => answer is null),
        ["BalanceQueries.TopUpAsync"] = Row<BalanceQueries>(async (use, who, his) => await use.TopUpAsync(who, his.TopUp, None), answer => answer is null),
        ["BatchQueries.BoughtAsync"] = Row<BatchQueries>(
            async (use, who, his) => (await use.BoughtAsync(who, his.Batch, None)).Count,
            answer => answer is 0,
            (db, his) => db.BatchLines.Where(line => line.MerchantId == his.Merchant).ExecuteUpdateAsync(set => set.SetProperty(line => line.LabelId, his.Bought))),
        ["BatchQueries.ReadAsync"] = Row<BatchQueries>(async (use, who, his) => await use.ReadAsync(who, his.Batch, None), answer => answer is null),
        ["BatchQueries.ServicesAsync"] = Row<BatchQueries>(
            async (use, who, his) => (await use.ServicesAsync(who, his.Batch, None)).Count,
            answer => answer is 0,
            async (db, his) =>
            {
                string? rates = await db.Labels.Where(label => label.MerchantId == his.Merchant && label.Id == his.Draft).Select(label => label.RatesJson).SingleAsync();
                await db.BatchLines.Where(line => line.MerchantId == his.Merchant)
                    .ExecuteUpdateAsync(set => set.SetProperty(line => line.State, BatchLineState.Rated).SetProperty(line => line.RatesJson, rates));
            }),
        ["BatchRun.RunAsync"] = Row<BatchRun>(async (use, who, his) => await use.RunAsync(who, his.Batch, None), answer => answer is false, AskForPricesAsync),
        ["BatchRunner.Wake"] = Row<BatchRunner>(
            async (use, who, his) =>
            {
                use.Wake(who, his.Batch);
                return await his.BatchWasRunAsync();
            },
            answer => answer is false,
            AskForPricesAsync),
        ["BuyBatch.RunAsync"] = Row<BuyBatch>(
            async (use, who, his) => await use.RunAsync(who, his.Batch, Money.Zero, "user", Language.English, None), answer => answer is BuyBatchOutcome.NotFound),
        ["CancelBatch.RunAsync"] = Row<CancelBatch>(async (use, who, his) => await use.RunAsync(who, his.Batch, None), answer => answer is null),
        ["ChangeBatch.ColumnsAsync"] = Row<ChangeBatch>(async (use, who, his) => await use.ColumnsAsync(who, his.Batch, [], None), answer => answer is ChangeOutcome.NotFound),
        ["ChangeBatch.DeclinedAgainAsync"] = Row<ChangeBatch>(async (use, who, his) => await use.DeclinedAgainAsync(who, his.Batch, None), answer => answer is ChangeOutcome.NotFound),
        ["ChangeBatch.DiscardAsync"] = Row<ChangeBatch>(async (use, who, his) => await use.DiscardAsync(who, his.Batch, None), answer => answer is ChangeOutcome.NotFound),
        ["ChangeBatch.LeaveOutAsync"] = Row<ChangeBatch>(async (use, who, his) => await use.LeaveOutAsync(who, his.Batch, 1, true, None), answer => answer is ChangeOutcome.NotFound),
        ["ChangeBatch.LineAsync"] = Row<ChangeBatch>(async (use, who, his) => await use.LineAsync(who, his.Batch, 1, null, None), answer => answer is ChangeOutcome.NotFound),
        ["ChangeBatch.RuleAsync"] = Row<ChangeBatch>(
            async (use, who, his) => await use.RuleAsync(who, his.Batch, ServiceChoice.Fastest, null, None), answer => answer is ChangeOutcome.NotFound),
        ["ChangeBatch.TermsAsync"] = Row<ChangeBatch>(
            async (use, who, his) => await use.TermsAsync(who, his.Batch, LabelWorld.Draft.From, Units.Metric, null, Language.English, None), answer => answer is ChangeOutcome.NotFound),
        ["BuyLabel.RunAsync"] = Row<BuyLabel>(
            async (use, who, his) => await use.RunAsync(new BuyRequest(who, his.Draft, his.Service, his.Price, "user", Language.English), None),
            answer => answer is BuyOutcome.NotFound),
        ["BuyLabel.WatchAsync"] = Row<BuyLabel>(
            async (use, who, his) =>
            {
                await use.WatchAsync(who, his.Bought);
                return null;
            },
            answer => answer is null,
            async (db, his) =>
            {
                await db.LabelDocuments.Where(row => row.MerchantId == his.Merchant && row.LabelId == his.Bought).ExecuteDeleteAsync();
                await db.Labels.Where(label => label.MerchantId == his.Merchant && label.Id == his.Bought)
                    .ExecuteUpdateAsync(set => set.SetProperty(label => label.DocumentStoredAt, (DateTimeOffset?)null).SetProperty(label => label.NextRunAt, label => label.RequestedAt));
            }),
        ["AddCard.FinishAsync"] = Row<AddCard>(async (use, who, his) => await use.FinishAsync(who, his.CardPage, None), answer => answer is FinishCardOutcome.NotThisPage),
        ["CloseDay.AskAgainAsync"] = Row<CloseDay>(
            async (use, who, his) => await use.AskAgainAsync(who, his.Manifest, None),
            answer => answer is false,
            async (db, his) =>
            {
                await db.Manifests.Where(row => row.MerchantId == his.Merchant && row.Id == his.Manifest).ExecuteUpdateAsync(set => set.SetProperty(row => row.State, ManifestState.PartlyFailed));
                await db.ManifestLabels.Where(row => row.MerchantId == his.Merchant && row.ManifestId == his.Manifest)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.Problem, ManifestProblem.NotConfirmed));
            }),
        ["CloseDay.RunAsync"] = Row<CloseDay>(
            async (use, who, his) => await use.RunAsync(new CloseDayRequest(who, [his.Scheduled], "user", Language.English), None),
            answer => answer is CloseDayOutcome.NothingOpen,
            (db, his) => db.Labels.Where(label => label.MerchantId == his.Merchant && label.Id == his.Bought)
                .ExecuteUpdateAsync(set => set.SetProperty(label => label.ManifestId, (ManifestId?)null).SetProperty(label => label.ManifestedAt, (DateTimeOffset?)null))),
        ["CloseDay.WatchAsync"] = Row<CloseDay>(
            async (use, who, his) =>
            {
                await use.WatchAsync(who, his.Manifest);
                return null;
            },
            answer => answer is null,
            (db, his) => db.Manifests.Where(row => row.MerchantId == his.Merchant && row.Id == his.Manifest)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, ManifestState.Transmitted).SetProperty(row => row.NextRunAt, row => row.RequestedAt))),
        ["DecideClaim.GrantAsync"] = Row<DecideClaim>(
            async (use, who, his) => await use.GrantAsync(Support, who, his.Voided, new Money(1), "credit note", None), answer => answer is DecideClaimOutcome.NotFound),
        ["DecideClaim.RejectAsync"] = Row<DecideClaim>(async (use, who, his) => await use.RejectAsync(Support, who, his.Voided, "used", None), answer => answer is DecideClaimOutcome.NotFound),
        ["ActOnAccount.ResumeAsync"] = Row<ActOnAccount>(async (use, who, his) => await use.ResumeAsync(who, his.Action, None), answer => answer is ActOutcome.NotFound),
        ["AdjustmentFlow.RunAsync"] = Row<AdjustmentFlow>(async (use, who, his) => await use.RunAsync(who, his.Adjustment.Value, None), answer => answer is NoticeAdjustmentOutcome.NotFound),
        ["NoticeAdjustment.RunAsync"] = Row<NoticeAdjustment>(
            async (use, who, his) => await use.RunAsync(
                who, new AdjustmentOrder(Guid.CreateVersion7(), $"invoice-{his.Merchant}", his.Tracking, AdjustmentKind.Reweigh, new Money(1), "Heavier than said.", "scale.pdf", "%PDF-1.4"u8.ToArray()), Support, None),
            answer => answer is NoticeAdjustmentOutcome.NoSuchLabel),
        ["ChangeRights.RunAsync"] = Row<ChangeRights>(
            async (use, who, his) => await use.RunAsync(who, Someone, his.Member, MerchantRight.Export, 0, None), answer => answer is ChangeMemberOutcome.ChangedMeanwhile),
        ["RemoveMember.RunAsync"] = Row<RemoveMember>(async (use, who, his) => await use.RunAsync(who, Someone, his.Member, None), answer => answer is ChangeMemberOutcome.ChangedMeanwhile),
        ["InviteMember.AgainAsync"] = Row<InviteMember>(async (use, who, his) => await use.AgainAsync(who, Someone, his.Invitation, None), answer => answer is InviteOutcome.NotFound),
        ["WithdrawInvitation.RunAsync"] = Row<WithdrawInvitation>(async (use, who, his) => await use.RunAsync(who, Someone, his.Invitation, None), answer => answer is ChangeMemberOutcome.ChangedMeanwhile),
        ["AdjustmentQueries.EvidenceAsync"] = Row<AdjustmentQueries>(async (use, who, his) => await use.EvidenceAsync(who, his.Adjustment, None), answer => answer is null),
        ["AdjustmentQueries.EvidenceForSupportAsync"] = Row<AdjustmentQueries>(async (use, who, his) => await use.EvidenceForSupportAsync(Support, who, his.Adjustment, None), answer => answer is null),
        ["DecideAdjustment.RunAsync"] = Row<DecideAdjustment>(
            async (use, who, his) => await use.RunAsync(who, his.Adjustment, true, "The scale was wrong.", Someone, None), answer => answer is DecideAdjustmentOutcome.NotFound),
        ["DisputeAdjustment.RunAsync"] = Row<DisputeAdjustment>(
            async (use, who, his) => await use.RunAsync(who, his.Adjustment, "The scale was wrong.", Someone, None), answer => answer is DisputeAdjustmentOutcome.NotFound),
        ["ErasePerson.LookAsync"] = Row<ErasePerson>(
            async (use, who, his) => await use.LookAsync(who, his.Bought, None) ?? await use.LookAsync(who, his.Sender, None), answer => answer is null),
        ["ErasePerson.RunAsync"] = Row<ErasePerson>(
            async (use, who, his) => await use.RunAsync(who, Someone, his.Bought, None) ?? await use.RunAsync(who, Someone, his.Sender, None), answer => answer is null),
        ["GetRates.RunAsync"] = Row<GetRates>(async (use, who, his) => await use.RunAsync(who, his.Draft, Language.English, None), answer => answer is RatesOutcome.NotFound),
        ["LabelPurchase.RunAsync"] = Row<LabelPurchase>(async (use, who, his) => await use.RunAsync(who, his.Bought, None), answer => answer is InvalidOperationException),
        ["LabelQueries.AsShownAsync"] = Row<LabelQueries>(async (use, who, his) => (await use.AsShownAsync(who, [his.Bought, his.Voided], None)).Count, answer => answer is 0),
        ["LabelQueries.DocumentAsync"] = Row<LabelQueries>(async (use, who, his) => await use.DocumentAsync(who, his.Bought, LabelDocumentKind.Label, None), answer => answer is null),
        ["LabelQueries.FormAsync"] = Row<LabelQueries>(async (use, who, his) => await use.FormAsync(who, his.Draft, None), answer => answer is null),
        ["LabelQueries.PapersAsync"] = Row<LabelQueries>(async (use, who, his) => await use.PapersAsync(who, his.Bought, None), answer => answer is null),
        ["LabelQueries.ReadAsync"] = Row<LabelQueries>(async (use, who, his) => await use.ReadAsync(who, his.Bought, None), answer => answer is null),
        ["LabelRefund.RunAsync"] = Row<LabelRefund>(async (use, who, his) => await use.RunAsync(who, his.Scheduled, None), answer => answer is InvalidOperationException),
        ["ManifestFlow.RunAsync"] = Row<ManifestFlow>(
            async (use, who, his) =>
            {
                await use.RunAsync(who, his.Manifest, None);
                return null;
            },
            answer => answer is InvalidOperationException),
        ["ManifestQueries.DocumentAsync"] = Row<ManifestQueries>(async (use, who, his) => await use.DocumentAsync(who, his.Manifest, 1, None), answer => answer is null),
        ["ManifestQueries.ReadAsync"] = Row<ManifestQueries>(async (use, who, his) => await use.ReadAsync(who, his.Manifest, None), answer => answer is null),
        ["PrintLabels.OpenAsync"] = Row<PrintLabels>(async (use, who, his) => await use.OpenAsync(who, his.Prints, PrintPart.Labels, None), answer => answer is null),
        ["PrintLabels.StartAsync"] = Row<PrintLabels>(
            async (use, who, his) => await use.StartAsync(who, [his.Bought, his.Scheduled], None), answer => answer is PrintOutcome.NothingToPrint { NotReady: 0, NotKept: 0 }),
        ["RateBatch.RunAsync"] = Row<RateBatch>(async (use, who, his) => await use.RunAsync(who, his.Batch, false, None), answer => answer is RateBatchOutcome.NotFound),
        ["RemoveAddress.RunAsync"] = Row<RemoveAddress>(async (use, who, his) => await use.RunAsync(who, his.Sender, None), answer => answer is false),
        ["RemovePreset.RunAsync"] = Row<RemovePreset>(async (use, who, his) => await use.RunAsync(who, his.Preset, None), answer => answer is false),
        ["SaveAddress.RunAsync"] = Row<SaveAddress>(
            async (use, who, his) => await use.RunAsync(who, his.Sender, AddressBookPart.Senders, LabelWorld.Draft.From with { Line2 = "Dock 2" }, None),
            answer => answer is SaveAddressOutcome.NotFound),
        ["SavePreset.RunAsync"] = Row<SavePreset>(
            async (use, who, his) => await use.RunAsync(who, his.Preset, "Other", LabelWorld.Draft.Parcel, Units.Metric, None), answer => answer is SavePresetOutcome.NotFound),
        ["SetDefaultPreset.RunAsync"] = Row<SetDefaultPreset>(async (use, who, his) => await use.RunAsync(who, his.Preset, true, None), answer => answer is false),
        ["SetDefaultSender.RunAsync"] = Row<SetDefaultSender>(async (use, who, his) => await use.RunAsync(who, his.Sender, true, None), answer => answer is false),
        ["RemoveCard.DetachAsync"] = Row<RemoveCard>(async (use, who, his) => await use.DetachAsync(who, his.Card, None), answer => answer is InvalidOperationException),
        ["RemoveCard.RunAsync"] = Row<RemoveCard>(async (use, who, his) => await use.RunAsync(who, his.Card, None), answer => answer is RemoveCardOutcome.NotFound),
        ["ReplaceCard.RunAsync"] = Row<ReplaceCard>(async (use, who, his) => await use.RunAsync(who, his.DefaultCard, his.Card, None), answer => answer is false),
        ["ResumeTopUp.RunAsync"] = Row<ResumeTopUp>(async (use, who, his) => await use.RunAsync(who, his.TopUp, None), answer => answer is null),
        ["SaveLabelDraft.DiscardAsync"] = Row<SaveLabelDraft>(async (use, who, his) => await use.DiscardAsync(who, his.Draft, None), answer => answer is false),
        ["SaveLabelDraft.RunAsync"] = Row<SaveLabelDraft>(async (use, who, his) => await use.RunAsync(who, his.Draft, LabelWorld.Draft, None), answer => answer is SaveDraftOutcome.NotFound),
        ["SetBackupCard.RunAsync"] = Row<SetBackupCard>(async (use, who, his) => await use.RunAsync(who, his.Card, None), answer => answer is false),
        ["SetDefaultCard.RunAsync"] = Row<SetDefaultCard>(async (use, who, his) => await use.RunAsync(who, his.Card, None), answer => answer is false),
        ["StartLabel.AgainAsync"] = Row<StartLabel>(async (use, who, his) => await use.AgainAsync(who, his.Declined, None), answer => answer is null),
        ["TaxPaperQueries.ReadAsync"] = Row<TaxPaperQueries>(async (use, who, his) => await use.ReadAsync(who, his.Bought, TaxPaperKind.Invoice, None), answer => answer is null),
        ["TopUpReceipt.DrawAsync"] = Row<TopUpReceipt>(async (use, who, his) => await use.DrawAsync(who, his.Charged, Language.English, None), answer => answer is null),
        ["TrackingQueries.ReadAsync"] = Row<TrackingQueries>(async (use, who, his) => await use.ReadAsync(who, his.Bought, Language.English, None), answer => answer is null),
        ["VoidManyLabels.PlanAsync"] = Row<VoidManyLabels>(async (use, who, his) => (await use.PlanAsync(who, [his.Bought, his.Voided], None)).Count, answer => answer is 0),
        ["VoidManyLabels.RunAsync"] = Row<VoidManyLabels>(
            async (use, who, his) => (await use.RunAsync(who, [his.Bought, his.Scheduled], "user", Language.English, None)) is var voided ? voided.Stored.Count + voided.Failed : -1, answer => answer is 0),
        ["VoidManyLabels.WithdrawAsync"] = Row<VoidManyLabels>(async (use, who, his) => await use.WithdrawAsync(who, [his.Scheduled], None), answer => answer is 0),
        ["VoidLabel.AmongManyAsync"] = Row<VoidLabel>(
            async (use, who, his) => (await use.AmongManyAsync(who, his.Bought, "user", Language.English, None)).Outcome, answer => answer is VoidOutcome.NotFound),
        ["VoidLabel.AsSoonAsAllowedAsync"] = Row<VoidLabel>(
            async (use, who, his) => await use.AsSoonAsAllowedAsync(who, his.Bought, "user", Language.English, None), answer => answer is VoidOutcome.NotFound),
        ["VoidLabel.RunAsync"] = Row<VoidLabel>(async (use, who, his) => await use.RunAsync(who, his.Bought, "user", Language.English, None), answer => answer is VoidOutcome.NotFound),
        ["VoidLabel.SendAsync"] = Row<VoidLabel>(async (use, who, his) => await use.SendAsync(who, his.Scheduled, None), answer => answer is VoidOutcome.NotFound),
        ["VoidLabel.UnusedAsync"] = Row<VoidLabel>(async (use, who, his) => await use.UnusedAsync(who, his.Bought, Language.English, None), answer => answer is VoidOutcome.NotFound),
        ["VoidLabel.WithdrawAsync"] = Row<VoidLabel>(async (use, who, his) => await use.WithdrawAsync(who, his.Scheduled, None), answer => answer is false),
    };

    /// <summary>What takes an id that is nobody's property.</summary>
    private static readonly Dictionary<string, string> WithoutRow = new()
    {
        ["AcceptTerms.RunAsync"] = WhoActs,
        ["FinishSetUp.RunAsync"] = WhoActs,
        ["ImportBatch.RunAsync"] = WhoActs,
        ["NoticeSettings.LoadAsync"] = WhoActs,
        ["NoticeSettings.SaveAsync"] = WhoActs,
        ["UnsubscribeLinks.For"] = "signs who is written to",
        ["ActOnAccount.RunAsync"] = "the id was chosen when the form opened",
        ["AddCard.StartAsync"] = "the id was chosen when the page opened",
        ["AuditQueries.ExportAsync"] = "a place in the trail of all merchants, for support",
        ["AuditQueries.FindAsync"] = "a place in the trail of all merchants, for support",
    };

    private static readonly Dictionary<string, Page> Routes = new()
    {
        ["/"] = new(Access.OwnData, _ => "/"),
        ["/address-book"] = new(Access.OwnData, _ => "/address-book"),
        ["/address-book/address-book.csv"] = new(Access.OwnData, _ => "/address-book/address-book.csv"),
        ["/address-book/erase"] = new(Access.OwnData, his => $"/address-book/erase?label={his.Bought.Value}"),
        ["/batches"] = new(Access.OwnData, _ => "/batches"),
        ["/batches/{Id:guid}"] = new(Access.NotFound, his => $"/batches/{his.Batch.Value}"),
        ["/batches/sample/{language:regex(^(en|fr)$)}"] = new(Access.OwnData, _ => "/batches/sample/en"),
        ["/balance"] = new(Access.OwnData, _ => "/balance"),
        ["/balance/auto-funding"] = new(Access.OwnData, _ => "/balance/auto-funding"),
        ["/balance/adjustments"] = new(Access.OwnData, _ => "/balance/adjustments"),
        ["/balance/adjustments/{id:guid}/evidence"] = new(Access.NotFound, his => $"/balance/adjustments/{his.Adjustment}/evidence"),
        ["/balance/disputes"] = new(Access.OwnData, _ => "/balance/disputes"),
        ["/labels"] = new(Access.OwnData, _ => $"/labels?q={Uri.EscapeDataString(Recipient[..^4])}"),
        ["/labels/new"] = new(Access.OwnData, _ => "/labels/new"),
        ["/set-up"] = new(Access.OwnData, _ => "/set-up"),
        ["/settings"] = new(Access.OwnData, _ => "/settings"),
        ["/settings/team"] = new(Access.OwnData, _ => "/settings/team"),
        ["/Account/AcceptInvitation"] = new(Access.Public, _ => "/Account/AcceptInvitation?code=stranger"),
        ["/settings/notices"] = new(Access.OwnData, _ => "/settings/notices"),
        ["/statements"] = new(Access.OwnData, _ => "/statements?from=2026-11-01&to=2026-11-30"),
        ["/statements/statement.{format:regex(^(pdf|csv|xlsx)$)}"] = new(Access.OwnData, _ => "/statements/statement.csv?from=2026-11-01&to=2026-11-30"),
        ["/notices/stop"] = new(Access.Public, _ => "/notices/stop"),
        ["/notices/unsubscribe"] = new(Access.Public, _ => "/notices/unsubscribe?token=stranger"),
        ["/set-up/card/return"] = new(Access.OwnData, _ => "/set-up/card/return?session=cs_unknown"),
        ["/account/archive.zip"] = new(Access.OwnData, _ => "/account/archive.zip"),
        ["/account/cancel"] = new(Access.OwnData, _ => "/account/cancel"),
        ["/Account/Manage"] = new(Access.OwnData, _ => "/Account/Manage"),
        ["/Account/Manage/ChangePassword"] = new(Access.OwnData, _ => "/Account/Manage/ChangePassword"),
        ["/Account/Manage/Email"] = new(Access.OwnData, _ => "/Account/Manage/Email"),
        ["/Account/Manage/Passkeys"] = new(Access.OwnData, _ => "/Account/Manage/Passkeys"),
        ["/Account/Manage/TwoFactorAuthentication"] = new(Access.OwnData, _ => "/Account/Manage/TwoFactorAuthentication"),
        ["/labels/{Id:guid}"] = new(Access.NotFound, his => $"/labels/{his.Bought}"),
        ["/labels/new/{Id:guid}"] = new(Access.NotFound, his => $"/labels/new/{his.Draft}"),
        ["/labels/{id:guid}/label.pdf"] = new(Access.NotFound, his => $"/labels/{his.Bought}/label.pdf"),
        ["/labels/{id:guid}/tax-invoice.pdf"] = new(Access.NotFound, his => $"/labels/{his.Bought}/tax-invoice.pdf"),
        ["/labels/{id:guid}/credit-note.pdf"] = new(Access.NotFound, his => $"/labels/{his.Voided}/credit-note.pdf"),
        ["/balance/top-ups/{id}/receipt.pdf"] = new(Access.NotFound, his => $"/balance/top-ups/{his.Charged}/receipt.pdf"),
        ["/labels/{id:guid}/label.zpl"] = new(Access.NotFound, his => $"/labels/{his.Scheduled}/label.zpl"),
        ["/labels/{id:guid}/invoice.pdf"] = new(Access.NotFound, his => $"/labels/{his.Bought}/invoice.pdf"),
        ["/labels/prints/{id:guid}/labels.pdf"] = new(Access.NotFound, his => $"/labels/prints/{his.Prints}/labels.pdf"),
        ["/labels/prints/{id:guid}/labels.zpl"] = new(Access.NotFound, his => $"/labels/prints/{his.Prints}/labels.zpl"),
        ["/labels/prints/{id:guid}/invoices.pdf"] = new(Access.NotFound, his => $"/labels/prints/{his.Prints}/invoices.pdf"),
        ["/refunds"] = new(Access.OwnData, _ => "/refunds"),
        ["/refunds/refunds.csv"] = new(Access.OwnData, _ => "/refunds/refunds.csv"),
        ["/manifests"] = new(Access.OwnData, _ => "/manifests"),
        ["/manifests/{Id:guid}"] = new(Access.NotFound, his => $"/manifests/{his.Manifest}"),
        ["/manifests/{id:guid}/{number:int}.pdf"] = new(Access.NotFound, his => $"/manifests/{his.Manifest}/1.pdf"),
        ["/balance/top-ups/{Id}"] = new(Access.NotFound, his => $"/balance/top-ups/{his.TopUp}"),
        ["/balance/top-ups/{id}/return"] = new(Access.NotFound, his => $"/balance/top-ups/{his.TopUp}/return"),
        ["/admin"] = new(Access.Support, _ => "/admin"),
        ["/admin/cancellations"] = new(Access.Support, _ => "/admin/cancellations"),
        ["/admin/cancellations/{Id:guid}"] = new(Access.Support, his => $"/admin/cancellations/{his.Cancellation}"),
        ["/admin/refund-claims"] = new(Access.Support, _ => "/admin/refund-claims"),
        ["/admin/accounts/{Id:long}"] = new(Access.Support, his => $"/admin/accounts/{his.Merchant}"),
        ["/admin/accounts/{merchant:long}/adjustments/{id:guid}/evidence"] = new(Access.Support, his => $"/admin/accounts/{his.Merchant}/adjustments/{his.Adjustment}/evidence"),
        ["/admin/adjustments"] = new(Access.Support, _ => "/admin/adjustments"),
        ["/admin/accounts/{merchant:long}/view"] = new(Access.Public, his => $"/admin/accounts/{his.Merchant}/view"),
        ["/admin/view/end"] = new(Access.Public, _ => "/admin/view/end"),
        ["/admin/audit"] = new(Access.Support, _ => "/admin/audit"),
        ["/admin/audit.csv"] = new(Access.Support, _ => "/admin/audit.csv"),
        ["/admin/roles"] = new(Access.Supervisor, _ => "/admin/roles"),
        ["/admin/disputes"] = new(Access.Support, _ => "/admin/disputes"),
        ["/admin/reconciliation"] = new(Access.Support, _ => "/admin/reconciliation"),
        ["/admin/service-notices"] = new(Access.Support, _ => "/admin/service-notices"),
        ["/admin/service-notices/new"] = new(Access.Support, _ => "/admin/service-notices/new"),
        ["/admin/service-notices/{Id:guid}"] = new(Access.Support, _ => $"/admin/service-notices/{Guid.Empty}"),
        ["/help"] = new(Access.Public, _ => "/help?q=label"),
        ["/help/{Entry}"] = new(Access.Public, _ => "/help/voids-and-refunds"),
        ["/terms"] = new(Access.Public, _ => "/terms"),
        ["/terms/{Version}"] = new(Access.Public, _ => "/terms/2026-11-01"),
        ["/not-found"] = new(Access.Public, _ => "/not-found"),
        ["/status/{code:int}"] = new(Access.Public, _ => "/status/404"),
        ["/dev/mail"] = new(Access.Public, _ => "/dev/mail"),
        ["/dev/mail/{id:guid}/html"] = new(Access.Public, his => $"/dev/mail/{his.Bought}/html"),
        ["/dev/clock"] = new(Access.Public, _ => "/dev/clock"),
        ["/health/live"] = new(Access.Public, _ => "/health/live"),
        ["/health/ready"] = new(Access.Public, _ => "/health/ready"),
        ["/language/{language:regex(^(en|fr)$)}"] = new(Access.Public, _ => "/language/en"),
        ["/webhooks/stripe"] = new(Access.Public, _ => "/webhooks/stripe"),
        ["/Account/AccessDenied"] = new(Access.Public, _ => "/Account/AccessDenied"),
        ["/Account/ConfirmEmail"] = new(Access.Public, _ => "/Account/ConfirmEmail"),
        ["/Account/ConfirmEmailChange"] = new(Access.Public, _ => "/Account/ConfirmEmailChange"),
        ["/Account/ForgotPassword"] = new(Access.Public, _ => "/Account/ForgotPassword"),
        ["/Account/Lockout"] = new(Access.Public, _ => "/Account/Lockout"),
        ["/Account/Login"] = new(Access.Public, _ => "/Account/Login"),
        ["/Account/LoginWith2fa"] = new(Access.Public, _ => "/Account/LoginWith2fa"),
        ["/Account/LoginWithRecoveryCode"] = new(Access.Public, _ => "/Account/LoginWithRecoveryCode"),
        ["/Account/Register"] = new(Access.Public, _ => "/Account/Register"),
        ["/Account/RegisterConfirmation"] = new(Access.Public, _ => "/Account/RegisterConfirmation"),
        ["/Account/ResendEmailConfirmation"] = new(Access.Public, _ => "/Account/ResendEmailConfirmation"),
        ["/Account/ResetPassword"] = new(Access.Public, _ => "/Account/ResetPassword"),
        ["/Account/SecondFactor"] = new(Access.OwnData, _ => "/Account/SecondFactor"),
        ["/Account/Logout"] = new(Access.Public, _ => "/Account/Logout"),
        ["/Account/PasskeyRequestOptions"] = new(Access.Public, _ => "/Account/PasskeyRequestOptions"),
        ["/Account/PasskeyCreationOptions"] = new(Access.Public, _ => "/Account/PasskeyCreationOptions"),
    };

    /// <summary>The routes that show what is a merchant's.</summary>
    internal static IEnumerable<string> RoutesOfMerchants => Routes.Where(row => row.Value.Access is Access.OwnData or Access.NotFound).Select(row => row.Key);

    private enum Access
    {
        /// <summary>Shows what is the signed-in merchant's.</summary>
        OwnData,

        /// <summary>With another merchant's id: not found.</summary>
        NotFound,

        Support,

        Supervisor,

        /// <summary>For everybody, or only for posts: opened, it has nothing of any merchant.</summary>
        Public,
    }

    [Fact]
    public void Every_use_case_that_takes_a_merchants_own_id_has_a_row()
    {
        var found = typeof(Program).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsNested: false } && (type.Namespace ?? "").StartsWith("OneBalance.Web.Features.", StringComparison.Ordinal))
            .Where(type => !typeof(IComponent).IsAssignableFrom(type) && !typeof(Delegate).IsAssignableFrom(type))
            .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(method => (method.IsPublic || method.IsAssembly) && !method.IsSpecialName && method.Name != nameof(Equals) && TakesBoth(method))
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}")
            .Distinct()
            .ToList();

        string[] told = [.. UseCases.Keys, .. WithoutRow.Keys];
        Findings.AssertNone(found.Except(told).Select(name => $"{name} has no row"));
        Findings.AssertNone(told.Except(found).Select(name => $"{name} takes no such ids"));
        Findings.AssertNone(UseCases.Keys.Intersect(WithoutRow.Keys));
    }

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task No_use_case_finds_another_merchants_rows_or_changes_them(DatabaseProvider provider)
    {
        await using var bench = await FundingBench.StartAsync(provider);
        var stranger = await bench.App.Database.AddMerchantAsync("Birch Books", setUp: true);
        string before = await SnapshotAsync(bench.App, stranger);
        var his = await Property.AddAsync(bench);
        string untouched = await SnapshotAsync(bench.App, his.Merchant);
        foreach (var (name, row) in UseCases)
        {
            if (row.PrepareAsync is not null)
            {
                untouched = await PreparedAsync(bench, row, his);
            }

            object? answer = await row.CallAsync(bench.App.Services, stranger, his);

            Assert.True(row.IsNotFound(answer), $"{name} answered a stranger {answer}.");
            Assert.Equal(untouched, await SnapshotAsync(bench.App, his.Merchant));
            Assert.Equal(before, await SnapshotAsync(bench.App, stranger));
        }

        // That the rows can fail needs no second database: the owner gets another answer, or something of the owner's changes.
        foreach (var (name, row) in UseCases.Where(_ => provider == DatabaseProvider.Sqlite))
        {
            untouched = await PreparedAsync(bench, row, his);
            object? own = await row.CallAsync(bench.App.Services, his.Merchant, his);
            bool changed = await SnapshotAsync(bench.App, his.Merchant) != untouched;
            Assert.True((changed || !row.IsNotFound(own)) && own is not Exception, $"{name} answered the owner {own ?? "nothing"}.");
            if (changed || row.PrepareAsync is not null)
            {
                his = await Property.AddAsync(bench);
            }
        }
    }

    [Fact]
    public async Task Every_route_has_a_row()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var pages = typeof(Program).Assembly.GetTypes().SelectMany(type => type.GetCustomAttributes<RouteAttribute>(inherit: false)).Select(route => route.Template);
        var endpoints = bench.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.All(data => data.GetType().Name is not ("StaticAssetDescriptor" or "ComponentTypeMetadata")))
            .Select(endpoint => $"/{(endpoint.RoutePattern.RawText ?? "").TrimStart('/')}")
            .Where(route => !route.StartsWith("/_", StringComparison.Ordinal) && route != "/{**path:file}");

        Assert.Equal(Routes.Keys.Order(StringComparer.Ordinal), pages.Concat(endpoints).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task No_page_shows_another_merchants_data()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var his = await Property.AddAsync(bench);
        await AddOwnerAsync(bench.App, his.Merchant);
        await using (var db = await bench.App.Contexts.CreateDbContextAsync())
        {
            var now = bench.Time.GetUtcNow();
            await db.Merchants.Where(row => row.Id != his.Merchant).ExecuteUpdateAsync(set => set.SetProperty(row => row.SetUpFinishedAt, now));
        }

        using var owner = bench.App.CreateClient();
        using var stranger = bench.App.CreateClient();
        using var nobody = bench.App.CreateClient();
        using var support = bench.App.CreateClient();
        using var supervisor = bench.App.CreateClient();
        using var bare = bench.App.CreateClient();
        await owner.SignInAsync(OwnerEmail, OwnerPassword);
        await stranger.SignInAsync(DemoAccounts.MerchantEmail, DemoAccounts.MerchantPassword);
        await support.SignInAsync(DemoAccounts.SupportEmail, DemoAccounts.SupportPassword);
        await supervisor.SignInAsync(DemoAccounts.SupervisorEmail, DemoAccounts.SupervisorPassword);
        await AddSupportWithoutSecondFactorAsync(bench.App);
        await bare.SendPasswordAsync(BareEmail, OwnerPassword);
        foreach (var (route, page) in Routes)
        {
            string path = page.Path(his);
            var (status, where, text) = await OpenAsync(stranger, path);
            Assert.All([Recipient, his.Tracking, "137.31"], secret => Assert.False(text.Contains(secret, StringComparison.Ordinal), $"{route} shows {secret}."));
            if (page.Access == Access.OwnData)
            {
                Assert.True((int)status < 400 && !where.Contains("/Account/Login", StringComparison.Ordinal), $"{route}: {status} {where}");
            }

            if (page.Access == Access.NotFound)
            {
                Assert.True(SaysNotFound(status, text), $"{route}: {status}");
                var own = await OpenAsync(owner, path);
                Assert.False((int)own.Status >= 400 || SaysNotFound(own.Status, own.Text), $"{route} of the owner: {own.Status}");
            }

            if (page.Access is Access.Support or Access.Supervisor)
            {
                // Merchants and support without a second factor reach none of them, support all but the supervisors', supervisors all.
                Assert.True(IsRefused(status, where), $"{route}: {status} {where}");
                var (bareStatus, bareWhere, _) = await OpenAsync(bare, path);
                Assert.True(bareWhere.Contains("/Account/SecondFactor", StringComparison.Ordinal), $"{route} without a second factor: {bareStatus} {bareWhere}");
                var supports = await OpenAsync(support, path);
                Assert.True(page.Access == Access.Support ? supports.Status == HttpStatusCode.OK : IsRefused(supports.Status, supports.Where), $"{route} of support: {supports.Status}");
                Assert.Equal(HttpStatusCode.OK, (await OpenAsync(supervisor, path)).Status);
            }

            var signedOut = await OpenAsync(nobody, path);
            Assert.DoesNotContain(Recipient, signedOut.Text);
            Assert.True(
                page.Access == Access.Public || signedOut.Where.Contains("/Account/Login", StringComparison.Ordinal),
                $"{route} signed out: {signedOut.Status} {signedOut.Where}");
        }
    }

    [Fact]
    public async Task While_support_looks_as_a_merchant_every_page_is_marked_and_every_press_refused()
    {
        await using var bench = await FundingBench.StartAsync(DatabaseProvider.Sqlite);
        var his = await Property.AddAsync(bench);
        using var support = bench.App.CreateClient();
        await support.SignInAsync(DemoAccounts.SupportEmail, DemoAccounts.SupportPassword);
        string account = $"/admin/accounts/{his.Merchant}";
        Assert.Equal("/", (await PressAsync(support, await support.GetStringAsync(account), $"{account}/view")).Where);

        // Tax papers that are due are issued by the sweep, or for whoever reads the statements first: they are there before it counts.
        await support.GetStringAsync(Routes["/statements"].Path(his));
        string untouched = await SnapshotAsync(bench.App, his.Merchant);
        string home = await support.GetStringAsync("/");

        int marked = 0;
        foreach (string route in RoutesOfMerchants)
        {
            using var answer = await support.GetAsync(Routes[route].Path(his));
            string text = await answer.Content.ReadAsStringAsync();
            if (answer.Content.Headers.ContentType?.MediaType == "text/html" && text.Length > 0)
            {
                Assert.True(text.Contains("data-testid=\"viewing\"", StringComparison.Ordinal), $"{route} is not marked: {answer.StatusCode}");
                marked++;
            }
        }

        Assert.True(marked > 20, $"Only {marked} pages were seen.");
        foreach (string route in Routes.Keys.Except(["/admin/view/end", "/Account/Logout", "/status/{code:int}"]))
        {
            var (status, where) = await PressAsync(support, home, Routes[route].Path(his));
            Assert.True(status == HttpStatusCode.Forbidden, $"{route} took a press: {status} {where}");
        }

        Assert.Equal(untouched, await SnapshotAsync(bench.App, his.Merchant));
    }

    /// <param name="page">With the token that goes with the press.</param>
    private static async Task<(HttpStatusCode Status, string Where)> PressAsync(HttpClient client, string page, string path)
    {
        string token = WebUtility.HtmlDecode(page.Split("name=\"__RequestVerificationToken\" value=\"")[1].Split('"')[0]);
        using var answer = await client.PostAsync(path, new FormUrlEncodedContent([new("__RequestVerificationToken", token), new("reason", "The merchant asked what it shows.")]));
        return (answer.StatusCode, answer.Headers.Location?.ToString() ?? "");
    }

    private static bool IsRefused(HttpStatusCode status, string where) =>
        status == HttpStatusCode.Forbidden || where.Contains("/Account/AccessDenied", StringComparison.Ordinal);

    private static Task<bool> AddSupportWithoutSecondFactorAsync(TestApp app) => app.InScopeAsync<UserManager<AppUser>, bool>(async users =>
    {
        var user = new AppUser { UserName = BareEmail, Email = BareEmail, EmailConfirmed = true };
        Assert.True((await users.CreateAsync(user, OwnerPassword)).Succeeded);
        Assert.True((await users.AddToRoleAsync(user, Roles.Supervisor)).Succeeded);
        return true;
    });

    private static bool SaysNotFound(HttpStatusCode status, string text) =>
        status == HttpStatusCode.NotFound
        || text.Contains("There is no such label in your account", StringComparison.Ordinal)
        || text.Contains("There is no such batch in your account", StringComparison.Ordinal)
        || text.Contains("There is no such manifest in your account", StringComparison.Ordinal)
        || text.Contains("There is no such top-up in this account", StringComparison.Ordinal);

    private static async Task<(HttpStatusCode Status, string Where, string Text)> OpenAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        return (answer.StatusCode, answer.Headers.Location?.ToString() ?? "", WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()));
    }

    private static async Task AddOwnerAsync(TestApp app, MerchantId merchant) =>
        Assert.True(await app.InScopeAsync<UserManager<AppUser>, bool>(async users =>
        {
            var user = new AppUser { UserName = OwnerEmail, Email = OwnerEmail, EmailConfirmed = true, MerchantId = merchant };
            bool made = (await users.CreateAsync(user, OwnerPassword)).Succeeded && (await users.AddToRoleAsync(user, Roles.MerchantOwner)).Succeeded;
            await using var db = await app.Contexts.CreateDbContextAsync();
            db.Memberships.Add(new Membership { MerchantId = merchant, UserId = user.Id, IsOwner = true });
            return made && await db.SaveChangesAsync() == 1;
        }));

    /// <summary>
    /// Whether the parameters, with the members of records and the items of collections among them, have a merchant's id and that of
    /// something it owns: an id of its own type, any <see cref="Guid"/>, or text that is called an id.
    /// </summary>
    private static bool TakesBoth(MethodInfo method)
    {
        var taken = method.GetParameters().SelectMany(parameter => Unwrapped(parameter.Name!, parameter.ParameterType, depth: 0)).ToList();
        return taken.Exists(value => value.Type == typeof(MerchantId) || value.Type == typeof(MerchantAccess)) && taken.Exists(IsIdOfSomething);
    }

    private static bool IsIdOfSomething((string Name, Type Type) value) =>
        value.Type == typeof(Guid)
        || (value.Type == typeof(string) && value.Name.EndsWith("Id", StringComparison.OrdinalIgnoreCase))
        || (value.Type is { IsValueType: true, Namespace: "OneBalance.Core" } && value.Type != typeof(MerchantId) && value.Type.Name.EndsWith("Id", StringComparison.Ordinal));

    private static IEnumerable<(string Name, Type Type)> Unwrapped(string name, Type type, int depth)
    {
        if (Nullable.GetUnderlyingType(type) is { } given)
        {
            return Unwrapped(name, given, depth);
        }

        if (type != typeof(string) && type.IsAssignableTo(typeof(System.Collections.IEnumerable)))
        {
            return type.IsArray ? Unwrapped(name, type.GetElementType()!, depth) : type.GetGenericArguments().SelectMany(item => Unwrapped(name, item, depth));
        }

        // Who acts is signed in: their id is never taken from an address or a form.
        return depth < 3 && type != typeof(MerchantAccess) && type != typeof(SupportAccess) && type != typeof(Actor)
            && (type.Namespace ?? "").StartsWith("OneBalance.Web.Features.", StringComparison.Ordinal) && type.GetMethod("<Clone>$") is not null
                ? type.GetProperties().SelectMany(property => Unwrapped(property.Name, property.PropertyType, depth + 1))
                : [(name, type)];
    }

    /// <summary>Everything a merchant has, as text: each row of each table that names a merchant.</summary>
    private static async Task<string> SnapshotAsync(TestApp app, MerchantId merchant)
    {
        await using var db = await app.Contexts.CreateDbContextAsync();

        // A mail on its way changes once it has gone, and is nobody's doing then.
        var patience = Stopwatch.StartNew();
        while (await db.OutgoingMails.AnyAsync(mail => mail.MerchantId == merchant && mail.SentAt == null))
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(30), "A mail was not sent.");
            await Task.Delay(10);
        }

        await db.Database.OpenConnectionAsync();
        var lines = new List<string>();
        foreach (var (table, column) in TablesOfMerchants(db))
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = $"SELECT * FROM \"{table}\" WHERE \"{column}\" = {merchant.Value}";
            await using var rows = await command.ExecuteReaderAsync();
            while (await rows.ReadAsync())
            {
                object[] values = new object[rows.FieldCount];
                rows.GetValues(values);
                lines.Add($"{table} {string.Join(' ', values.Select(value => value is byte[] bytes ? Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes)) : value))}");
            }
        }

        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }

    private static IReadOnlyList<(string Table, string Column)> TablesOfMerchants(AppDbContext db) =>
    [
        .. db.Model.GetEntityTypes().Where(type => type.GetTableName() is not null && type.FindProperty("MerchantId") is not null)
            .Select(type => (type.GetTableName()!, type.FindProperty("MerchantId")!.GetColumnName())).Distinct(),
    ];

    /// <summary>Brings what is his into the state in which the call has an effect; all of it, as it is then.</summary>
    private static async Task<string> PreparedAsync(FundingBench bench, UseCase row, Property his)
    {
        if (row.PrepareAsync is { } prepare)
        {
            await using var db = await bench.App.Contexts.CreateDbContextAsync();
            await prepare(db, his);
        }

        return await SnapshotAsync(bench.App, his.Merchant);
    }

    private static Task AskForPricesAsync(AppDbContext db, Property his) =>
        db.Batches.Where(batch => batch.MerchantId == his.Merchant)
            .ExecuteUpdateAsync(set => set.SetProperty(batch => batch.State, BatchState.Rating).SetProperty(batch => batch.NextRunAt, batch => batch.CreatedAt));

    /// <param name="prepare">Brings the owner's rows into a state in which the owner gets another answer, or the call changes them.</param>
    private static UseCase Row<T>(Func<T, MerchantId, Property, Task<object?>> call, Func<object?, bool> isNotFound, Func<AppDbContext, Property, Task>? prepare = null)
        where T : notnull =>
        new(
            async (services, who, his) =>
            {
                await using var scope = services.CreateAsyncScope();
                try
                {
                    return await call(scope.ServiceProvider.GetRequiredService<T>(), who, his);
                }
                catch (InvalidOperationException refusal)
                {
                    // The inner steps are only ever given ids that were read: they find no row and stop.
                    return refusal;
                }
            },
            isNotFound,
            prepare);

    private sealed record UseCase(Func<IServiceProvider, MerchantId, Property, Task<object?>> CallAsync, Func<object?, bool> IsNotFound, Func<AppDbContext, Property, Task>? PrepareAsync);

    private sealed record Page(Access Access, Func<Property, string> Path);

    /// <summary>What one merchant has: a rated draft, labels bought, declined and waiting to be voided, a top-up at the bank and a spare card.</summary>
    private sealed record Property(
        MerchantId Merchant,
        LabelId Draft,
        string Service,
        Money Price,
        LabelId Bought,
        string Tracking,
        LabelId Declined,
        LabelId Scheduled,
        LabelId Voided,
        TopUpId TopUp,
        TopUpId Charged,
        CardId DefaultCard,
        CardId Card,
        BatchId Batch,
        SavedAddressId Sender,
        ParcelPresetId Preset,
        ManifestId Manifest,
        PrintJobId Prints)
    {
        public TopUpId FreshTopUp { get; } = new(Guid.CreateVersion7());

        public AdjustmentId Adjustment { get; } = new(Guid.CreateVersion7());

        public Guid Action { get; } = Guid.CreateVersion7();

        public Guid Cancellation { get; private init; }

        /// <summary>The processor's page on which a card is being added.</summary>
        public string CardPage { get; private init; } = "";

        /// <summary>Of the user.</summary>
        public string Member { get; private init; } = "";

        public Guid Invitation { get; private init; }

        /// <summary>Whether a runner in the background comes and has the batch, within half a second.</summary>
        public required Func<Task<bool>> BatchWasRunAsync { get; init; }

        public static async Task<Property> AddAsync(FundingBench bench)
        {
            var services = bench.App.Services;
            var merchant = await bench.AddMerchantAsync(FundingBench.ThreeDSecure);
            await bench.SubmitAsync(new Fund(merchant, LedgerKeys.Fund($"pi_{merchant}"), new Money(500_00)));
            var order = FundingBench.Order(137_31);
            Assert.IsType<AddFundsOutcome.ConfirmAtBank>(await bench.AddFundsAsync(merchant, order));
            var card = await bench.AddCardAsync(merchant, FundingBench.Visa, isDefault: false);

            var (bought, _) = await BuyAsync();
            var (voided, _) = await BuyAsync();
            await RefundAsync(voided);
            var charged = FundingBench.Order(41_00, card: card);
            Assert.IsType<AddFundsOutcome.Added>(await bench.AddFundsAsync(merchant, charged));
            var (scheduled, _) = await BuyAsync();
            Assert.IsType<VoidOutcome.Scheduled>(
                await services.GetRequiredService<VoidLabel>().AsSoonAsAllowedAsync(merchant, scheduled, "user", Language.English, None));
            var (declined, _) = await RatedAsync();
            var (draft, rate) = await RatedAsync();
            var batch = Assert.IsType<ImportOutcome.Imported>(await services.GetRequiredService<ImportBatch>().RunAsync(
                merchant, "user", "parcels.csv", System.Text.Encoding.UTF8.GetBytes(BatchWorld.Lines(1).Replace("Recipient 1", Recipient, StringComparison.Ordinal)), Language.English, None)).Batch;
            var sender = Assert.IsType<SaveAddressOutcome.Saved>(await services.GetRequiredService<SaveAddress>().RunAsync(
                merchant, null, AddressBookPart.Senders, LabelWorld.Draft.From, None)).Id;
            var preset = Assert.IsType<SavePresetOutcome.Saved>(await services.GetRequiredService<SavePreset>().RunAsync(
                merchant, null, "Small box", LabelWorld.Draft.Parcel, Units.Metric, None)).Id;
            await using var db = await bench.App.Contexts.CreateDbContextAsync();
            await db.Labels.Where(row => row.MerchantId == merchant && row.Id == declined).ExecuteUpdateAsync(set => set.SetProperty(row => row.State, LabelState.Declined));
            string? tracking = await db.Labels.Where(row => row.MerchantId == merchant && row.Id == bought).Select(row => row.TrackingNumber).SingleAsync();
            var defaultCard = await db.Cards.Where(row => row.MerchantId == merchant && row.IsDefault).Select(row => row.Id).SingleAsync();
            var manifest = await CloseDayAsync();
            await AddPapersAsync(db);
            var prints = Assert.IsType<PrintOutcome.Ready>(await services.GetRequiredService<PrintLabels>().StartAsync(merchant, [bought, scheduled], None)).Job;
            var cancellation = Assert.IsType<RequestCancellationOutcome.Requested>(
                await services.GetRequiredService<RequestCancellation>().RunAsync(merchant, Someone, "Moves to another city", None)).Id;
            var his = new Property(merchant, draft, rate.Code, rate.Total, bought, tracking!, declined, scheduled, voided, order.Id, charged.Id, defaultCard, card, batch, sender, preset, manifest, prints)
            {
                Cancellation = cancellation,
                CardPage = await OpenCardPageAsync(),
                Member = await AddMemberAsync(db),
                Invitation = await InviteAsync(db),
                BatchWasRunAsync = BatchWasRunAsync,
            };
            await AddAdjustmentAsync(db, his);
            await AddActionAsync(db, his);
            return his;

            async Task<bool> BatchWasRunAsync()
            {
                for (int look = 0; look < 50; look++)
                {
                    await using var reading = await bench.App.Contexts.CreateDbContextAsync();
                    if (await reading.Batches.AnyAsync(row => row.MerchantId == merchant && row.Id == batch && row.State == BatchState.Open))
                    {
                        return true;
                    }

                    await Task.Delay(10);
                }

                return false;
            }

            async Task<string> OpenCardPageAsync()
            {
                await using var scope = services.CreateAsyncScope();
                var cards = scope.ServiceProvider.GetRequiredService<AddCard>();
                Assert.IsType<StartCardOutcome.Open>(await cards.StartAsync(merchant, Guid.CreateVersion7(), "https://shop.example/", "/balance", Language.English, None));
                return (await cards.OpenPageAsync(merchant, None))!;
            }

            async Task<string> AddMemberAsync(AppDbContext db)
            {
                string email = $"packer-{merchant}@example.com";
                var user = new AppUser { UserName = email, Email = email, NormalizedEmail = email.ToUpperInvariant(), EmailConfirmed = true, MerchantId = merchant };
                db.Users.Add(user);
                db.Memberships.Add(new Membership { MerchantId = merchant, UserId = user.Id, Rights = MerchantRight.BuyLabels });
                await db.SaveChangesAsync();
                return user.Id;
            }

            async Task<Guid> InviteAsync(AppDbContext db)
            {
                await using var scope = services.CreateAsyncScope();
                Assert.IsType<InviteOutcome.Sent>(await scope.ServiceProvider.GetRequiredService<InviteMember>()
                    .RunAsync(merchant, Someone, new Invite($"invited-{merchant}@example.com", MerchantRight.BuyLabels, Language.English), None));
                return await db.Invitations.Where(row => row.MerchantId == merchant).Select(row => row.Id).SingleAsync();
            }

            static async Task AddActionAsync(AppDbContext db, Property his)
            {
                db.SupportActions.Add(new SupportAction
                {
                    MerchantId = his.Merchant,
                    Id = his.Action,
                    Kind = SupportActionKind.Resume,
                    State = SupportActionState.Done,
                    Reason = "The account was checked.",
                    UserId = Support.UserId,
                    Email = Support.Email,
                    AskedAt = DateTimeOffset.UnixEpoch,
                    EndedAt = DateTimeOffset.UnixEpoch,
                });
                await db.SaveChangesAsync();
            }

            static async Task AddAdjustmentAsync(AppDbContext db, Property his)
            {
                db.CarrierAdjustments.Add(new CarrierAdjustment
                {
                    MerchantId = his.Merchant,
                    Id = his.Adjustment.Value,
                    CarrierLineId = $"line-{his.Merchant}",
                    Kind = AdjustmentKind.Reweigh,
                    State = AdjustmentState.Debited,
                    Amount = new Money(2_00),
                    Explanation = $"{Recipient}: 2.4 kg instead of 1.2 kg.",
                    EvidenceName = "scale.pdf",
                    EvidenceType = "application/pdf",
                    Evidence = "%PDF-1.4"u8.ToArray(),
                    NoticedAt = DateTimeOffset.UnixEpoch,
                    DebitedAt = DateTimeOffset.MaxValue.AddYears(-100),
                });
                await db.SaveChangesAsync();
            }

            // Its money is back: what the carrier was told does not matter here.
            async Task RefundAsync(LabelId label)
            {
                await using var books = await bench.App.Contexts.CreateDbContextAsync();
                var captured = await books.Labels.Where(row => row.MerchantId == merchant && row.Id == label).Select(row => row.Captured).SingleAsync();
                Assert.IsType<LedgerReply.Accepted>(await bench.SubmitAsync(new RefundLabel(merchant, LedgerKeys.Refund(label), LedgerKeys.Reserve(label), captured!.Value)));
            }

            async Task<ManifestId> CloseDayAsync()
            {
                var begun = Assert.IsType<CloseDayOutcome.Begun>(
                    await services.GetRequiredService<CloseDay>().RunAsync(new CloseDayRequest(merchant, [], "user", Language.English), None));
                bench.Time.Advance(TimeSpan.FromSeconds(2));
                await services.GetRequiredService<CloseDay>().WatchAsync(merchant, Assert.Single(begun.Manifests));
                return begun.Manifests[0];
            }

            // An invoice and a ZPL label, so that every kind of document has an owner; and a parcel that is followed.
            async Task AddPapersAsync(AppDbContext db)
            {
                var now = bench.Time.GetUtcNow();
                var label = await db.LabelDocuments.AsNoTracking().SingleAsync(row => row.MerchantId == merchant && row.LabelId == bought);
                db.LabelDocuments.Add(new LabelDocument
                {
                    MerchantId = merchant,
                    LabelId = bought,
                    Kind = LabelDocumentKind.CommercialInvoice,
                    MediaType = label.MediaType,
                    Content = label.Content,
                    StoredAt = now,
                });
                db.RefundRequests.Add(new RefundRequest
                {
                    MerchantId = merchant,
                    LabelId = voided,
                    Kind = RefundKind.Claim,
                    State = RefundState.Credited,
                    Amount = new Money(1),
                    RequestedBy = "user",
                    RequestedAt = now,
                    UpdatedAt = now,
                    CreditedAt = now,
                });
                db.LabelTrackings.Add(new LabelTracking { MerchantId = merchant, LabelId = bought, Status = TrackingStatus.NotScanned, Since = now });
                await db.SaveChangesAsync();
                await db.Labels.Where(row => row.MerchantId == merchant && row.Id == bought).ExecuteUpdateAsync(set => set.SetProperty(row => row.InvoiceStoredAt, now));
                await db.Labels.Where(row => row.MerchantId == merchant && row.Id == scheduled).ExecuteUpdateAsync(set => set.SetProperty(row => row.Format, LabelFormat.ThermalZpl));
                await db.LabelDocuments.Where(row => row.MerchantId == merchant && row.LabelId == scheduled)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.MediaType, "application/zpl"));
            }

            async Task<(LabelId Id, (string Code, Money Total) Rate)> RatedAsync()
            {
                var id = await services.GetRequiredService<StartLabel>().RunAsync(merchant, None);
                var sent = LabelWorld.Draft with { To = LabelWorld.Draft.To with { Name = Recipient } };
                Assert.Equal(SaveDraftOutcome.Saved, await services.GetRequiredService<SaveLabelDraft>().RunAsync(merchant, id, sent, None));
                var quoted = Assert.IsType<RatesOutcome.Quoted>(await services.GetRequiredService<GetRates>().RunAsync(merchant, id, Language.English, None));
                return (id, (quoted.Rates[0].ServiceCode, quoted.Rates[0].Price.Total));
            }

            async Task<(LabelId Id, (string Code, Money Total) Rate)> BuyAsync()
            {
                var (id, chosen) = await RatedAsync();
                Assert.IsType<BuyOutcome.Bought>(await services.GetRequiredService<BuyLabel>().RunAsync(
                    new BuyRequest(merchant, id, chosen.Code, chosen.Total, "user", Language.English), None));
                return (id, chosen);
            }
        }
    }
}
