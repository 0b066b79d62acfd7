using Microsoft.AspNetCore.Components;
using OneBalance.Core;
using OneBalance.Core.Team;
using OneBalance.Web.Components;
using OneBalance.Web.Features.Accounts;
using OneBalance.Web.Features.Merchants;

namespace OneBalance.Web.Features.Team;

/// <summary>The team of a merchant: who is in and with which rights, who is invited.</summary>
public sealed partial class TeamPage : ComponentBase
{
    private SignedInMerchant? _who;
    private TeamView? _team;
    private string _email = "";
    private Language _language = PageLanguage.Current;
    private MerchantRight _rights;
    private string? _emailProblem;
    private string? _changing;
    private MerchantRight _changed;
    private string? _removing;
    private string? _message;
    private string? _problem;

    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        _who = await SignedIn.MerchantAsync();
        _rights = _team is null && _who.Rights.MayGive(MerchantRight.BuyLabels) ? MerchantRight.BuyLabels : _rights;
        _team = await Queries.LoadAsync(_who.Merchant, CancellationToken.None);
    }

    private static string NameOf(MemberRow member) => member.Name.Length > 0 ? member.Name : member.Email;

    private static Dictionary<string, object?> Named(string words) => new() { ["aria-label"] = words };

    private Dictionary<string, object?> Named(string key, string name) => Named(Texts[key, name].Value);

    private void Edit(MemberRow member)
    {
        (_changing, _removing, _changed) = (member.UserId, null, member.Rights);
        Clear();
    }

    private void AskToRemove(MemberRow member)
    {
        (_changing, _removing) = (null, member.UserId);
        Clear();
    }

    private void Clear() => (_message, _problem, _emailProblem) = (null, null, null);

    private void Say(string message)
    {
        Clear();
        _message = message;
    }

    private void Complain(string problem)
    {
        Clear();
        _problem = problem;
    }

    private async Task InviteAsync()
    {
        Clear();
        string email = _email.Trim();
        var outcome = await Inviting.RunAsync(_who!.Merchant, await Actor.NowAsync(), new Invite(email, _rights, _language), CancellationToken.None);
        Tell(outcome, email);
        if (outcome is InviteOutcome.Sent)
        {
            _email = "";
        }

        await LoadAsync();
    }

    private async Task AgainAsync(InvitationRow invitation)
    {
        Tell(await Inviting.AgainAsync(_who!.Merchant, await Actor.NowAsync(), invitation.Id, CancellationToken.None), invitation.Email);
        await LoadAsync();
    }

    private void Tell(InviteOutcome outcome, string email)
    {
        switch (outcome)
        {
            case InviteOutcome.Sent(var until):
                Say(Texts["Invite.Sent", email, Formats.DateTime(until)]);
                break;
            case InviteOutcome.EmailRefused(var problem):
                _emailProblem = Texts[problem == CredentialProblem.EmailMissing ? "Email.Missing" : "Email.Malformed"];
                break;
            case InviteOutcome.AlreadyMember:
                Complain(Texts["Invite.AlreadyMember", email]);
                break;
            case InviteOutcome.BelongsElsewhere:
                Complain(Texts["Invite.BelongsElsewhere", email]);
                break;
            case InviteOutcome.BeyondYourRights:
                Complain(Texts["BeyondYourRights"]);
                break;
            case InviteOutcome.JustSent:
                Complain(Texts["Invite.JustSent", email]);
                break;
            case InviteOutcome.TooManyPeople(var most):
                Complain(Texts["Invite.TooMany", most]);
                break;
            case InviteOutcome.NotFound:
                Complain(Texts["ChangedMeanwhile"]);
                break;
            default:
                throw new InvalidOperationException($"Unknown outcome {outcome}.");
        }
    }

    private async Task WithdrawAsync(InvitationRow invitation)
    {
        Tell(await Withdrawing.RunAsync(_who!.Merchant, await Actor.NowAsync(), invitation.Id, CancellationToken.None), Texts["Withdrawn", invitation.Email]);
        await LoadAsync();
    }

    private async Task ChangeAsync(MemberRow member)
    {
        Tell(await Changing.RunAsync(_who!.Merchant, await Actor.NowAsync(), member.UserId, _changed, member.Version, CancellationToken.None), Texts["Changed", NameOf(member)]);
        _changing = null;
        await LoadAsync();
    }

    private async Task RemoveAsync(MemberRow member)
    {
        Tell(await Removing.RunAsync(_who!.Merchant, await Actor.NowAsync(), member.UserId, CancellationToken.None), Texts["Removed", NameOf(member)]);
        _removing = null;
        await LoadAsync();
    }

    private void Tell(ChangeMemberOutcome outcome, string done)
    {
        switch (outcome)
        {
            case ChangeMemberOutcome.Done:
                Say(done);
                break;
            case ChangeMemberOutcome.IsOwner:
                Complain(Texts["OwnerStays"]);
                break;
            case ChangeMemberOutcome.IsYou:
                Complain(Texts["NotYourself"]);
                break;
            case ChangeMemberOutcome.BeyondYourRights:
                Complain(Texts["BeyondYourRights"]);
                break;
            case ChangeMemberOutcome.ChangedMeanwhile:
                Complain(Texts["ChangedMeanwhile"]);
                break;
            default:
                throw new InvalidOperationException($"Unknown outcome {outcome}.");
        }
    }
}
