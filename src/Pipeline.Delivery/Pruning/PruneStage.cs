using System.Globalization;
using Pipeline.Engine;

namespace Pipeline.Delivery.Pruning;

/// <summary>The run store → one that is no larger than asked: what was not used for the longest time goes first, what is protected or in use stays.</summary>
/// <param name="store">The store.</param>
/// <param name="log">Shows what is kept and why.</param>
internal sealed class PruneStage(RunStore store, RunLog log)
{
    public const string Name = "Prune";

    private const string Kept = "kept";
    private const string InUse = "a running process uses it";
    private const string Fits = "used last, and there is room";
    private const string Harmed = "harmed, can never be restored";
    private const string Oldest = "not used for the longest time";

    /// <param name="settings">How far.</param>
    /// <param name="entries">The store's, as they were before anybody was asked what must stay: what came later is not touched.</param>
    /// <param name="outputs">What must stay.</param>
    /// <param name="cancellationToken">Stops between two removals.</param>
    public void Run(PruneSettings settings, IReadOnlyList<StoreEntry> entries, ProtectedOutputs outputs, CancellationToken cancellationToken)
    {
        var before = Sum(entries);
        var left = before.Bytes;
        var rows = new List<(StoreEntry Entry, string What, string Why)>();
        var removed = settings.IsDryRun ? "would go" : "removed";
        foreach (var entry in entries.OrderBy(entry => entry.Record is not null).ThenBy(entry => entry.LastUsed).ThenBy(entry => entry.Directory, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var isHarmed = entry.Record is null;
            if (outputs.WhyOf(entry) is { } why)
            {
                rows.Add((entry, Kept, why));
            }
            else if (RunStore.IsInUse(entry))
            {
                rows.Add((entry, Kept, InUse));
            }
            else if (!isHarmed && left <= settings.Keep.Bytes)
            {
                rows.Add((entry, Kept, Fits));
            }
            else if (settings.IsDryRun || store.TryRemove(entry))
            {
                left -= entry.Size.Bytes;
                rows.Add((entry, removed, isHarmed ? Harmed : Oldest));
            }
            else
            {
                rows.Add((entry, Kept, InUse));
            }
        }

        Show(settings, rows, before, new DataSize(left), removed);
    }

    private void Show(PruneSettings settings, List<(StoreEntry Entry, string What, string Why)> rows, DataSize before, DataSize after, string removed)
    {
        log.Table(
            ["", "why", "outputs", "size"],
            rows.GroupBy(row => (row.What, row.Why)).OrderBy(group => group.Key.What != Kept).ThenBy(group => group.Key.Why, StringComparer.Ordinal).Select(group => new[]
            {
                group.Key.What,
                group.Key.Why,
                string.Join(", ", group.GroupBy(row => row.Entry.Stage).OrderBy(stage => stage.Key, StringComparer.Ordinal).Select(stage => stage.Count() == 1 ? stage.Key : string.Create(CultureInfo.InvariantCulture, $"{stage.Key} ({stage.Count()})"))),
                Sum(group.Select(row => row.Entry)).ToString(),
            }));
        var gone = rows.Count(row => row.What == removed);
        log.Info(string.Create(
            CultureInfo.InvariantCulture,
            $"{Name}: {before} before, {after} {(settings.IsDryRun ? "would be left" : "after")} (--keep {settings.Keep}); {gone} of {rows.Count} outputs {(settings.IsDryRun ? "would be removed" : "removed")}"));
        if (after.Bytes > settings.Keep.Bytes)
        {
            log.Warn($"{Name}: what must stay takes {after}, more than --keep {settings.Keep}. The table says what for.");
        }
    }

    private static DataSize Sum(IEnumerable<StoreEntry> entries) => new(entries.Sum(entry => entry.Size.Bytes));
}
