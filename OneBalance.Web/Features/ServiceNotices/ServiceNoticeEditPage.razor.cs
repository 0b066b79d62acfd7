using Microsoft.AspNetCore.Components;
using MudBlazor;
using OneBalance.Core;
using OneBalance.Core.Notices;
using OneBalance.Core.Shipping;
using OneBalance.Web.Components;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Carriers;
using OneBalance.Web.Features.Papers;

namespace OneBalance.Web.Features.ServiceNotices;

/// <summary>Support writes a notice: its words in both languages with a preview, when, where, how grave, and whether purchases stop.</summary>
public sealed partial class ServiceNoticeEditPage : ComponentBase, IDisposable
{
    private static readonly string[] OfferedPlaces = ["CA", .. Provinces.All.Select(NoticePlaces.OfProvince), "US"];

    private readonly ServiceNoticeId _new = new(Guid.CreateVersion7());

    private NoticeInput? _input;
    private NoticeRow? _row;
    private TimeZoneInfo? _shownIn;
    private IReadOnlyList<string> _problems = [];
    private string _country = "";
    private bool _missing;

    /// <summary>Null for a new one.</summary>
    [Parameter]
    public Guid? Id { get; set; }

    /// <summary>Which of the carrier's outages a new notice begins with; null: none.</summary>
    [SupplyParameterFromQuery]
    private int? Outage { get; set; }

    [Inject]
    private ServiceNoticeQueries Queries { get; set; } = null!;

    [Inject]
    private SaveServiceNotice Save { get; set; } = null!;

    [Inject]
    private WithdrawServiceNotice Withdraw { get; set; } = null!;

    [Inject]
    private ICarrierOutages Outages { get; set; } = null!;

