using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using OneBalance.Core;
using OneBalance.Core.Audit;
using OneBalance.Core.Team;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Accounts;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Accounts;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Team;

namespace OneBalance.Tests.Web.Features.Team;

/// <summary>Inviting, joining, changing rights and leaving, through the product's own pages where a browser is involved.</summary>
public sealed partial class TeamTests
{
    private const MerchantRight Buy = MerchantRight.BuyLabels;
    private const MerchantRight Bill = MerchantRight.ManageBilling;
    private const MerchantRight Manage = MerchantRight.ManageTeam;
    private const string Packer = "packer@example.com";
    private const string Password = "correct horse";

    /// <summary>Of nobody: 404 with the right, 403 without.</summary>
    private const string Prints = "/labels/prints/00000000-0000-0000-0000-000000000001/labels.pdf";

    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, MemberData(nameof(TestDatabase.Providers), MemberType = typeof(TestDatabase))]
    public async Task An_invited_person_joins_once_with_the_rights_given(DatabaseProvider provider)
    {
        await using var world = await World.StartAsync(provider);
        Assert.IsType<InviteOutcome.Sent>(await world.InviteAsync(Packer, Buy, Language.French));
        var mail = await world.LastMailAsync(Packer);
        Assert.Equal("Joignez-vous à l’équipe de Maple & Pine Goods", mail.Subject);
        string link = LinkOf(mail);
        using var browser = world.App.CreateClient();

        Assert.Contains("Entrez votre nom.", await BodyAsync(browser.SendAsync(link, "accept-invitation", ("Input.Name", " "), ("Input.Password", Password))));
        Assert.Contains("au moins 10 caractères", await BodyAsync(browser.SendAsync(link, "accept-invitation", ("Input.Name", "Robin"), ("Input.Password", "short"))));
        var joined = await browser.SendAsync(link, "accept-invitation", ("Input.Name", "Robin"), ("Input.Password", Password));

        Assert.EndsWith("/", joined.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/labels")).StatusCode);
        var member = Assert.Single(await world.MembersAsync(), row => row.Email == Packer);
        Assert.Equal(("Robin", Buy, false), (member.Name, member.Rights, member.IsOwner));
        Assert.Equal("Robin has joined your team", (await world.LastMailAsync(DemoAccounts.MerchantEmail)).Subject);
        Assert.Contains("déjà été acceptée", await BodyAsync(browser.GetAsync(link)));
        Assert.Equal([AuditAction.MemberInvited, AuditAction.MemberJoined], await world.TrailAsync());
    }

    [Fact]
    public async Task A_link_is_void_after_seven_days_when_withdrawn_or_when_a_newer_one_was_sent()
    {
        await using var world = await World.StartAsync();
        await world.InviteAsync(Packer, Buy);
        string first = LinkOf(await world.LastMailAsync(Packer));
        Assert.IsType<InviteOutcome.JustSent>(await world.InviteAsync(Packer, Buy));

        world.Time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromTicks(1));
        Assert.Equal(InvitationState.Open, await world.StateOfAsync(first));
        world.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(InvitationState.Expired, await world.StateOfAsync(first));

        var row = Assert.Single((await world.TeamAsync()).Invitations);
        Assert.Equal(InvitationState.Expired, row.State);
        Assert.IsType<InviteOutcome.Sent>(await world.UseAsync<InviteMember, InviteOutcome>(use => use.AgainAsync(world.Owner, World.By, row.Id, None)));
        string second = LinkOf(await world.LastMailAsync(Packer));
        Assert.Null(await world.StateOfAsync(first));
        Assert.Equal(InvitationState.Open, await world.StateOfAsync(second));

        Assert.IsType<ChangeMemberOutcome.Done>(await world.UseAsync<WithdrawInvitation, ChangeMemberOutcome>(use => use.RunAsync(world.Owner, World.By, row.Id, None)));
        Assert.Equal(InvitationState.Withdrawn, await world.StateOfAsync(second));
        Assert.IsType<ChangeMemberOutcome.ChangedMeanwhile>(await world.UseAsync<WithdrawInvitation, ChangeMemberOutcome>(use => use.RunAsync(world.Owner, World.By, row.Id, None)));
        Assert.Empty((await world.TeamAsync()).Invitations);
        Assert.IsType<AcceptOutcome.Over>(await world.AcceptAsync(second));
    }

    [Theory]
    [InlineData("not an address", typeof(InviteOutcome.EmailRefused))]
    [InlineData(DemoAccounts.MerchantEmail, typeof(InviteOutcome.AlreadyMember))]
    [InlineData("CLERK@example.com", typeof(InviteOutcome.AlreadyMember))]
    [InlineData(DemoAccounts.SupportEmail, typeof(InviteOutcome.BelongsElsewhere))]
    public async Task Who_is_in_somewhere_already_is_refused_plainly(string email, Type outcome)
    {
        await using var world = await World.StartAsync();

        Assert.IsType(outcome, await world.InviteAsync(email, Buy));
        Assert.Empty((await world.TeamAsync()).Invitations);
    }

    [Fact]
    public async Task Who_manages_the_team_gives_and_takes_no_right_beyond_their_own_and_the_owner_stays()
    {
        await using var world = await World.StartAsync();
        var manager = MerchantAccess.OfPerson(world.Merchant, Rights.Member(Manage | Buy), _ => Task.FromResult(Rights.Member(Manage | Buy)));
        var clerk = Assert.Single(await world.MembersAsync(), row => row.Email == DemoAccounts.ClerkEmail);
        var owner = Assert.Single(await world.MembersAsync(), row => row.IsOwner);

        Assert.IsType<InviteOutcome.BeyondYourRights>(await world.UseAsync<InviteMember, InviteOutcome>(use => use.RunAsync(manager, World.By, new Invite(Packer, Bill, Language.English), None)));
        Assert.IsType<ChangeMemberOutcome.BeyondYourRights>(await ChangeAsync(clerk, Buy | Bill));
        Assert.IsType<ChangeMemberOutcome.Done>(await ChangeAsync(clerk, MerchantRight.None));
        Assert.IsType<ChangeMemberOutcome.ChangedMeanwhile>(await ChangeAsync(clerk, Buy));
        Assert.IsType<ChangeMemberOutcome.IsOwner>(await ChangeAsync(owner, Buy));
        Assert.IsType<ChangeMemberOutcome.IsOwner>(await RemoveAsync(owner.UserId, World.By));
        Assert.IsType<ChangeMemberOutcome.IsYou>(await RemoveAsync(clerk.UserId, World.By with { UserId = clerk.UserId }));

        Task<ChangeMemberOutcome> ChangeAsync(MemberRow member, MerchantRight rights) =>
            world.UseAsync<ChangeRights, ChangeMemberOutcome>(use => use.RunAsync(manager, World.By, member.UserId, rights, member.Version, None));

        Task<ChangeMemberOutcome> RemoveAsync(string user, Actor by) => world.UseAsync<RemoveMember, ChangeMemberOutcome>(use => use.RunAsync(manager, by, user, None));
    }

    [Fact]
    public async Task Who_manages_the_team_removes_nobody_with_a_right_beyond_their_own()
    {
        await using var world = await World.StartAsync();
        var manager = MerchantAccess.OfPerson(world.Merchant, Rights.Member(Manage | Buy), _ => Task.FromResult(Rights.Member(Manage | Buy)));
        await GiveAsync(Buy | Bill);

        Assert.IsType<ChangeMemberOutcome.BeyondYourRights>(await RemoveAsync());
        await GiveAsync(Buy);
        Assert.IsType<ChangeMemberOutcome.Done>(await RemoveAsync());

        async Task<MemberRow> ClerkAsync() => Assert.Single(await world.MembersAsync(), row => row.Email == DemoAccounts.ClerkEmail);

        async Task GiveAsync(MerchantRight rights)
        {
            var clerk = await ClerkAsync();
            Assert.IsType<ChangeMemberOutcome.Done>(await world.UseAsync<ChangeRights, ChangeMemberOutcome>(use => use.RunAsync(world.Owner, World.By, clerk.UserId, rights, clerk.Version, None)));
        }

        async Task<ChangeMemberOutcome> RemoveAsync()
        {
            string clerk = (await ClerkAsync()).UserId;
            return await world.UseAsync<RemoveMember, ChangeMemberOutcome>(use => use.RunAsync(manager, World.By, clerk, None));
        }
    }

    [Fact]
    public async Task Who_manages_the_team_neither_withdraws_nor_narrows_an_open_invitation_with_a_right_beyond_their_own()
    {
        await using var world = await World.StartAsync();
        var manager = MerchantAccess.OfPerson(world.Merchant, Rights.Member(Manage | Buy), _ => Task.FromResult(Rights.Member(Manage | Buy)));
        Assert.IsType<InviteOutcome.Sent>(await world.UseAsync<InviteMember, InviteOutcome>(use => use.RunAsync(world.Owner, World.By, new Invite(Packer, Buy | Bill, Language.English), None)));
        var row = Assert.Single((await world.UseAsync<TeamQueries, TeamView>(queries => queries.LoadAsync(world.Owner, None))).Invitations);
        world.Time.Advance(TimeSpan.FromMinutes(2));

        Assert.IsType<ChangeMemberOutcome.BeyondYourRights>(await WithdrawAsync());
        Assert.IsType<InviteOutcome.BeyondYourRights>(await NarrowAsync());

        // Once its time is up there is nothing to take.
        world.Time.Advance(TimeSpan.FromDays(7));
        Assert.IsType<InviteOutcome.Sent>(await NarrowAsync());
        Assert.IsType<ChangeMemberOutcome.Done>(await WithdrawAsync());

        Task<ChangeMemberOutcome> WithdrawAsync() => world.UseAsync<WithdrawInvitation, ChangeMemberOutcome>(use => use.RunAsync(manager, World.By, row.Id, None));

        Task<InviteOutcome> NarrowAsync() => world.UseAsync<InviteMember, InviteOutcome>(use => use.RunAsync(manager, World.By, new Invite(Packer, Buy, Language.English), None));
    }

    [Theory]
    [InlineData(MerchantRight.ManageTeam | MerchantRight.ManageBilling, InvitationState.Open)]
    [InlineData(MerchantRight.ManageTeam | MerchantRight.BuyLabels, InvitationState.Withdrawn)]
    public async Task An_invitation_does_not_keep_a_right_that_its_sender_has_lost(MerchantRight left, InvitationState billing)
    {
        await using var world = await World.StartAsync();
        var clerk = Assert.Single(await world.MembersAsync(), row => row.Email == DemoAccounts.ClerkEmail);
        var by = World.By with { UserId = clerk.UserId };
        Assert.IsType<InviteOutcome.Sent>(await world.InviteAsync(Packer, Bill, by: by));
        Assert.IsType<InviteOutcome.Sent>(await world.InviteAsync("looker@example.com", MerchantRight.None, by: by));

        await world.UseAsync<ChangeRights, ChangeMemberOutcome>(use => use.RunAsync(world.Owner, World.By, clerk.UserId, left, clerk.Version, None));

        Assert.Equal(billing, await world.StateOfAsync(LinkOf(await world.LastMailAsync(Packer))));
        Assert.Equal(InvitationState.Open, await world.StateOfAsync(LinkOf(await world.LastMailAsync("looker@example.com"))));
    }

    [Fact]
    public async Task A_right_taken_away_is_gone_with_the_next_press_and_a_removed_persons_sessions_end()
    {
        await using var world = await World.StartAsync();
        using var browser = world.App.CreateClient();
        await browser.SignInAsync(DemoAccounts.ClerkEmail, DemoAccounts.ClerkPassword);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(Prints)).StatusCode);
        var clerk = Assert.Single(await world.MembersAsync(), row => row.Email == DemoAccounts.ClerkEmail);

        await world.UseAsync<ChangeRights, ChangeMemberOutcome>(use => use.RunAsync(world.Owner, World.By, clerk.UserId, Manage, clerk.Version, None));
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(Prints)).StatusCode);
        await world.InviteAsync(Packer, Buy, by: World.By with { UserId = clerk.UserId });
        string link = LinkOf(await world.LastMailAsync(Packer));
        Assert.IsType<ChangeMemberOutcome.Done>(await world.UseAsync<RemoveMember, ChangeMemberOutcome>(use => use.RunAsync(world.Owner, World.By, clerk.UserId, None)));

        Assert.Contains("no longer a member", await BodyAsync(browser.GetAsync("/labels")));
        Assert.Equal(InvitationState.Withdrawn, await world.StateOfAsync(link));
        Assert.Equal("You are no longer in the team of Maple & Pine Goods", (await world.LastMailAsync(DemoAccounts.ClerkEmail)).Subject);
        world.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Contains("/Account/Login", (await browser.GetAsync("/labels")).Headers.Location?.ToString() ?? "");
        Assert.Equal([AuditAction.MemberInvited, AuditAction.MemberRightsChanged, AuditAction.MemberRemoved], await world.TrailAsync());
    }

    [Fact]
    public async Task A_person_with_a_sign_in_and_no_merchant_joins_only_after_signing_in()
    {
        await using var world = await World.StartAsync();
        var clerk = Assert.Single(await world.MembersAsync(), row => row.Email == DemoAccounts.ClerkEmail);
        await world.UseAsync<RemoveMember, ChangeMemberOutcome>(use => use.RunAsync(world.Owner, World.By, clerk.UserId, None));
        await world.InviteAsync(DemoAccounts.ClerkEmail, Bill);
        string link = LinkOf(await world.LastMailAsync(DemoAccounts.ClerkEmail));
        using var browser = world.App.CreateClient();

        Assert.IsType<AcceptOutcome.SignInFirst>(await world.AcceptAsync(link));
        Assert.Contains("has a sign-in already", await browser.GetStringAsync(link));
        await browser.SignInAsync(DemoAccounts.ClerkEmail, DemoAccounts.ClerkPassword);
        await browser.SendAsync(link, "accept-invitation", ("Input.Name", "Robin"));

        Assert.Equal(Bill, Assert.Single(await world.MembersAsync(), row => row.Email == DemoAccounts.ClerkEmail).Rights);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/balance")).StatusCode);
    }

    private static string LinkOf(OutgoingMail mail) => new Uri(Link().Match(mail.TextBody).Value).PathAndQuery;

    private static async Task<string> BodyAsync(Task<HttpResponseMessage> answer) => WebUtility.HtmlDecode(await (await answer).Content.ReadAsStringAsync());

    [GeneratedRegex("http://\\S+/Account/AcceptInvitation\\?code=\\S+")]
    private static partial Regex Link();

    private sealed class World(TestApp app, FakeTimeProvider time, MerchantId merchant) : IAsyncDisposable
    {
        public static readonly Actor By = new("owner", DemoAccounts.MerchantEmail, "192.0.2.7");

        public TestApp App => app;

        public FakeTimeProvider Time => time;

        public MerchantId Merchant => merchant;

        public MerchantAccess Owner => MerchantAccess.OfPerson(merchant, Rights.Owner, _ => Task.FromResult(Rights.Owner));

        public static async Task<World> StartAsync(DatabaseProvider provider = DatabaseProvider.Sqlite)
        {
            var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 15, 0, 0, TimeSpan.Zero));
            var app = await TestApp.StartAsync(provider, time, new Dictionary<string, string?> { ["Sweeps:Enabled"] = "false" });
            await using var db = await app.Contexts.CreateDbContextAsync();
            return new World(app, time, await db.Merchants.Where(row => row.ContactEmail == DemoAccounts.MerchantEmail).Select(row => row.Id).SingleAsync());
        }

        public Task<T> UseAsync<TUse, T>(Func<TUse, Task<T>> use)
            where TUse : notnull => app.InScopeAsync(use);

        public Task<InviteOutcome> InviteAsync(string email, MerchantRight rights, Language language = Language.English, Actor? by = null) =>
            UseAsync<InviteMember, InviteOutcome>(use => use.RunAsync(Owner, by ?? By, new Invite(email, rights, language), None));

        public Task<TeamView> TeamAsync() => UseAsync<TeamQueries, TeamView>(use => use.LoadAsync(Owner, None));

        public async Task<IReadOnlyList<MemberRow>> MembersAsync() => (await TeamAsync()).Members;

        public async Task<OutgoingMail> LastMailAsync(string to)
        {
            await using var db = await app.Contexts.CreateDbContextAsync();
            var last = (await db.OutgoingMails.AsNoTracking().Where(mail => mail.To == to).ToListAsync()).OrderBy(mail => mail.CreatedAt).ThenBy(mail => mail.Id).Last();
            last.TextBody = await app.TextOfAsync(last);
            return last;
        }

        /// <summary>Null for a link that leads nowhere.</summary>
        public async Task<InvitationState?> StateOfAsync(string link) =>
            (await UseAsync<AcceptInvitation, InvitationView?>(use => use.ReadAsync(CodeOf(link), None)))?.State;

        public Task<AcceptOutcome> AcceptAsync(string link) =>
            UseAsync<AcceptInvitation, AcceptOutcome>(use => use.RunAsync(new Acceptance(CodeOf(link), "Robin", Password, Language.English, null, null), None));

        public async Task<IReadOnlyList<AuditAction>> TrailAsync()
        {
            await using var db = await app.Contexts.CreateDbContextAsync();
            return await db.AuditEntries.AsNoTracking().Where(line => line.MerchantId == merchant).Select(line => line.Action).Order().ToListAsync();
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private static string CodeOf(string link) => link[(link.IndexOf("code=", StringComparison.Ordinal) + 5)..];
    }
}
