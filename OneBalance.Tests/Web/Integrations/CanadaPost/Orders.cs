using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Web.Features.Carriers;

namespace OneBalance.Tests.Web.Integrations.CanadaPost;

internal static class Orders
{
    public static readonly Address Toronto = new("Shipping Desk", "OneBalance Test", "1 Example Street", "", "Toronto", "ON", "M5H2N2", "CA", "416-555-0100");

    public static readonly Address Winnipeg = new("Pat Example", "", "123 Example Avenue", "", "Winnipeg", "MB", "R3W1A1", "CA", "");

    public static readonly Address NewYork = new("Pat Example", "", "456 Broadway", "", "New York", "NY", "10001-1234", "US", "+1 212-555-1234 x9");

    public static readonly Address Tokyo = new("Pat Example", "", "1-1 Chiyoda", "", "Tokyo", "", "100-0001", "JP", "+81 3 5555 0100");

    public static readonly Parcel Small = new(400, 230, 150, 50);

    public static Customs Books(string declaration = "") => new(
        ReasonForExport.SaleOfGoods, "", NonDelivery.ReturnAtSendersExpense,
        [new CustomsItem(1, "Hardcover poetry book", 390, new Money(40_00), "490199", "CA", "ON")], declaration);

    public static ShipmentOrder To(Address to, string service = "DOM.EP", Customs? customs = null, Guid? label = null, params ShipmentOption[] options) => new(
        new LabelId(label ?? Guid.CreateVersion7()), "m1-20261123", service, Toronto, to, Small, options, customs, "OB-0001");

    /// <summary>Asks for a label that was just ordered in the group of <see cref="To"/>.</summary>
    public static ShipmentSearch Search(LabelId label, DateTimeOffset? requestedAt = null, params string[] others) =>
        new(label, "m1-20261123", requestedAt ?? DateTimeOffset.UtcNow, _ => Task.FromResult<IReadOnlySet<string>>(others.ToHashSet()));

    /// <summary>Asks for a label that was never ordered, by its reference alone.</summary>
    public static ShipmentSearch Ungrouped() => Search(new LabelId(Guid.NewGuid())) with { Group = "" };

    public static T Confirmed<T>(this CarrierReply<T> reply)
    {
        switch (reply)
        {
            case CarrierReply<T>.Confirmed confirmed:
                return confirmed.Value;
            case CarrierReply<T>.Refused refused:
                Assert.Fail("Refused: " + string.Join(", ", refused.Errors));
                throw new InvalidOperationException();
            default:
                Assert.Fail(reply.ToString());
                throw new InvalidOperationException();
        }
    }
}
