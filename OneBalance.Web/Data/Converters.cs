using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using OneBalance.Core;

namespace OneBalance.Web.Data;

internal sealed class MoneyConverter() : ValueConverter<Money, long>(money => money.Cents, cents => new Money(cents));

internal sealed class MerchantIdConverter() : ValueConverter<MerchantId, long>(id => id.Value, value => new MerchantId(value));

internal sealed class LabelIdConverter() : ValueConverter<LabelId, Guid>(id => id.Value, value => new LabelId(value));

internal sealed class TopUpIdConverter() : ValueConverter<TopUpId, Guid>(id => id.Value, value => new TopUpId(value));

internal sealed class CardIdConverter() : ValueConverter<CardId, Guid>(id => id.Value, value => new CardId(value));

internal sealed class SavedAddressIdConverter() : ValueConverter<SavedAddressId, Guid>(id => id.Value, value => new SavedAddressId(value));

internal sealed class ParcelPresetIdConverter() : ValueConverter<ParcelPresetId, Guid>(id => id.Value, value => new ParcelPresetId(value));

internal sealed class BatchIdConverter() : ValueConverter<BatchId, Guid>(id => id.Value, value => new BatchId(value));

internal sealed class ManifestIdConverter() : ValueConverter<ManifestId, Guid>(id => id.Value, value => new ManifestId(value));

internal sealed class PrintJobIdConverter() : ValueConverter<PrintJobId, Guid>(id => id.Value, value => new PrintJobId(value));

/// <summary>Times are UTC DateTime columns: SQLite cannot order DateTimeOffset in SQL. Truncated to microseconds, which both databases keep.</summary>
internal sealed class UtcConverter() : ValueConverter<DateTimeOffset, DateTime>(
    time => new DateTime(time.UtcTicks - time.UtcTicks % 10, DateTimeKind.Utc),
    time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)));
