using System.Security.Claims;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneBalance.Core;
using OneBalance.Core.Adjustments;
using OneBalance.Core.Audit;
using OneBalance.Core.Closing;
using OneBalance.Core.Ledger;
using OneBalance.Core.Support;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Cancellation;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Adjustments;
using OneBalance.Web.Features.Admin;
using OneBalance.Web.Features.Audit;
using OneBalance.Web.Features.Cancellation;
using OneBalance.Web.Features.Merchants;
using static OneBalance.Tests.Web.Features.Cancellation.CancellationScene;

namespace OneBalance.Tests.Web.Features.Admin;

/// <summary>The forms of the desk over the whole product: what each asks for before it acts, and what it has done then.</summary>
public sealed class DeskFormsTests
{
    private const string Reason = "The merchant wrote to us.";

    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly byte[] Scale = "%PDF-1.4 a scale"u8.ToArray();

    [Fact]
    public async Task An_adjustment_asks_for_each_thing_that_is_missing_and_is_debited_once()
    {
        await using var scene = await CancellationScene.StartAsync();
        await scene.FundAsync(40_00);
        await using var desk = Desk.Of(scene, Ann);
        string? said = null;
        var form = desk.Context.Render<AdjustmentForm>(adjust => adjust.Add(c => c.Merchant, scene.Merchant).Add(c => c.Done, (string words) => said = words));
        await form.Find("button").ClickAsync(new());

        await RefusedAsync("id of the line");
        form.Find("#adjust-line").Input("INV-77/3");
        await RefusedAsync("$2,000.00");
        form.Find("#adjust-amount").Input("2,000.01");
        await RefusedAsync("$2,000.00");
        form.Find("#adjust-amount").Input("4.20");
        await RefusedAsync("10 to 1000");
        form.Find("#adjust-words").Input("2.4 kg instead of 1.2 kg.");
        await RefusedAsync("PDF");
        Upload(new byte[AdjustmentRules.LargestEvidence + 1]);
        Assert.Contains("PDF", form.Find(".note-error").TextContent, StringComparison.Ordinal);
        Upload("MZ no picture"u8.ToArray());
        await RefusedAsync("PDF");
        Upload(Scale);
        Upload(new byte[AdjustmentRules.LargestEvidence + 1]);
        Assert.DoesNotContain("scale.pdf", form.Markup, StringComparison.Ordinal);
        await RefusedAsync("PDF");
        Upload(Scale);
        form.Find("#adjust-tracking").Input("9999 9999 9999 9999");
        await RefusedAsync("no label");
        form.Find("#adjust-tracking").Input("");
        form.Find("#adjust-kind").Change("Reweigh");

        await PressAsync(form);
        form.WaitForAssertion(() => Assert.Contains("$4.20", said, StringComparison.Ordinal));
        await PressAsync(form);

        await using var db = await scene.Bench.App.Contexts.CreateDbContextAsync();
        var stored = await db.CarrierAdjustments.AsNoTracking().SingleAsync();
        Assert.Equal(("INV-77/3", new Money(4_20), AdjustmentState.Debited, "scale.pdf"), (stored.CarrierLineId, stored.Amount, stored.State, stored.EvidenceName));
        Assert.Equal(Scale, stored.Evidence);
        Assert.Equal(new Money(35_80), await scene.Bench.AvailableAsync(scene.Merchant));
        form.Find("#adjust-amount").Input("5.00");
        await RefusedAsync("counts");

        void Upload(byte[] content) => form.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromBinary(content, "scale.pdf"));

