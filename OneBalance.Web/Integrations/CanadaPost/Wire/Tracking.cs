namespace OneBalance.Web.Integrations.CanadaPost.Wire;

/// <summary>The latest event of a parcel. Null, missing and empty all mean none.</summary>
/// <param name="EventDateTime"><c>yyyyMMdd:HHmmss</c>, local.</param>
/// <param name="Error">In place of the rest when nothing is known yet (code 004).</param>
public sealed record PinSummary(
    string? Pin,
    string? ServiceName,
    string? MailedOnDate,
    string? ExpectedDeliveryDate,
    string? ActualDeliveryDate,
    string? DestinationPostalId,
    string? DestinationProvince,
    string? EventDateTime,
    string? EventDescription,
    string? EventType,
    string? EventLocation,
    string? AttemptedDate,
    string? CustomerRef1,
    string? CustomerRef2,
    string? ReturnPin,
    string? SignatoryName,
    PinError? Error);

public sealed record PinError(string? Code, string? DescEn, string? DescFr);

/// <summary>All events of a parcel; neither flag set means that it is not known (yet).</summary>
/// <param name="SignificantEvents">Newest first.</param>
public sealed record TrackingDetails(
    string? Pin,
    bool? ActiveExists,
    bool? ArchiveExists,
    bool? SignatureImageExists,
    bool? SuppressSignature,
    string? ExpectedDeliveryDate,
    string? ChangedExpectedDate,
    string? ChangedExpectedDeliveryReason,
    string? ServiceName,
    string? ServiceName2,
    string? DestinationPostalId,
    string? CustomerRef1,
    string? CustomerRef2,
    IReadOnlyList<TrackingEvent>? SignificantEvents);

/// <param name="EventIdentifier">Four digits; a bare number loses its leading zeros: compare padded.</param>
/// <param name="EventDate">A local day in its first ten characters, whatever follows; never converted.</param>
/// <param name="EventTimeZone">Abbreviation, e.g. EDT.</param>
public sealed record TrackingEvent(
    string? EventIdentifier,
    string? EventDate,
    string? EventTime,
    string? EventTimeZone,
    string? EventDescription,
    string? EventSite,
    string? EventProvince,
    string? EventRetailLocationId,
    string? EventRetailName,
    string? SignatoryName);

/// <summary>A planned outage of the interface, not of the mail.</summary>
public sealed record InfoMessage(string? MessageType, string? MessageText, string? FromDatetime, string? ToDatetime);
