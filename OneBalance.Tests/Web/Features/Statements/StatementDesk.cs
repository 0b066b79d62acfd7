using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OneBalance.Core.Statements;
using OneBalance.Tests.Support;
using OneBalance.Web.Data;
using OneBalance.Web.Features.Labels;
using OneBalance.Web.Features.Statements;

namespace OneBalance.Tests.Web.Features.Statements;

/// <summary>The statements' use cases over a test's database.</summary>
internal sealed class StatementDesk(TestDatabase database, IDbContextFactory<AppDbContext>? contexts = null, string environment = "Development", string gst = "123456789 RT0001")
{
    public static readonly StatementPeriod November = PeriodOf("2026-11-01", "2026-11-30");

    public IssueTaxPapers Issue => new(
        contexts ?? database.Contexts,
        Options.Create(new TaxOptions { SupplierAddress = "1 Sample St, Ottawa ON", GstHstNumber = gst }),
        new Surroundings(environment),
        NullLogger<IssueTaxPapers>.Instance);

    public TaxPaperSweep Sweep => new(contexts ?? database.Contexts, Issue, NullLogger<TaxPaperSweep>.Instance);

    public StatementQueries Statements => new(database.Contexts, Issue, database.Time);

    public TaxPaperQueries Papers => new(database.Contexts, Issue);

    public static StatementFiles Files => new(Words, Texts<StatementTexts>());

    public static TaxPaperFile PaperFile => new(Words, Texts<StatementTexts>(), Texts<LabelTexts>());

    private static StatementWords Words => new(Texts<StatementTexts>());

    public static StatementPeriod PeriodOf(string from, string to) => StatementPeriod.Of(
        DateOnly.ParseExact(from, "yyyy-MM-dd", CultureInfo.InvariantCulture), DateOnly.ParseExact(to, "yyyy-MM-dd", CultureInfo.InvariantCulture)).Period!.Value;

    private static IStringLocalizer<T> Texts<T>() =>
        new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider().GetRequiredService<IStringLocalizer<T>>();

    private sealed class Surroundings(string environment) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = environment;

        public string ApplicationName { get; set; } = "OneBalance.Web";

        public string ContentRootPath { get; set; } = "";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