        async Task RefusedAsync(string why)
        {
            await PressAsync(form);
            form.WaitForAssertion(() => Assert.Contains(why, form.Find(".note-error").TextContent, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Theory]
    [InlineData(true, AdjustmentState.CreditDue, 40_00)]
    [InlineData(false, AdjustmentState.Upheld, 36_00)]
    public async Task A_disputed_adjustment_is_decided_with_words_one_way_or_the_other(bool credit, AdjustmentState expected, long available)
    {
        await using var scene = await CancellationScene.StartAsync();
        await scene.FundAsync(40_00);
        var order = new AdjustmentOrder(Guid.CreateVersion7(), "INV-77/3", "", AdjustmentKind.Reweigh, new Money(4_00), "2.4 kg instead of 1.2 kg.", "scale.pdf", Scale);
        Assert.IsType<NoticeAdjustmentOutcome.Debited>(await scene.InScopeAsync<NoticeAdjustment, NoticeAdjustmentOutcome>(use => use.RunAsync(scene.Merchant, order, Ann, None)));
        Assert.IsType<DisputeAdjustmentOutcome.Disputed>(await scene.InScopeAsync<DisputeAdjustment, DisputeAdjustmentOutcome>(
            use => use.RunAsync(scene.Merchant, new AdjustmentId(order.Id), "It was weighed at the counter.", Owner, None)));
        await using var desk = Desk.Of(scene, Bea);
        var view = Assert.Single(await scene.InScopeAsync<AdjustmentQueries, IReadOnlyList<AdjustmentView>>(queries => queries.AllAsync(Bea, None)));
        int changed = 0;
        var form = desk.Context.Render<DecideForm>(decide => decide.Add(c => c.View, view).Add(c => c.Changed, () => changed++));

        await DecideAsync();
        form.WaitForAssertion(() => Assert.Contains("10 to 1000", form.Find(".field-error").TextContent, StringComparison.Ordinal));
        Assert.Equal("true", form.Find("textarea").GetAttribute("aria-invalid"));
        form.Find("textarea").Input("The carrier sent a photograph.");
        await DecideAsync();

        form.WaitForAssertion(() => Assert.Equal(1, changed));
        await using var db = await scene.Bench.App.Contexts.CreateDbContextAsync();
        var stored = await db.CarrierAdjustments.AsNoTracking().SingleAsync();
        Assert.Equal((expected == AdjustmentState.CreditDue ? AdjustmentState.Credited : expected, "The carrier sent a photograph."), (stored.State, stored.Decision));
        Assert.Equal(new Money(available), await scene.Bench.AvailableAsync(scene.Merchant));

        Task DecideAsync() => form.InvokeAsync(() => form.FindAll("button")[credit ? 0 : 1].ClickAsync(new()));
    }

    [Fact]
    public async Task A_supervisor_grants_a_role_with_a_reason_and_withdraws_it_and_has_no_button_for_their_own()
    {
        await using var scene = await CancellationScene.StartAsync();
        await using var desk = Desk.Of(scene, await ActorAsync(scene, "supervisor@example.com"));
        var page = desk.Context.Render<RolesPage>();
        Assert.DoesNotContain(page.FindAll("[data-testid=support-person] button"), button => button.TextContent.Contains("supervisor@example.com", StringComparison.Ordinal));

        page.Find("#role-email").Input("new@example.com");
        await SaysAsync("10 to 500", ".note-error");
        page.Find("#role-reason").Input("Joins the desk on Monday.");
        page.Find("#role-email").Input("demo@example.com");
        await SaysAsync("merchant", ".note-error");
        page.Find("#role-email").Input("new@example.com");
        page.Find("#role-name").Change(MerchantClaims.SupportRole);
        await PressAsync(page);
        page.WaitForAssertion(() => Assert.Contains(page.FindAll("[data-testid=support-person]"), person => person.TextContent.Contains("new@example.com", StringComparison.Ordinal)));
        Assert.Equal("", page.Find("#role-reason").GetAttribute("value") ?? "");

        page.Find("#role-reason").Input("Has left the desk.");
        await page.InvokeAsync(() => page.FindAll("[data-testid=support-person] button").Single(button => button.TextContent.Contains("new@example.com", StringComparison.Ordinal)).ClickAsync(new()));
        page.WaitForAssertion(() => Assert.DoesNotContain(page.FindAll("[data-testid=support-person]"), person => person.TextContent.Contains("new@example.com", StringComparison.Ordinal)));

        await using var db = await scene.Bench.App.Contexts.CreateDbContextAsync();
        Assert.Equal(
            [(AuditAction.RoleGranted, "Joins the desk on Monday."), (AuditAction.RoleWithdrawn, "Has left the desk.")],
            (await db.AuditEntries.OrderBy(line => line.At).ToListAsync()).Select(line => (line.Action, line.Reason!)));

        async Task SaysAsync(string what, string where)
        {
            await PressAsync(page);
            page.WaitForAssertion(() => Assert.Contains(what, page.Find(where).TextContent, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task A_late_credit_is_approved_with_a_reason_and_whoever_opened_has_no_form_for_it()
    {
        await using var scene = await CancellationScene.StartAsync();
        await scene.FundAsync(40_00);
        var id = await scene.CloseAsync();
        await scene.LateAsync(120_00);
        await using (var opener = Desk.Of(scene, Ann))
        {
            var page = opener.Context.Render<AdminCancellationPage>(cancel => cancel.Add(c => c.Id, id));
            Assert.Contains("$120.00", page.Find("#supplement-title").ParentElement!.TextContent, StringComparison.Ordinal);
            Assert.Empty(page.FindAll("#supplement-reason"));
            Assert.NotNull(page.Find($"dd a[href='/admin/accounts/{scene.Merchant}']"));
        }

        await using var other = Desk.Of(scene, Bea);
        var form = other.Context.Render<AdminCancellationPage>(cancel => cancel.Add(c => c.Id, id));
        await PressAfterAsync(form, "supplement", "short");
        form.WaitForAssertion(() => Assert.Contains("10 to 500", form.Find("#supplement-title").ParentElement!.QuerySelector(".field-error")!.TextContent, StringComparison.Ordinal));
        await PressAfterAsync(form, "supplement", Reason);

        form.WaitForAssertion(() => Assert.Empty(form.FindAll("#supplement-title")));
        Assert.All((await scene.FileAsync(id)).Lots.Where(lot => lot.Supplementary), lot => Assert.False(lot.WaitsForApproval));
    }

    [Fact]
    public async Task A_cheque_that_came_back_is_taken_back_in_with_a_reason_and_can_be_sent_again()
    {
        await using var scene = await CancellationScene.StartAsync();
        await scene.Bench.SubmitAsync(new Credit(scene.Merchant, "goodwill/1", new Money(30_00)));
        var id = await scene.CloseAsync();
        await scene.RecordAllAsync(id);
        await using var desk = Desk.Of(scene, Ann);
        var page = desk.Context.Render<AdminCancellationPage>(cancel => cancel.Add(c => c.Id, id));
        Assert.Empty(page.FindAll("#lot-1-number"));

        await PressAfterAsync(page, "return-1", "");
        page.WaitForAssertion(() => Assert.Contains("10 to 500", page.Find("details .field-error").TextContent, StringComparison.Ordinal));
        await PressAfterAsync(page, "return-1", "The post brought it back.");

        page.WaitForAssertion(() => Assert.NotNull(page.Find("#lot-2-number")));
        Assert.Equal([(PayoutRoute.Bank, 30_00L, PayoutLotState.Failed), (PayoutRoute.Bank, 30_00L, PayoutLotState.Planned)], await scene.LotsAsync(id));
    }

    [Fact]
    public async Task What_stands_still_is_told_apart_by_its_whole_id_and_run_now_with_a_reason()
    {
        await using var scene = await CancellationScene.StartAsync();
        Guid[] ids = [Guid.Parse("019ac0de-0000-7000-8000-000000000001"), Guid.Parse("019ac0de-0000-7000-8000-000000000002")];
        await using (var db = await scene.Bench.App.Contexts.CreateDbContextAsync())
        {
            foreach (var (id, kind) in ids.Zip([SupportActionKind.Goodwill, SupportActionKind.Pause]))
            {
                db.SupportActions.Add(new SupportAction
                {
                    MerchantId = scene.Merchant,
                    Id = id,
                    Kind = kind,
                    State = SupportActionState.Asked,
                    Amount = kind == SupportActionKind.Goodwill ? new Money(5_00) : null,
                    Reason = Reason,
                    UserId = Ann.UserId,
                    Email = Ann.Email,
                    AskedAt = scene.Bench.Time.GetUtcNow(),
                });
            }

            await db.SaveChangesAsync();
        }

        await using var desk = Desk.Of(scene, Bea);
        var open = desk.Context.Render<OpenItems>(items => items.Add(c => c.Only, scene.Merchant));
        Assert.Equal(ids.Select(id => $"{id:n}"), open.FindAll("[data-testid=open-SupportAction] code").Select(code => code.TextContent));

        await RunFirstAsync();
        open.WaitForAssertion(() => Assert.Contains("10 to 500", open.Find(".field-error").TextContent, StringComparison.Ordinal));
        Assert.Equal(Money.Zero, await scene.Bench.AvailableAsync(scene.Merchant));
        open.Find("#run-reason").Input("It has waited for an hour.");
        await RunFirstAsync();

        open.WaitForAssertion(() => Assert.Equal([$"{ids[1]:n}"], open.FindAll("[data-testid=open-SupportAction] code").Select(code => code.TextContent)));
        Assert.Equal(new Money(5_00), await scene.Bench.AvailableAsync(scene.Merchant));

        Task RunFirstAsync() => open.InvokeAsync(() => open.FindAll("[data-testid=open-SupportAction] button")[0].ClickAsync(new()));
    }

    private static async Task PressAfterAsync(IRenderedComponent<AdminCancellationPage> page, string prefix, string reason)
    {
        page.Find($"#{prefix}-reason").Input(reason);
        await page.InvokeAsync(() => page.Find($"#{prefix}-reason").ParentElement!.NextElementSibling!.QuerySelector("button")!.ClickAsync(new()));
    }

    private static Task PressAsync<T>(IRenderedComponent<T> component)
        where T : IComponent => component.InvokeAsync(() => component.FindAll("button").Single(button => button.ClassName?.Contains("mud-button-filled", StringComparison.Ordinal) == true).ClickAsync(new()));

    private static async Task<Actor> ActorAsync(CancellationScene scene, string email)
    {
        await using var db = await scene.Bench.App.Contexts.CreateDbContextAsync();
        return new Actor(await db.Users.Where(user => user.Email == email).Select(user => user.Id).SingleAsync(), email, null);
    }

    /// <summary>Somebody at a page of the desk; everything but the browser is the product's.</summary>
    private sealed class Desk(ComponentRoom context, AsyncServiceScope product) : IAsyncDisposable
    {
        public ComponentRoom Context => context;

        public static Desk Of(CancellationScene scene, Actor who)
        {
            var product = scene.Bench.App.Services.CreateAsyncScope();
            var context = new ComponentRoom();
            context.Services.AddSingleton<TimeProvider>(scene.Bench.Time);
            context.Services.AddScoped<SignedInActor>();
            context.Services.AddSingleton(TestRights.EveryRole);

            // Asked for in a scope that the page makes, which does not look there.
            context.Services.AddScoped(_ => product.ServiceProvider.GetRequiredService<GrantRole>());
            context.Services.AddFallbackServiceProvider(product.ServiceProvider);
            context.AddAuthorization().SetAuthorized(who.Email).SetRoles(Roles.Support, Roles.Supervisor)
                .SetClaims(new Claim(ClaimTypes.NameIdentifier, who.UserId), new Claim(ClaimTypes.Email, who.Email))
                .SetPolicies(MerchantClaims.SupportPolicy, MerchantClaims.SupervisorPolicy);
            return new Desk(context, product);
        }

        public async ValueTask DisposeAsync()
        {
            await context.DisposeAsync();
            await product.DisposeAsync();
        }
    }
}
