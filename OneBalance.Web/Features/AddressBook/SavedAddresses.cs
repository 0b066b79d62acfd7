using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Core.Team;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.AddressBook;

/// <summary>Which part of the address book.</summary>
public enum AddressBookPart
{
    Recipients,
    Senders,
}

/// <param name="Id">Null for an address that was used on a label and never saved.</param>
public sealed record AddressView(SavedAddressId? Id, Address Address, bool IsDefault, int Version);

/// <param name="More">There are more than are listed: search to find them.</param>
public sealed record AddressList(IReadOnlyList<AddressView> Addresses, bool More);

/// <summary>The address book as pages show it.</summary>
public sealed class AddressQueries(IDbContextFactory<AppDbContext> contexts, IOptions<PrivacyOptions> privacy, TimeProvider time)
{
    /// <summary>How many are listed at once.</summary>
    public const int AtMost = 50;

    private const int Suggestions = 8;
    private const int PastLabels = 300;

    /// <param name="search">Looked for in names, street, place and phone; accents and case do not matter.</param>
    public async Task<AddressList> ListAsync(MerchantAccess access, AddressBookPart part, string? search, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        string folded = FoldedText.Of(search ?? "");
        var rows = await Matching(db, merchant, part, folded)
            .OrderByDescending(row => row.IsDefault).ThenBy(row => row.SearchText).ThenBy(row => row.Id)
            .Take(AtMost + 1)
            .ToListAsync(ct);
        return new AddressList([.. rows.Take(AtMost).Select(View)], rows.Count > AtMost);
    }

    /// <summary>Saved addresses first; for recipients then those of the last labels bought, each once, for as long as they are kept as suggestions.</summary>
    public async Task<IReadOnlyList<AddressView>> SuggestAsync(MerchantAccess access, AddressBookPart part, string? typed, CancellationToken ct)
    {
        var merchant = await access.LookAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        string folded = FoldedText.Of(typed ?? "");
        var saved = (await Matching(db, merchant, part, folded)
            .OrderByDescending(row => row.IsDefault).ThenByDescending(row => row.UpdatedAt)
            .Take(Suggestions)
            .ToListAsync(ct)).ConvertAll(View);
        if (part == AddressBookPart.Senders || saved.Count >= Suggestions)
        {
            return saved;
        }

        var since = time.GetUtcNow() - privacy.Value.Suggestions;
        var used = await db.Labels.AsNoTracking()
            .Where(label => label.MerchantId == merchant && (label.State == LabelState.Purchased || label.State == LabelState.Voided))
            .Where(label => label.CreatedAt >= since && label.ErasureAskedAt == null && label.RecipientErasedAt == null)
            .OrderByDescending(label => label.CreatedAt)
            .Take(PastLabels)
            .Select(label => label.To)
            .ToListAsync(ct);
        var known = saved.Select(view => SearchText(view.Address)).ToHashSet();
        return
        [
            .. saved,
            .. used.Select(to => to.ToAddress())
                .Where(to => SearchText(to) is var text && Words(folded).All(word => text.Contains(word, StringComparison.Ordinal)) && known.Add(text))
                .Take(Suggestions - saved.Count)
                .Select(to => new AddressView(null, to, false, 0)),
        ];
    }

    /// <summary>What search looks in; two addresses with the same text are the same to people.</summary>
    internal static string SearchText(Address address)
    {
        string text = FoldedText.Of(string.Join(' ', address.Company, address.Name, address.Line1, address.Line2, address.City, address.Province, address.PostalCode, address.Country, address.Phone));
        return text.Length <= 300 ? text : text[..300];
    }

    /// <summary>Each is looked for by itself, wherever it stands.</summary>
    private static string[] Words(string folded) => folded.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static IQueryable<SavedAddress> Matching(AppDbContext db, MerchantId merchant, AddressBookPart part, string folded)
    {
        var kind = Kind(part);
        return Words(folded).Aggregate(
            db.SavedAddresses.AsNoTracking().Where(row => row.MerchantId == merchant && row.Kind == kind),
            (rows, word) => rows.Where(row => row.SearchText.Contains(word)));
    }

    internal static AddressKind Kind(AddressBookPart part) => part switch
    {
        AddressBookPart.Recipients => AddressKind.Recipient,
        AddressBookPart.Senders => AddressKind.Sender,
        _ => throw new ArgumentOutOfRangeException(nameof(part), part, null),
    };

    private static AddressView View(SavedAddress row) => new(row.Id, row.Address.ToAddress(), row.IsDefault, row.Version);
}

/// <summary>Adds an address to the book, or corrects one: checked by the rules the carrier has for its use.</summary>
public sealed class SaveAddress(IDbContextFactory<AppDbContext> contexts, TimeProvider time)
{
    /// <summary>More than anybody types; keeps a runaway import out.</summary>
    public const int AtMost = 5_000;

