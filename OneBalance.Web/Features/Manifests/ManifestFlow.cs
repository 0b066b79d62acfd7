using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Features.Labels;

namespace OneBalance.Web.Features.Manifests;

/// <summary>
/// Moves one manifest on, step by step, as <see cref="ManifestRules.Next"/> says, until it rests or must wait. The carrier's
/// transmission can be neither repeated blindly nor asked for by a reference: so only the runner that stored the intent sends
/// it, and every other one first looks whether the labels have left their group.
/// </summary>
public sealed partial class ManifestFlow(
    IDbContextFactory<AppDbContext> contexts,
    ICarrier carrier,
    TimeProvider time,
    ILogger<ManifestFlow> logger)
{
    private const string Pdf = "application/pdf";

    public async Task RunAsync(MerchantId merchant, ManifestId id, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        bool goOn = true;
        while (goOn)
        {
            db.ChangeTracker.Clear();
            var manifest = await db.Manifests.FirstAsync(row => row.MerchantId == merchant && row.Id == id, ct);
            bool buying = manifest.State == ManifestState.Collecting && await db.Labels.AnyAsync(
                label => label.MerchantId == merchant && label.CarrierGroup == manifest.CarrierGroup
                    && (label.State == LabelState.Reserved || label.State == LabelState.Attempting), ct);
            var facts = new ManifestFacts(manifest.State, manifest.RequestedAt, buying, manifest.NextRunAt);
            goOn = ManifestRules.Next(facts, time.GetUtcNow()) switch
            {
                ManifestStep.Wait or ManifestStep.Rest => false,
                ManifestStep.Collect => await CollectAsync(db, manifest, ct),
                ManifestStep.Look => await LookAsync(db, manifest, ct),
                ManifestStep.Confirm => await ConfirmAsync(db, manifest, ct),
                var other => throw new InvalidOperationException($"Unknown step {other}."),
            };
        }
    }

    /// <summary>What is in the group decides: what is ours goes, what is not stays, what is missing is asked for by its reference.</summary>
    private async Task<bool> CollectAsync(AppDbContext db, Manifest manifest, CancellationToken ct)
    {
        var reply = await carrier.ListGroupAsync(manifest.CarrierGroup, ct);
        if (reply is CarrierReply<IReadOnlyList<string>>.Refused(var errors))
        {
            return await RefusedAsync(db, manifest, errors, ct);
        }

        if (reply is not CarrierReply<IReadOnlyList<string>>.Confirmed(var inGroup))
        {
            return await WaitAsync(db, manifest, reply, ct);
        }

        var ours = await WaitingAsync(db, manifest, ct);
        foreach (var (entry, label) in ours.Where(pair => !inGroup.Contains(pair.Label.ShipmentId!)).ToList())
        {
            switch (await carrier.FindShipmentAsync(label.Search(db), manifest.Language, ct))
            {
                case CarrierReply<CarrierShipment?>.Confirmed(null):
                    Fail(entry, label, ManifestProblem.Gone);
                    ours.Remove((entry, label));
                    break;
                case CarrierReply<CarrierShipment?>.Confirmed({ Transmitted: true }):
                    Fail(entry, label, ManifestProblem.AlreadyTransmitted);
                    ours.Remove((entry, label));
                    break;
                case CarrierReply<CarrierShipment?>.Confirmed:
                    // The list lags behind: it is there.
                    break;
                case var unknown:
                    db.ChangeTracker.Clear();
                    db.Attach(manifest);
                    return await WaitAsync(db, manifest, unknown, ct);
            }
        }

        if (ours.Count == 0)
        {
            return await EndAsync(db, manifest, ct);
        }

        Intend(manifest, inGroup, ours);
        manifest.Attempts = 1;
        return !await SaveAsync(db, manifest, ct) || await TransmitAsync(db, manifest, ct);
    }

    /// <summary>Sends what was intended: only for the runner that has just stored it.</summary>
    private async Task<bool> TransmitAsync(AppDbContext db, Manifest manifest, CancellationToken ct)
    {
        var business = await db.Merchants.AsNoTracking().Where(row => row.Id == manifest.MerchantId).Select(row => new { row.BusinessName, row.Address }).SingleAsync(ct);
        var address = business.Address.ToAddress();
        var order = new TransmitOrder(
            manifest.CarrierGroup,
            manifest.ShippingPoint,
            JsonSerializer.Deserialize<List<string>>(manifest.ExcludedJson) ?? [],
            AddressRules.Normalize(address.Company.Length > 0 ? address : address with { Company = business.BusinessName }));
        var reply = await carrier.TransmitAsync(order, manifest.Language, ct);
        switch (reply)
        {
            case CarrierReply<IReadOnlyList<string>>.Confirmed(var links):
                LogTransmitted(manifest.MerchantId, manifest.Id, links.Count);
                return await TransmittedAsync(db, manifest, links, ct);
            case CarrierReply<IReadOnlyList<string>>.Refused(var errors) when errors.Any(error => error.Code == CarrierManifest.ExclusionGone):
                // A label that was to stay has left the group meanwhile, e.g. voided: look at the group again.
                manifest.State = ManifestState.Collecting;
                return await SaveAsync(db, manifest, ct, Soon()) && false;
            case CarrierReply<IReadOnlyList<string>>.Refused(var errors) when manifest.Attempts == 1 && errors.All(error => error.Code != CarrierManifest.NothingLeft):
                return await RefusedAsync(db, manifest, errors, ct);
            case CarrierReply<IReadOnlyList<string>>.Unreachable when manifest.Attempts == 1:
                // Certain that nothing was sent: as if it had never been intended.
                manifest.State = ManifestState.Collecting;
                return await WaitAsync(db, manifest, reply, ct);
            default:
                return await WaitAsync(db, manifest, reply, ct);
        }
    }

    /// <summary>The carrier said no and nothing was transmitted: the labels are open again.</summary>
    private async Task<bool> RefusedAsync(AppDbContext db, Manifest manifest, IReadOnlyList<CarrierError> errors, CancellationToken ct)
    {
        manifest.ErrorsJson = JsonSerializer.Serialize(errors);
        LogRefused(manifest.MerchantId, manifest.Id, string.Join(' ', errors.Select(error => error.Code)));
        foreach (var (entry, label) in await WaitingAsync(db, manifest, ct))
        {
            Fail(entry, label, ManifestProblem.Refused);
        }

        return await EndAsync(db, manifest, ct);
    }

    /// <summary>It may have been transmitted: as long as a label is still in the group it was not.</summary>
    private async Task<bool> LookAsync(AppDbContext db, Manifest manifest, CancellationToken ct)
    {
        var reply = await carrier.ListGroupAsync(manifest.CarrierGroup, ct);
        if (reply is not CarrierReply<IReadOnlyList<string>>.Confirmed(var inGroup))
        {
            return await WaitAsync(db, manifest, reply, ct);
        }

        var ours = await WaitingAsync(db, manifest, ct);
        if (ours.Exists(pair => inGroup.Contains(pair.Label.ShipmentId!)))
        {
            Intend(manifest, inGroup, ours);
            manifest.Attempts++;
            return !await SaveAsync(db, manifest, ct) || await TransmitAsync(db, manifest, ct);
        }

        return await FindManifestsAsync(db, manifest, [.. ours.Select(pair => pair.Label.ShipmentId!)], ct);
    }

    /// <summary>
    /// Transmitted, and the answer with the manifests' links was lost. They are among the platform's of these days that nobody
    /// has a link to yet: those that list our shipments are ours.
    /// </summary>
    private async Task<bool> FindManifestsAsync(AppDbContext db, Manifest manifest, HashSet<string> shipments, CancellationToken ct)
    {
        var day = DateOnly.FromDateTime(manifest.RequestedAt.UtcDateTime);
        var listed = await carrier.ListManifestsAsync(day.AddDays(-1), day.AddDays(2), ct);
        if (listed is not CarrierReply<IReadOnlyList<string>>.Confirmed(var all))
        {
            return await WaitAsync(db, manifest, listed, ct);
        }

        var taken = await db.ManifestParts.Where(part => all.Contains(part.Link)).Select(part => part.Link).ToListAsync(ct);
        var links = new List<string>();
        foreach (string link in all.Except(taken))
        {
            if (await carrier.GetManifestAsync(link, manifest.Language, ct) is CarrierReply<CarrierManifest>.Confirmed(var found)
                && await carrier.ListManifestAsync(found, ct) is CarrierReply<IReadOnlyList<string>>.Confirmed(var inManifest)
                && shipments.RemoveWhere(inManifest.Contains) > 0)
            {
                links.Add(link);
            }
        }

        bool waitsForMore = shipments.Count > 0 && time.GetUtcNow() - manifest.RequestedAt < ManifestRules.ConfirmationMayTake;
        return waitsForMore
            ? await SaveAsync(db, manifest, ct, time.GetUtcNow() + LabelRules.Backoff(manifest.RequestedAt, time.GetUtcNow())) && false
            : await TransmittedAsync(db, manifest, links, ct);
    }

    private async Task<bool> TransmittedAsync(AppDbContext db, Manifest manifest, IReadOnlyList<string> links, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        manifest.State = ManifestState.Transmitted;
        manifest.TransmittedAt = now;
        manifest.ErrorsJson = null;
        db.ManifestParts.AddRange(links.Select((link, index) => new ManifestPart { MerchantId = manifest.MerchantId, ManifestId = manifest.Id, Number = index + 1, Link = link }));
        await SaveAsync(db, manifest, ct, now);
        return true;
    }

    private async Task<bool> ConfirmAsync(AppDbContext db, Manifest manifest, CancellationToken ct)
    {
        // Marked first, and again in each run: from the transmission on no label of it can be voided.
        var transmittedAt = manifest.TransmittedAt ?? manifest.RequestedAt;
        await db.Labels
            .Where(label => label.MerchantId == manifest.MerchantId && label.ManifestId == manifest.Id && label.ManifestedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(label => label.ManifestedAt, transmittedAt).SetProperty(label => label.Version, label => label.Version + 1), ct);

        var parts = await db.ManifestParts.Where(part => part.MerchantId == manifest.MerchantId && part.ManifestId == manifest.Id).OrderBy(part => part.Number).ToListAsync(ct);
        foreach (var part in parts.Where(part => part.StoredAt is null))
        {
            await ConfirmPartAsync(db, manifest, part, ct);
        }

        var now = time.GetUtcNow();
        bool complete = parts.TrueForAll(part => part.StoredAt is not null);
        if (!complete && now - transmittedAt < ManifestRules.ConfirmationMayTake)
        {
            int labels = await db.ManifestLabels.CountAsync(row => row.MerchantId == manifest.MerchantId && row.ManifestId == manifest.Id, ct);
            return await SaveAsync(db, manifest, ct, now + ManifestRules.ConfirmAgainIn(labels, transmittedAt, now)) && false;
        }

        return await SettleRestAsync(db, manifest, complete, ct);
    }

    /// <summary>Confirms one of the carrier's manifests and stores its document; what cannot be had yet is asked for again later.</summary>
    private async Task ConfirmPartAsync(AppDbContext db, Manifest manifest, ManifestPart part, CancellationToken ct)
    {
        var reply = await carrier.GetManifestAsync(part.Link, manifest.Language, ct);
        if (reply is CarrierReply<CarrierManifest>.Refused(var errors))
        {
            bool onlyNotReady = errors.All(error => error.Code == CarrierManifest.NotReady);
            part.ErrorsJson = onlyNotReady ? null : JsonSerializer.Serialize(errors);
            return;
        }

        if (reply is not CarrierReply<CarrierManifest>.Confirmed(var confirmed)
            || await carrier.ListManifestAsync(confirmed, ct) is not CarrierReply<IReadOnlyList<string>>.Confirmed(var listed))
        {
            return;
        }

        part.PoNumber = confirmed.PoNumber;
        part.Billed = confirmed.Billed;
        part.ErrorsJson = null;
        var inManifest = listed.ToHashSet();
        foreach (var (entry, label) in await WaitingAsync(db, manifest, ct))
        {
            if (inManifest.Contains(label.ShipmentId!))
            {
                entry.State = ManifestLabelState.Confirmed;
                entry.Part = part.Number;
                part.Region ??= label.To.ToAddress().Region;
            }
        }

        if (confirmed.DocumentLink is { } link && await carrier.GetDocumentAsync(link, Pdf, ct) is CarrierReply<LabelFile>.Confirmed(var file))
        {
            part.MediaType = file.MediaType;
            part.Content = file.Content;
            part.StoredAt = time.GetUtcNow();
            LogConfirmed(manifest.MerchantId, manifest.Id, part.Number, confirmed.PoNumber);
        }
    }

    /// <summary>Every manifest is known, or the carrier was waited for long enough: each label left is asked for by its reference.</summary>
    private async Task<bool> SettleRestAsync(AppDbContext db, Manifest manifest, bool complete, CancellationToken ct)
    {
        foreach (var (entry, label) in await WaitingAsync(db, manifest, ct))
        {
            switch (await carrier.FindShipmentAsync(label.Search(db), manifest.Language, ct))
            {
                case CarrierReply<CarrierShipment?>.Confirmed(null):
                    Fail(entry, label, ManifestProblem.Gone);
                    break;
                case CarrierReply<CarrierShipment?>.Confirmed({ Transmitted: false }):
                    Fail(entry, label, ManifestProblem.LeftInGroup);
                    break;
                case CarrierReply<CarrierShipment?>.Confirmed:
                    Fail(entry, label, complete ? ManifestProblem.AlreadyTransmitted : ManifestProblem.NotConfirmed);
                    break;
                case var unknown:
                    db.ChangeTracker.Clear();
                    db.Attach(manifest);
                    return await WaitAsync(db, manifest, unknown, ct);
            }
        }

        return await EndAsync(db, manifest, ct);
    }

    private async Task<bool> EndAsync(AppDbContext db, Manifest manifest, CancellationToken ct)
    {
        var entries = await db.ManifestLabels.Where(row => row.MerchantId == manifest.MerchantId && row.ManifestId == manifest.Id).ToListAsync(ct);
        int failed = entries.Count(entry => entry.State == ManifestLabelState.Failed);
        manifest.State = ManifestRules.Conclude(entries.Count - failed, failed);
        manifest.EndedAt = time.GetUtcNow();
        if (await SaveAsync(db, manifest, ct, null, ended: true))
        {
            LogEnded(manifest.MerchantId, manifest.Id, manifest.State, entries.Count - failed, failed);
            return false;
        }

        return true;
    }

    /// <summary>The labels whose fate is open, with what the carrier calls them.</summary>
    private static async Task<List<(ManifestLabel Entry, Label Label)>> WaitingAsync(AppDbContext db, Manifest manifest, CancellationToken ct)
    {
        var entries = await db.ManifestLabels
            .Where(row => row.MerchantId == manifest.MerchantId && row.ManifestId == manifest.Id && row.State == ManifestLabelState.Waiting)
            .ToListAsync(ct);
        var labels = await db.Labels
            .Where(label => label.MerchantId == manifest.MerchantId && label.ManifestId == manifest.Id)
            .ToDictionaryAsync(label => label.Id, ct);
        return [.. entries.Where(entry => entry.State == ManifestLabelState.Waiting).Select(entry => (entry, labels[entry.LabelId]))];
    }

    private static void Intend(Manifest manifest, IReadOnlyList<string> inGroup, List<(ManifestLabel Entry, Label Label)> ours)
    {
        var going = ours.Select(pair => pair.Label.ShipmentId!).ToHashSet();
        manifest.ExcludedJson = JsonSerializer.Serialize(inGroup.Where(shipment => !going.Contains(shipment)));
        manifest.State = ManifestState.Transmitting;
        manifest.ErrorsJson = null;
    }

    /// <summary>Names the label with its reason; it is open again unless the carrier has it as transmitted.</summary>
    private void Fail(ManifestLabel entry, Label label, ManifestProblem problem)
    {
        entry.State = ManifestLabelState.Failed;
        entry.Problem = problem;
        bool transmitted = problem is ManifestProblem.AlreadyTransmitted or ManifestProblem.NotConfirmed;
        label.ManifestedAt = transmitted ? label.ManifestedAt ?? time.GetUtcNow() : null;
        label.ManifestId = transmitted ? label.ManifestId : null;
        label.Version++;
    }

    /// <summary>No usable answer: the sweep asks again, ever more seldom.</summary>
    private async Task<bool> WaitAsync<T>(AppDbContext db, Manifest manifest, CarrierReply<T> reply, CancellationToken ct)
    {
        if (reply is CarrierReply<T>.Refused(var errors))
        {
            manifest.ErrorsJson = JsonSerializer.Serialize(errors);
        }

        LogNoAnswer(manifest.MerchantId, manifest.Id, manifest.State, reply.InShort());
        var now = time.GetUtcNow();
        return await SaveAsync(db, manifest, ct, now + LabelRules.Backoff(manifest.RequestedAt, now)) && false;
    }

    private DateTimeOffset Soon() => time.GetUtcNow() + TimeSpan.FromSeconds(1);

    /// <summary>Saves an intent: until its time is up nobody else takes it over.</summary>
    private Task<bool> SaveAsync(AppDbContext db, Manifest manifest, CancellationToken ct) =>
        SaveAsync(db, manifest, ct, time.GetUtcNow() + ManifestRules.AnswerMayTake);

    /// <summary>False when another runner saved first: look again.</summary>
    private async Task<bool> SaveAsync(AppDbContext db, Manifest manifest, CancellationToken ct, DateTimeOffset? nextRunAt, bool ended = false)
    {
        manifest.UpdatedAt = time.GetUtcNow();
        manifest.NextRunAt = ended ? null : nextRunAt;
        manifest.Version++;
        try
        {
            await db.SaveChangesAsync(ct);
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Manifest {Manifest} of merchant {Merchant} transmitted: {Links} of the carrier's manifests")]
    private partial void LogTransmitted(MerchantId merchant, ManifestId manifest, int links);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Manifest {Manifest} of merchant {Merchant} refused: {Codes}")]
    private partial void LogRefused(MerchantId merchant, ManifestId manifest, string codes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Manifest {Manifest} of merchant {Merchant} not answered while {State}: {Reply}")]
    private partial void LogNoAnswer(MerchantId merchant, ManifestId manifest, ManifestState state, string reply);

    [LoggerMessage(Level = LogLevel.Information, Message = "Part {Part} of manifest {Manifest} of merchant {Merchant} confirmed as {Number}")]
    private partial void LogConfirmed(MerchantId merchant, ManifestId manifest, int part, string number);

    [LoggerMessage(Level = LogLevel.Information, Message = "Manifest {Manifest} of merchant {Merchant} ended {State}: {Confirmed} labels confirmed, {Failed} not")]
    private partial void LogEnded(MerchantId merchant, ManifestId manifest, ManifestState state, int confirmed, int failed);
}
