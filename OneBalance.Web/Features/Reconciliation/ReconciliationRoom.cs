namespace OneBalance.Web.Features.Reconciliation;

internal static class ReconciliationRoom
{
    /// <summary>How often it is looked whether a day has passed.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(30);

    public static void AddReconciliation(this WebApplicationBuilder builder)
    {
        builder.Services.AddTransient<RecordRefund>();
        builder.Services.AddTransient<ReconcileProcessor>();
        builder.Services.AddTransient<ClearDifference>();
        builder.Services.AddTransient<ReconciliationQueries>();
        builder.AddDeskQueue(new DeskQueue(
            DeskQueueKind.Differences,
            "/admin/reconciliation",
            (db, _) => db.ReconciliationDifferences.Where(difference => difference.ResolvedAt == null && difference.ClearedAt == null).Select(difference => difference.FirstSeenAt)));
        builder.AddSweep<ReconciliationSweep>(LookEvery);
    }
}