    [Inject]
    private SignedInActor Actor { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = null!;

    [Inject]
    private ILogger<ServiceNoticeEditPage> Log { get; set; } = null!;

    private bool Closed => _row is { Phase: NoticePhase.Over };

    /// <summary>Null while a time is none.</summary>
    private NoticeView? Preview => _input?.Terms(Time.Zone, out _) is { } terms ? new NoticeView(_new, terms, _input.English, _input.French) : null;

    private NoticePhase PreviewPhase => Preview is { } preview && preview.Terms.From > Clock.GetUtcNow() ? NoticePhase.Announced : NoticePhase.InForce;

    protected override async Task OnInitializedAsync()
    {
        Time.Changed += MoveTimes;
        _shownIn = Time.Zone;
        if (Id is not { } id)
        {
            _input = new NoticeInput { From = NoticeInput.Local(Clock.GetUtcNow(), Time.Zone) };
            if (Outage is { } outage && RendererInfo.IsInteractive)
            {
                await BeginWithAsync(outage, _input);
            }

            return;
        }

        _row = await Queries.ReadAsync(await Actor.SupportAsync(), new ServiceNoticeId(id), CancellationToken.None);
        _missing = _row is null;
        _input = _row is null ? null : NoticeInput.Of(_row.Notice, Time.Zone);
    }

    public void Dispose() => Time.Changed -= MoveTimes;

    private static string Value(ChangeEventArgs typed) => $"{typed.Value}";

    private static bool IsOther(string place) => !OfferedPlaces.Contains(place);

    private static void Set(HashSet<string> chosen, string one, ChangeEventArgs ticked)
    {
        if (ticked.Value is true)
        {
            chosen.Add(one);
        }
        else
        {
            chosen.Remove(one);
        }
    }

    /// <summary>The browser has said its zone: the same moments, in its time.</summary>
    private void MoveTimes() => _ = InvokeAsync(() =>
    {
        if (_input?.Terms(_shownIn!, out _) is { } terms)
        {
            _input.From = NoticeInput.Local(terms.From, Time.Zone);
            _input.To = terms.To is { } to ? NoticeInput.Local(to, Time.Zone) : "";
        }

        _shownIn = Time.Zone;
        StateHasChanged();
    });

    /// <summary>
    /// The carrier's own words, in both languages, for support to make plainer. The place is that in the list support saw, in the
    /// page's language; the other language's words stay open when it cannot be told which they are.
    /// </summary>
    private async Task BeginWithAsync(int index, NoticeInput input)
    {
        var here = PageLanguage.Current;
        var there = here == Language.English ? Language.French : Language.English;
        if ((await OutagesAsync(here)).ElementAtOrDefault(index) is not { } chosen)
        {
            return;
        }

        var other = chosen.In(await OutagesAsync(there));
        var (english, french) = here == Language.English ? (chosen, other) : (other, chosen);
        (input.EnglishTitle, input.EnglishText) = (TitleIn(Language.English), english?.Text ?? "");
        (input.FrenchTitle, input.FrenchText) = (TitleIn(Language.French), french?.Text ?? "");
        input.From = chosen.From is { } from ? NoticeInput.Local(from, Time.Zone) : input.From;
        input.To = chosen.To is { } to ? NoticeInput.Local(to, Time.Zone) : "";

        async Task<IReadOnlyList<CarrierOutage>> OutagesAsync(Language language) =>
            await Outages.ReadAsync(language, CancellationToken.None) is CarrierReply<IReadOnlyList<CarrierOutage>>.Confirmed { Value: var outages } ? outages : [];

        string TitleIn(Language language)
        {
            using var spoken = new SpokenIn(language);
            return Texts["Carrier.Outage"];
        }
    }

    private void Grade(NoticeSeverity severity)
    {
        _input!.Severity = severity;
        _input.BlocksPurchase &= severity == NoticeSeverity.Severe;
    }

    private void AddCountry()
    {
        if (Countries.IsKnown(_country))
        {
            _input!.Places.Add(_country);
        }

        _country = "";
    }

    private async Task SaveAsync()
    {
        _problems = [];
        if (_input!.Terms(Time.Zone, out var problem) is not { } terms)
        {
            _problems = [Texts[problem == TimeProblem.NoSuchTime ? "Problem.NoSuchTime" : "Problem.FromMissing"]];
            return;
        }

        try
        {
            switch (await Save.RunAsync(
                await Actor.SupportAsync(), Id is { } id ? new ServiceNoticeId(id) : _new, _row?.Version, terms, _input.English, _input.French, _input.Reason, CancellationToken.None))
            {
                case SaveNoticeOutcome.Saved:
                    Leave("Saved");
                    break;
                case SaveNoticeOutcome.Wrong(var problems):
                    _problems = [.. problems.Select(one => Texts[$"Problem.{one}"].Value)];
                    break;
                case SaveNoticeOutcome.ReasonMissing:
                    _problems = [Texts["Problem.ReasonMissing"]];
                    break;
                case SaveNoticeOutcome.Over:
                    _problems = [Texts["Problem.Over"]];
                    break;
                case SaveNoticeOutcome.ChangedMeanwhile:
                    _problems = [Texts["Problem.ChangedMeanwhile"]];
                    break;
                case SaveNoticeOutcome.NotFound:
                    _problems = [Texts["Problem.NotFound"]];
                    break;
                case var other:
                    throw new InvalidOperationException($"Unknown outcome {other}.");
            }
        }
        catch (Exception failure)
        {
            NotSaved(failure);
        }
    }

    private async Task WithdrawAsync()
    {
        _problems = [];
        try
        {
            switch (await Withdraw.RunAsync(await Actor.SupportAsync(), _row!.Notice.Id, _input!.Reason, CancellationToken.None))
            {
                case WithdrawNoticeOutcome.Withdrawn:
                    Leave("Withdrawn");
                    break;
                case WithdrawNoticeOutcome.ReasonMissing:
                    _problems = [Texts["Problem.ReasonMissing"]];
                    break;
                case WithdrawNoticeOutcome.NotFound:
                    _problems = [Texts["Problem.NotFound"]];
                    break;
                case var other:
                    throw new InvalidOperationException($"Unknown outcome {other}.");
            }
        }
        catch (Exception failure)
        {
            NotSaved(failure);
        }
    }

    private void Leave(string said)
    {
        Snackbar.Add(Texts[said], MudBlazor.Severity.Success);
        Navigation.NavigateTo("/admin/service-notices");
    }

    private void NotSaved(Exception failure)
    {
        // What was entered stays, and pressing again saves once.
        string reference = Guid.CreateVersion7().ToString("N")[^8..];
        LogNotSaved(Log, failure, reference);
        _problems = [Texts["Problem.NotSaved", reference]];
    }

    [LoggerMessage(LogLevel.Error, "A service notice could not be saved; reference {Reference}")]
    private static partial void LogNotSaved(ILogger log, Exception failure, string reference);
}
