using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Balance;

/// <summary>
/// Saves a card through the processor's hosted page: <see cref="StartAsync"/> sends the browser there,
/// <see cref="FinishAsync"/> takes it back. Card numbers never come near us.
/// </summary>
public sealed partial class AddCard(
    IDbContextFactory<AppDbContext> contexts,
    IPaymentProcessor processor,
    ReplaceCard replace,
    TimeProvider time,
    ILogger<AddCard> log)
{
    private static readonly TimeSpan PageLife = TimeSpan.FromHours(24);

    /// <summary>Opens the hosted page and remembers which one it is before anybody is sent there.</summary>
    /// <param name="attempt">Chosen before the button is pressed: pressed twice, it is one page.</param>
    /// <param name="origin">The product's own address as the browser sees it.</param>
    /// <param name="returnPath">Where the merchant is; a path of ours.</param>
    public async Task<StartCardOutcome> StartAsync(MerchantAccess access, Guid attempt, string origin, string returnPath, Language language, CancellationToken ct) =>
        await OpenAsync(await access.DemandAsync(MerchantRight.ManageBilling, ct), attempt, origin, returnPath, language, replaces: null, ct);

    /// <summary>As <see cref="StartAsync"/>, for a card that takes the place of another: its role, and then its seat.</summary>
    /// <returns>Null when the merchant has no such card.</returns>
    public async Task<StartCardOutcome?> StartReplacingAsync(
        MerchantAccess access, CardId replaces, Guid attempt, string origin, string returnPath, Language language, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.ManageBilling, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.Cards.AnyAsync(c => c.MerchantId == merchant && c.Id == replaces && c.RemovedAt == null, ct)
            ? await OpenAsync(merchant, attempt, origin, returnPath, language, replaces, ct)
            : null;
    }

    private async Task<StartCardOutcome> OpenAsync(
        MerchantId merchant, Guid attempt, string origin, string returnPath, Language language, CardId? replaces, CancellationToken ct)
    {
        string? customer;
        switch (await CustomerAsync(merchant, ct))
        {
            case ProcessorReply<string>.Confirmed(var id):
                customer = id;
                break;
            case ProcessorReply<string>.Refused(var code, _):
                Refused(log, merchant.Value, code);
                return new StartCardOutcome.Unavailable();
            default:
                return new StartCardOutcome.Unavailable();
        }

        string home = origin.TrimEnd('/');
        string path = LocalPath.OrNull(returnPath) ?? "/set-up";
        var opened = await processor.StartCardSetupAsync(
            customer,
            $"{home}/set-up/card/return?session={{CHECKOUT_SESSION_ID}}",
            $"{home}{WithQuery(path, "card", "cancelled")}",
            language,
            $"card-page-{attempt:N}",
            ct);
        switch (opened)
        {
            case ProcessorReply<CardSetupPage>.Confirmed(var page):
                await RememberAsync(merchant, page.SessionId, path, replaces, ct);
                return new StartCardOutcome.Open(page.Url);
            case ProcessorReply<CardSetupPage>.Refused(var code, _):
                Refused(log, merchant.Value, code);
                return new StartCardOutcome.Unavailable();
            default:
                return new StartCardOutcome.Unavailable();
        }
    }

    /// <summary>
    /// Takes the card that the hosted page saved. May be repeated: the card is added once. A page other than the one last
    /// opened for this merchant, or of another customer, is refused.
    /// </summary>
    public async Task<FinishCardOutcome> FinishAsync(MerchantAccess access, string sessionId, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.ManageBilling, ct);
        string? customer;
        string returnPath;
        CardId? replaces;
        await using (var db = await contexts.CreateDbContextAsync(ct))
        {
            var opened = await db.SetUpDrafts.Where(d => d.MerchantId == merchant)
                .Select(d => new { d.CardSetupSessionId, d.CardSetupReturnPath, d.CardSetupReplaces }).SingleOrDefaultAsync(ct);
            returnPath = opened?.CardSetupReturnPath ?? "/set-up";
            replaces = opened?.CardSetupReplaces;
            if (opened?.CardSetupSessionId is null || opened.CardSetupSessionId != sessionId)
            {
                Stale(log, merchant.Value);
                return new FinishCardOutcome.NotThisPage(returnPath);
            }

            customer = await db.Merchants.Where(m => m.Id == merchant).Select(m => m.ProcessorCustomerId).SingleAsync(ct);
        }

        switch (await processor.ReadCardSetupAsync(sessionId, ct))
        {
            case ProcessorReply<CardSetup>.Confirmed(var setup) when setup.CustomerId != customer || (setup.Card is not null && setup.Card.CustomerId != customer):
                Stale(log, merchant.Value);
                return new FinishCardOutcome.NotThisPage(returnPath);
            case ProcessorReply<CardSetup>.Confirmed({ State: CardSetupState.Complete, Card: { } card }):
                var added = await SaveAsync(merchant, card, ct);
                if (replaces is { } old && old != added)
                {
                    await replace.RunAsync(merchant, old, added, ct);
                }

                return new FinishCardOutcome.Added(added, returnPath);
            case ProcessorReply<CardSetup>.Confirmed({ State: CardSetupState.Expired }):
                return new FinishCardOutcome.Expired(returnPath);
            case ProcessorReply<CardSetup>.Confirmed:
                return new FinishCardOutcome.NotFinished(returnPath);
            case ProcessorReply<CardSetup>.Refused:
                return new FinishCardOutcome.NotThisPage(returnPath);
            case ProcessorReply<CardSetup>.Unreachable or ProcessorReply<CardSetup>.Unknown:
                return new FinishCardOutcome.TryAgain(returnPath);
            default:
                throw new InvalidOperationException($"Unexpected reply for a card page of merchant {merchant}.");
        }
    }

    /// <summary>
    /// Takes the card of the page last opened where it was saved there and the way back was not taken (a closed tab): as the
    /// return would have. Asks the processor for a day after a page was opened, which is how long one lives.
    /// </summary>
    /// <returns>True when a card came on file by it.</returns>
    public async Task<bool> TakeUpAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.ManageBilling, ct);
        var since = time.GetUtcNow() - PageLife;
        string? session;
        List<CardId> known;
        await using (var db = await contexts.CreateDbContextAsync(ct))
        {
            session = await db.SetUpDrafts.Where(d => d.MerchantId == merchant && d.CardSetupSessionId != null && d.UpdatedAt > since
                    && !db.Cards.Any(c => c.MerchantId == merchant && c.AddedAt >= d.UpdatedAt))
                .Select(d => d.CardSetupSessionId).SingleOrDefaultAsync(ct);
            known = await db.Cards.Where(c => c.MerchantId == merchant).Select(c => c.Id).ToListAsync(ct);
        }

        return session is not null && await FinishAsync(access, session, ct) is FinishCardOutcome.Added(var card, _) && !known.Contains(card);
    }

    /// <summary>The page that was last opened, for a merchant who finished it and did not come back by its button; null when there is none.</summary>
    public async Task<string?> OpenPageAsync(MerchantAccess access, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.ManageBilling, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.SetUpDrafts.Where(d => d.MerchantId == merchant).Select(d => d.CardSetupSessionId).SingleOrDefaultAsync(ct);
    }

    /// <summary>
    /// The merchant's customer at the processor, made once: the key is the same however often a crash makes us ask. It holds
    /// a digest of what is sent, because the processor refuses a key used with other content; and the number of attempts that
    /// led to no usable answer, because it repeats an error of its own for a day. The customer is looked for before it is made,
    /// because keys are forgotten after a day, and again after an answer was lost.
    /// </summary>
    private async Task<ProcessorReply<string>> CustomerAsync(MerchantId merchant, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var row = await db.Merchants.SingleAsync(m => m.Id == merchant, ct);
        if (row.ProcessorCustomerId is { } known)
        {
            return new ProcessorReply<string>.Confirmed(known);
        }

        string content = string.Create(CultureInfo.InvariantCulture, $"{row.Id}\n{row.CreatedAt.UtcTicks}\n{row.ContactEmail}\n{row.BusinessName}");
        int attempt = row.ProcessorCustomerAttempts;
        string key = $"customer-{row.Id}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..32]}{(attempt == 0 ? "" : $"-{attempt}")}";
        var reply = await MadeBeforeAsync(merchant, row.ContactEmail, ct) ?? await processor.CreateCustomerAsync(merchant, row.ContactEmail, row.BusinessName, key, ct);
        if (reply is ProcessorReply<string>.Unknown)
        {
            reply = await MadeBeforeAsync(merchant, row.ContactEmail, ct) ?? reply;
        }

        if (reply is not ProcessorReply<string>.Confirmed(var customer))
        {
            if (reply is ProcessorReply<string>.Unknown)
            {
                await db.Merchants.Where(m => m.Id == merchant && m.ProcessorCustomerAttempts == attempt)
                    .ExecuteUpdateAsync(set => set.SetProperty(m => m.ProcessorCustomerAttempts, attempt + 1), ct);
            }

            return reply;
        }

        // Only where none is stored: another tab may have been faster, and its customer is the merchant's.
        await db.Merchants.Where(m => m.Id == merchant && m.ProcessorCustomerId == null).ExecuteUpdateAsync(
            set => set.SetProperty(m => m.ProcessorCustomerId, customer).SetProperty(m => m.Version, m => m.Version + 1),
            ct);
        return new ProcessorReply<string>.Confirmed(
            await db.Merchants.Where(m => m.Id == merchant).Select(m => m.ProcessorCustomerId).SingleAsync(ct) ?? customer);
    }

    /// <summary>Null when the processor has no customer of this merchant; without an answer, no other one is made.</summary>
    private async Task<ProcessorReply<string>?> MadeBeforeAsync(MerchantId merchant, string email, CancellationToken ct) =>
        await processor.FindCustomerAsync(merchant, email, ct) switch
        {
            ProcessorReply<string?>.Confirmed({ } customer) => new ProcessorReply<string>.Confirmed(customer),
            ProcessorReply<string?>.Confirmed => null,
            ProcessorReply<string?>.Refused(var code, var message) => new ProcessorReply<string>.Refused(code, message),
            ProcessorReply<string?>.Unreachable(var reason) => new ProcessorReply<string>.Unreachable(reason),
            ProcessorReply<string?>.Unknown(var reason) => new ProcessorReply<string>.Unreachable(reason),
            _ => throw new InvalidOperationException($"Unexpected reply for the customer of merchant {merchant}."),
        };

    private async Task RememberAsync(MerchantId merchant, string sessionId, string returnPath, CardId? replaces, CancellationToken ct)
    {
        for (int attempt = 1; ; attempt++)
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            var draft = await SetUpDraftRow.LoadAsync(db, merchant, ct);
            draft.CardSetupSessionId = sessionId;
            draft.CardSetupReturnPath = returnPath;
            draft.CardSetupReplaces = replaces;
            draft.UpdatedAt = time.GetUtcNow();
            draft.Version++;
            try
            {
                await db.SaveChangesAsync(ct);
                return;
            }
            catch (DbUpdateException) when (attempt < 5)
            {
                // Another tab saved, or both began the draft at once: put the page beside what it left.
            }
        }
    }

    /// <summary>Puts the card on file once; the first one becomes the default.</summary>
    private async Task<CardId> SaveAsync(MerchantId merchant, SavedCard saved, CancellationToken ct)
    {
        for (int attempt = 1; ; attempt++)
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            await using var transaction = await CardChange.BeginAsync(db, merchant, ct);
            if (await FindAsync(db, merchant, saved.Id, ct) is { } known)
            {
                return known;
            }

            var card = new CardOnFile
            {
                MerchantId = merchant,
                Id = new CardId(Guid.CreateVersion7(time.GetUtcNow())),
                ProcessorId = saved.Id,
                Brand = saved.Card.Brand,
                LastFour = saved.Card.LastFour,
                ExpiryMonth = saved.Card.ExpiryMonth,
                ExpiryYear = saved.Card.ExpiryYear,
                IsDefault = !await db.Cards.AnyAsync(c => c.MerchantId == merchant && c.IsDefault && c.RemovedAt == null, ct),
                AddedAt = time.GetUtcNow(),
            };
            db.Cards.Add(card);
            try
            {
                await db.SaveChangesAsync(ct);
                await transaction.CommitAsync(ct);
                return card.Id;
            }
            catch (DbUpdateException) when (attempt < 3)
            {
                // Returned twice at once, or two first cards at once: the database takes a card once, and one default.
            }
        }
    }

    private static Task<CardId?> FindAsync(AppDbContext db, MerchantId merchant, string processorId, CancellationToken ct) =>
        db.Cards.Where(c => c.MerchantId == merchant && c.ProcessorId == processorId).Select(c => (CardId?)c.Id).SingleOrDefaultAsync(ct);

    private static string WithQuery(string path, string name, string value) => $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{name}={value}";

    [LoggerMessage(LogLevel.Error, "The processor refused to open a card page for merchant {Merchant}: {Code}.")]
    private static partial void Refused(ILogger log, long merchant, string code);

    [LoggerMessage(LogLevel.Warning, "Merchant {Merchant} came back from a card page that is not the one last opened.")]
    private static partial void Stale(ILogger log, long merchant);
}

