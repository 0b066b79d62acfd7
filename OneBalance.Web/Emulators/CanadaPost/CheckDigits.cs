namespace OneBalance.Web.Emulators.CanadaPost;

/// <summary>Check digits of tracking numbers.</summary>
public static class CheckDigits
{
    private static readonly int[] S10Weights = [8, 6, 4, 2, 3, 5, 9, 7];

    /// <summary>
    /// A 16-digit tracking number: 7 digits of the customer, 8 of a sequence, and a check digit by weights 3, 1, 3, 1... from
    /// the left, filling up to the next ten.
    /// </summary>
    public static string TrackingPin(string customerNumber, long sequence)
    {
        string digits = customerNumber[^7..] + (sequence % 100_000_000).ToString("00000000");
        int sum = digits.Select((digit, index) => (digit - '0') * (index % 2 == 0 ? 3 : 1)).Sum();
        return digits + ((10 - (sum % 10)) % 10);
    }

    /// <summary>The check digit of the Universal Postal Union's S10 item number.</summary>
    /// <param name="serial">Eight digits.</param>
    public static int S10(string serial)
    {
        int check = 11 - (serial.Select((digit, index) => (digit - '0') * S10Weights[index]).Sum() % 11);
        return check switch
        {
            10 => 0,
            11 => 5,
            _ => check,
        };
    }
}
