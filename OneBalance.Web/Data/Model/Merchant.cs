using OneBalance.Core;

namespace OneBalance.Web.Data.Model;

/// <summary>A merchant's account: made at sign-up, set up for buying by the wizard.</summary>
public sealed class Merchant
{
    public MerchantId Id { get; set; }

    public required string BusinessName { get; set; }

    /// <summary>The business address; may be completed in the wizard.</summary>
    public required PostalAddress Address { get; set; }

    public required string ContactEmail { get; set; }

    /// <summary>What support's search looks in: both of the above without accents, in lower case. It follows them by itself.</summary>
    public string SearchText
    {
        get => FoldedText.Of($"{BusinessName} {ContactEmail}");
        private set => _ = value;
    }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When Finish Setup had its one effect; null until then.</summary>
    public DateTimeOffset? SetUpFinishedAt { get; set; }

    /// <summary>The processor's customer, made when the first card is added.</summary>
    public string? ProcessorCustomerId { get; set; }

    /// <summary>How often making that customer led to no usable answer: each further attempt has a key of its own.</summary>
    public int ProcessorCustomerAttempts { get; set; }

    /// <summary>Changes with every save; a stale writer fails instead of overwriting.</summary>
    public int Version { get; set; }
}

/// <summary>An address as stored; owned by its row. Same members as <see cref="Core.Shipping.Address"/>.</summary>
public sealed class PostalAddress
{
    public string Name { get; set; } = "";
    public string Company { get; set; } = "";
    public string Line1 { get; set; } = "";
    public string Line2 { get; set; } = "";
    public string City { get; set; } = "";
    public string Province { get; set; } = "";
    public string PostalCode { get; set; } = "";
    public string Country { get; set; } = "CA";
    public string Phone { get; set; } = "";

    public Core.Shipping.Address ToAddress() => new(Name, Company, Line1, Line2, City, Province, PostalCode, Country, Phone);

    public static PostalAddress From(Core.Shipping.Address address) => new()
    {
        Name = address.Name,
        Company = address.Company,
        Line1 = address.Line1,
        Line2 = address.Line2,
        City = address.City,
        Province = address.Province,
        PostalCode = address.PostalCode,
        Country = address.Country,
        Phone = address.Phone,
    };
}
