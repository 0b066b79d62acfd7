using Microsoft.EntityFrameworkCore;
using OneBalance.Core;
using OneBalance.Core.Ledger;
using OneBalance.Core.Tax;
using OneBalance.Tests.Support;
using OneBalance.Tests.Web.Features.Labels;
using OneBalance.Web.Data;
using OneBalance.Web.Data.Model;
using OneBalance.Web.Features.Merchants;
using OneBalance.Web.Features.Refunds;

namespace OneBalance.Tests.Web.Features.Statements;

/// <summary>Tax papers: one a label and one a refund, numbered without a gap or a double, never changed once issued.</summary>
public sealed class TaxPaperTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<DatabaseProvider> Providers => TestDatabase.Providers;

    /// <summary>Support that looked at a merchant's statement issued the papers that were due.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task Somebody_who_only_looks_at_a_statement_issues_no_paper(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        await world.BoughtAsync();
        var desk = new StatementDesk(world.Database);
        var looker = MerchantAccess.LookOnly(world.Merchant);

        var seen = await desk.Statements.LoadAsync(looker, StatementDesk.November, None);
        Assert.Equal((0, new Money(80_84)), (seen.Papers.Count, seen.Statement.Closing));
        await using (var db = await world.Contexts.CreateDbContextAsync())
        {
            Assert.Equal((0, 0), (await db.TaxPapers.CountAsync(), await db.TaxPaperSeries.CountAsync()));
        }

        // The sweep issues it, and then it is seen.
        await desk.Sweep.RunAsync(None);
        Assert.Single((await desk.Statements.LoadAsync(looker, StatementDesk.November, None)).Papers);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_label_has_its_invoice_and_its_refund_a_credit_note_for_it(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var label = await world.BoughtAsync();
        var desk = new StatementDesk(world.Database);
        var bought = world.Time.GetUtcNow();
        Assert.Null(await desk.Papers.ReadAsync(world.Merchant, label, TaxPaperKind.CreditNote, None));
        world.Time.Advance(TimeSpan.FromMinutes(60));
        Assert.IsType<VoidOutcome.Credited>(await world.VoidAsync(label));

        var invoice = (await desk.Papers.ReadAsync(world.Merchant, label, TaxPaperKind.Invoice, None))!;
        var credit = (await desk.Papers.ReadAsync(world.Merchant, label, TaxPaperKind.CreditNote, None))!;

        Assert.Equal(($"INV-{world.Merchant.Value}-000001", bought), (invoice.Number, invoice.IssuedAt));
        Assert.Equal((LabelWorld.Price, new Money(18_25)), (invoice.Content.Total, invoice.Content.BeforeTax));
        Assert.Equal([new TaxLine(TaxKind.Gst, 5m, new Money(91))], invoice.Content.Taxes);
        Assert.Equal(("Maple Parcels", "123456789 RT0001", "BC"), (invoice.Content.Buyer.Name, invoice.Content.Supplier.GstHstNumber, invoice.Content.Supply.DestinationProvince));
        Assert.True(invoice.Content.Plausible);
        Assert.Equal(($"CRN-{world.Merchant.Value}-000001", invoice.Number, LabelWorld.Price), (credit.Number, credit.InvoiceNumber, credit.Content.Total));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task A_price_above_the_hold_is_one_invoice_and_one_credit_note(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var dearer = ScriptedCarrier.Quote with { Total = ScriptedCarrier.Quote.Total + new Money(1_00), Lines = [.. ScriptedCarrier.Quote.Lines, new(OneBalance.Core.Shipping.PriceLineKind.Adjustment, "FUELSC", "", new Money(1_00))] };
        world.Carrier.FinalPrice = dearer;
        var label = await world.BoughtAsync();
        world.Time.Advance(TimeSpan.FromMinutes(60));
        await world.VoidAsync(label);

        await new StatementDesk(world.Database).Issue.RunAsync(world.Merchant, None);

        Assert.Equal([(TaxPaperKind.Invoice, dearer.Total), (TaxPaperKind.CreditNote, dearer.Total)], (await PapersAsync(world)).Select(paper => (paper.Kind, paper.Total)));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Issued_by_many_at_once_while_labels_are_bought_there_is_no_gap_and_no_double(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider, fundsInCents: 1_000_00);
        var desk = new StatementDesk(world.Database);
        var issuing = new List<Task<int>>();
        var labels = new List<LabelId>();
        for (int i = 0; i < 20; i++)
        {
            labels.Add(await world.BoughtAsync());
            IssueByMany();
        }

        world.Time.Advance(TimeSpan.FromMinutes(60));
        foreach (var label in labels.Take(7))
        {
            await world.VoidAsync(label);
            IssueByMany();
        }

        int[] counts = [.. await Task.WhenAll(issuing), await desk.Issue.RunAsync(world.Merchant, None)];

        var papers = await PapersAsync(world);
        Assert.Equal(Enumerable.Range(1, 20), papers.Where(paper => paper.Kind == TaxPaperKind.Invoice).Select(paper => paper.Number));
        Assert.Equal(Enumerable.Range(1, 7), papers.Where(paper => paper.Kind == TaxPaperKind.CreditNote).Select(paper => paper.Number));
        Assert.Equal(labels, papers.Where(paper => paper.Kind == TaxPaperKind.Invoice).Select(paper => paper.LabelId));
        Assert.Equal(27, counts.Sum());

        // Six at the same paper, while the next label is bought.
        void IssueByMany() => issuing.AddRange(Enumerable.Range(0, 6).Select(_ => Task.Run(() => desk.Issue.RunAsync(world.Merchant, None))));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Dead_between_any_two_steps_the_next_run_goes_on_without_a_gap(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider, fundsInCents: 1_000_00);
        var seamed = new StatementDesk(world.Database, world.Contexts);
        for (int dieAt = 1; dieAt <= 2; dieAt++)
        {
            await world.BoughtAsync();
            await world.BoughtAsync();
            world.Seams.Reset(dieAt);
            await Assert.ThrowsAsync<ProcessDied>(() => seamed.Issue.RunAsync(world.Merchant, None));
            world.Seams.Reset(0);
            await world.BoughtAsync();
            await seamed.Issue.RunAsync(world.Merchant, None);
        }

        Assert.Equal(Enumerable.Range(1, 6), (await PapersAsync(world)).Select(paper => paper.Number));
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Once_issued_it_is_the_same_paper_whatever_changes(DatabaseProvider provider)
    {
        await using var world = await LabelWorld.StartAsync(provider);
        var label = await world.BoughtAsync();
        var issued = (await new StatementDesk(world.Database).Papers.ReadAsync(world.Merchant, label, TaxPaperKind.Invoice, None))!;
        byte[] before = StatementDesk.PaperFile.Pdf(issued, Language.French);
        await using (var db = await world.Database.Contexts.CreateDbContextAsync())
        {
            await db.Merchants.Where(row => row.Id == world.Merchant).ExecuteUpdateAsync(set => set.SetProperty(row => row.BusinessName, "Renamed"));
        }

        world.Time.Advance(TimeSpan.FromDays(400));
        var later = (await new StatementDesk(world.Database, gst: "999999999 RT0001").Papers.ReadAsync(world.Merchant, label, TaxPaperKind.Invoice, None))!;

        Assert.Equal(before, StatementDesk.PaperFile.Pdf(later, Language.French));
    }

    [Fact]
    public async Task In_production_no_paper_is_issued_without_a_registration_number()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        await world.BoughtAsync();

        Assert.Equal(0, await new StatementDesk(world.Database, environment: "Production", gst: "").Sweep.RunAsync(None));
        Assert.Empty(await PapersAsync(world));
        Assert.Equal(1, await new StatementDesk(world.Database, environment: "Production").Sweep.RunAsync(None));
        Assert.Equal(0, await new StatementDesk(world.Database, environment: "Production").Sweep.RunAsync(None));
    }

    [Fact]
    public async Task A_part_given_back_is_credited_as_a_part()
    {
        await using var world = await LabelWorld.StartAsync(DatabaseProvider.Sqlite);
        var label = await world.BoughtAsync();
        await world.Database.Ledger.SubmitAsync(new RefundLabel(world.Merchant, LedgerKeys.Refund(label), LedgerKeys.Reserve(label), new Money(5_00)), None);

        var credit = (await new StatementDesk(world.Database).Papers.ReadAsync(world.Merchant, label, TaxPaperKind.CreditNote, None))!;

        Assert.Equal((new Money(5_00), new Money(4_76), new Money(24)), (credit.Content.Total, credit.Content.BeforeTax, Assert.Single(credit.Content.Taxes).Amount));
    }

    private static async Task<List<TaxPaper>> PapersAsync(LabelWorld world)
    {
        await using var db = await world.Database.Contexts.CreateDbContextAsync();
        return await db.TaxPapers.AsNoTracking().Where(paper => paper.MerchantId == world.Merchant).OrderBy(paper => paper.Kind).ThenBy(paper => paper.Number).ToListAsync();
    }
}
