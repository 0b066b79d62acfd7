namespace OneBalance.Web.Emulators.CanadaPost;

/// <summary>Planned outages of the interface itself, not of the mail.</summary>
internal sealed class ServiceInfo(SwitchBoard switches, EasternClock clock)
{
    public IResult Read(Call call)
    {
        if (call.Query("message-type") != "SO")
        {
            return call.Refuse("9182");
        }

        var from = clock.Local(clock.Now).Date.AddDays(1).AddHours(21);
        return call.Ok(switches.Now.Outage.Length == 0
            ? []
            : new[] { new InfoMessage("SO", switches.Now.Outage, Format(from), Format(from.AddHours(7))) });
    }

    private string Format(DateTime local) => clock.Local(clock.FromLocal(local)).ToString("yyyy-MM-dd'T'HH:mm:sszzz");
}