/// <summary>What came of opening the hosted page: a closed set.</summary>
public abstract record StartCardOutcome
{
    private StartCardOutcome()
    {
    }

    /// <summary>Send the browser there.</summary>
    public sealed record Open(string Url) : StartCardOutcome;

    /// <summary>The processor gave no page: try again in a moment.</summary>
    public sealed record Unavailable : StartCardOutcome;
}

/// <summary>What came of returning from the hosted page: a closed set.</summary>
/// <param name="ReturnPath">Where the merchant was before.</param>
public abstract record FinishCardOutcome(string ReturnPath)
{
    /// <summary>The card is on file, from now or before.</summary>
    public sealed record Added(CardId Card, string ReturnPath) : FinishCardOutcome(ReturnPath);

    /// <summary>The page was left before a card was saved.</summary>
    public sealed record NotFinished(string ReturnPath) : FinishCardOutcome(ReturnPath);

    /// <summary>The page was open too long.</summary>
    public sealed record Expired(string ReturnPath) : FinishCardOutcome(ReturnPath);

    /// <summary>A page that is not the one last opened here.</summary>
    public sealed record NotThisPage(string ReturnPath) : FinishCardOutcome(ReturnPath);

    /// <summary>The processor could not be asked just now.</summary>
    public sealed record TryAgain(string ReturnPath) : FinishCardOutcome(ReturnPath);
}
