using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Carriers;

namespace OneBalance.Web.Features.Labels;

/// <summary>How the carrier is asked for a label whose purchase was asked for.</summary>
internal static class LabelSearch
{
    public static ShipmentSearch Search(this Label label, AppDbContext db)
    {
        var (merchant, id, group) = (label.MerchantId, label.Id, label.CarrierGroup);
        return new ShipmentSearch(id, group ?? "", label.RequestedAt ?? label.CreatedAt, ct => OthersAsync(db, merchant, id, group, ct));
    }

    /// <summary>Ordered in the same group and known: a listed shipment that is another label's need not be read.</summary>
    private static async Task<IReadOnlySet<string>> OthersAsync(AppDbContext db, MerchantId merchant, LabelId id, string? group, CancellationToken ct) =>
        await db.Labels
            .Where(label => label.MerchantId == merchant && label.CarrierGroup == group && label.Id != id && label.ShipmentId != null)
            .Select(label => label.ShipmentId!)
            .ToHashSetAsync(ct);
}
