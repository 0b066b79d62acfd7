using Microsoft.Extensions.Localization;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Core.Notices;
using OneBalance.Web.Components;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Notices;

namespace OneBalance.Web.Features.Cancellation;

/// <summary>Writes to a merchant's users at each stage. A mail goes into the context that saves the stage: both are stored, or neither.</summary>
public sealed class CancellationMails(NoticeWriter writer, IStringLocalizer<CancellationTexts> texts)
{
    /// <summary>Tells the sender; after the caller has saved.</summary>
    public void Wake() => writer.Wake();

    public Task RequestedAsync(AppDbContext db, AccountClosing closing, CancellationToken ct) =>
        AddAsync(db, closing, "Requested", _ => [texts["Mail.Requested.1"], texts["Mail.Requested.2"], texts["Mail.Requested.3"]], ct);

    public Task OpenedAsync(AppDbContext db, AccountClosing closing, CancellationToken ct) =>
        AddAsync(db, closing, "Opened", _ => [texts["Mail.Opened.1"], texts["Mail.Opened.2"]], ct);

    public Task WithdrawnAsync(AppDbContext db, AccountClosing closing, CancellationToken ct) =>
        AddAsync(db, closing, "Withdrawn", _ => [texts["Mail.Withdrawn.1"]], ct);

    /// <summary>Once the account is closed, so that what is told is so.</summary>
    public Task ApprovedAsync(AppDbContext db, AccountClosing closing, CancellationToken ct) =>
        AddAsync(
            db,
            closing,
            "Approved",
            formats => closing.ApprovedAmount is { IsPositive: true } amount
                ? [texts["Mail.Approved.1", formats.Money(amount)], texts["Mail.Approved.2", formats.Date(closing.DueFrom!.Value), formats.Date(closing.DueBy!.Value)], texts["Mail.Approved.3"]]
                : [texts["Mail.Approved.Nothing"]],
            ct);

    /// <summary>A part has left: to a card, or as a cheque or transfer.</summary>
    public Task SentAsync(AppDbContext db, AccountClosing closing, PayoutLot lot, CancellationToken ct) =>
        AddAsync(
            db,
            closing,
            "Sent",
            formats => [lot.Route == PayoutRoute.Card
                ? texts["Mail.Sent.Card", formats.Money(lot.Amount), lot.CardLastFour ?? ""]
                : texts[$"Mail.Sent.{lot.Means}", formats.Money(lot.Amount), lot.BankReference ?? ""]],
            ct);

    /// <summary>A part has paid what was owed instead of leaving.</summary>
    public Task OwedPaidAsync(AppDbContext db, AccountClosing closing, PayoutLot lot, CancellationToken ct) =>
        AddAsync(db, closing, "OwedPaid", formats => [texts["Mail.OwedPaid.1", formats.Money(lot.Amount)]], ct);

    /// <summary>A part came back: from a card's bank, or by the post.</summary>
    public Task FailedAsync(AppDbContext db, AccountClosing closing, PayoutLot lot, CancellationToken ct) =>
        AddAsync(
            db,
            closing,
            lot.Route == PayoutRoute.Card ? "Failed" : "Returned",
            formats =>
            [
                lot.Route == PayoutRoute.Card
                    ? texts["Mail.Failed.1", formats.Money(lot.Amount), lot.CardLastFour ?? ""]
                    : texts[$"Mail.Returned.{lot.Means}", formats.Money(lot.Amount), lot.BankReference ?? ""],
                texts[lot.Route == PayoutRoute.Card ? "Mail.Failed.2" : "Mail.Returned.2", formats.Date(lot.DueBy)],
            ],
            ct);

    public Task SupplementaryAsync(AppDbContext db, AccountClosing closing, Money amount, DateOnly from, DateOnly by, CancellationToken ct) =>
        AddAsync(
            db,
            closing,
            "Supplementary",
            formats => [texts["Mail.Supplementary.1", formats.Money(amount)], texts["Mail.Approved.2", formats.Date(from), formats.Date(by)]],
            ct);

    public Task PaidAsync(AppDbContext db, AccountClosing closing, CancellationToken ct) =>
        AddAsync(db, closing, "Paid", _ => [texts["Mail.Paid.1"], texts["Mail.Paid.2"]], ct);

    private Task AddAsync(AppDbContext db, AccountClosing closing, string stage, Func<Formats, IReadOnlyList<LocalizedString>> paragraphs, CancellationToken ct) =>
        writer.AddAsync(
            db,
            closing.MerchantId,
            NoticeKind.AccountClosing,
            formats => new NoticeWords(
                texts[$"Mail.{stage}.Subject", closing.Reference],
                [.. paragraphs(formats).Select(paragraph => paragraph.Value), texts["Mail.Reference", closing.Reference]],
                texts["Mail.Link"],
                CancellationWords.MerchantPath),
            onlyUser: null,
            ct);
}
