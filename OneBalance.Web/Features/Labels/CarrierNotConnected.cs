using OneBalance.Core;
using OneBalance.Core.Shipping;
using OneBalance.Web.Features.Carriers;

namespace OneBalance.Web.Features.Labels;

/// <summary>Answers for a carrier that no integration has been registered for: certain that nothing happened.</summary>
internal sealed class CarrierNotConnected : ICarrier
{
    private const string Reason = "no carrier is registered";

    public Task<CarrierReply<IReadOnlyList<Rate>>> GetRatesAsync(RateRequest request, Language language, CancellationToken ct) =>
        Task.FromResult<CarrierReply<IReadOnlyList<Rate>>>(new CarrierReply<IReadOnlyList<Rate>>.Unreachable(Reason));

    public Task<CarrierReply<CarrierShipment>> CreateShipmentAsync(ShipmentOrder order, Language language, CancellationToken ct) =>
        Task.FromResult<CarrierReply<CarrierShipment>>(new CarrierReply<CarrierShipment>.Unreachable(Reason));

    public Task<CarrierReply<CarrierShipment?>> FindShipmentAsync(LabelId label, Language language, CancellationToken ct) =>
        Task.FromResult<CarrierReply<CarrierShipment?>>(new CarrierReply<CarrierShipment?>.Unreachable(Reason));

    public Task<CarrierReply<LabelFile>> GetLabelFileAsync(string labelLink, CancellationToken ct) =>
        Task.FromResult<CarrierReply<LabelFile>>(new CarrierReply<LabelFile>.Unreachable(Reason));

    public Task<CarrierReply<VoidConfirmation>> VoidShipmentAsync(string shipmentId, Language language, CancellationToken ct) =>
        Task.FromResult<CarrierReply<VoidConfirmation>>(new CarrierReply<VoidConfirmation>.Unreachable(Reason));
}