    /// <param name="id">The address to correct; null to add one.</param>
    public async Task<SaveAddressOutcome> RunAsync(MerchantAccess access, SavedAddressId? id, AddressBookPart part, Address address, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        var given = AddressRules.Normalize(address);
        var findings = part == AddressBookPart.Senders ? AddressRules.CheckSender(given) : AddressRules.CheckDestination(given);
        if (findings.Count > 0)
        {
            return new SaveAddressOutcome.Refused(findings);
        }

        await using var db = await contexts.CreateDbContextAsync(ct);
        var kind = AddressQueries.Kind(part);
        string searchText = AddressQueries.SearchText(given);
        var twin = await db.SavedAddresses.AsNoTracking()
            .Where(row => row.MerchantId == merchant && row.Kind == kind && row.SearchText == searchText && row.Id != id)
            .Select(row => (SavedAddressId?)row.Id)
            .FirstOrDefaultAsync(ct);
        if (twin is { } already)
        {
            return new SaveAddressOutcome.AlreadyThere(already);
        }

        var now = time.GetUtcNow();
        SavedAddress saved;
        if (id is { } known)
        {
            if (await db.SavedAddresses.FirstOrDefaultAsync(row => row.MerchantId == merchant && row.Id == known && row.Kind == kind, ct) is not { } row)
            {
                return new SaveAddressOutcome.NotFound();
            }

            saved = row;
            saved.Address = PostalAddress.From(given);
            saved.SearchText = searchText;
            saved.Version++;
        }
        else
        {
            if (await db.SavedAddresses.CountAsync(row => row.MerchantId == merchant, ct) >= AtMost)
            {
                return new SaveAddressOutcome.BookIsFull();
            }

            saved = new SavedAddress
            {
                MerchantId = merchant,
                Id = new SavedAddressId(Guid.CreateVersion7(now)),
                Kind = kind,
                Address = PostalAddress.From(given),
                SearchText = searchText,
                CreatedAt = now,
            };
            db.Add(saved);
        }

        saved.UpdatedAt = now;
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            return new SaveAddressOutcome.ChangedMeanwhile();
        }

        return new SaveAddressOutcome.Saved(saved.Id);
    }
}

/// <summary>What came of saving an address: a closed set.</summary>
public abstract record SaveAddressOutcome
{
    private SaveAddressOutcome()
    {
    }

    public sealed record Saved(SavedAddressId Id) : SaveAddressOutcome;

    public sealed record Refused(IReadOnlyList<AddressFinding> Findings) : SaveAddressOutcome;

    /// <summary>The same address is in the book already.</summary>
    public sealed record AlreadyThere(SavedAddressId Id) : SaveAddressOutcome;

    /// <summary>Corrected or removed in another tab.</summary>
    public sealed record ChangedMeanwhile : SaveAddressOutcome;

    public sealed record BookIsFull : SaveAddressOutcome;

    public sealed record NotFound : SaveAddressOutcome;
}

/// <summary>Takes an address out of the book; labels made with it keep it.</summary>
public sealed class RemoveAddress(IDbContextFactory<AppDbContext> contexts)
{
    /// <summary>False when there is no such address of this merchant.</summary>
    public async Task<bool> RunAsync(MerchantAccess access, SavedAddressId id, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.SavedAddresses.Where(row => row.MerchantId == merchant && row.Id == id).ExecuteDeleteAsync(ct) == 1;
    }
}

/// <summary>Makes a sender the ship-from of new labels. There is one such sender or none.</summary>
public sealed class SetDefaultSender(IDbContextFactory<AppDbContext> contexts)
{
    /// <param name="isDefault">False: new labels start from where the last one came from.</param>
    /// <returns>False when there is no such sender of this merchant.</returns>
    public async Task<bool> RunAsync(MerchantAccess access, SavedAddressId id, bool isDefault, CancellationToken ct)
    {
        var merchant = await access.DemandAsync(MerchantRight.BuyLabels, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var senders = db.SavedAddresses.Where(row => row.MerchantId == merchant && row.Kind == AddressKind.Sender);
        if (!await senders.AnyAsync(row => row.Id == id, ct))
        {
            return false;
        }

        await senders.Where(row => row.IsDefault && (row.Id != id || !isDefault))
            .ExecuteUpdateAsync(row => row.SetProperty(sender => sender.IsDefault, false).SetProperty(sender => sender.Version, sender => sender.Version + 1), ct);
        if (isDefault)
        {
            await senders.Where(row => row.Id == id && !row.IsDefault)
                .ExecuteUpdateAsync(row => row.SetProperty(sender => sender.IsDefault, true).SetProperty(sender => sender.Version, sender => sender.Version + 1), ct);
        }

        await transaction.CommitAsync(ct);
        return true;
    }
}
