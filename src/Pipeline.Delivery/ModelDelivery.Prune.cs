using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Pruning;
using Pipeline.Delivery.Training;
using Pipeline.Engine;

namespace Pipeline.Delivery;

/// <content>Bounding the run store, which all models share.</content>
public sealed partial class ModelDelivery
{
    /// <summary>Removes outputs that were not used for the longest time until the store is no larger than asked. What stages run or would be rolled back to, what a run of each model would restore, and what a running process uses stays.</summary>
    /// <param name="options">As of a run; which model is chosen does not matter.</param>
    /// <param name="settings">How far.</param>
    /// <param name="log">Shows what is kept and why.</param>
    /// <param name="cancellationToken">Stops between two removals.</param>
    public static async Task PruneAsync(DeliveryOptions options, PruneSettings settings, RunLog log, CancellationToken cancellationToken)
    {
        var store = new RunStore(ArtifactsDirectory(options), log.Clock);
        using var held = await store.LockPruningAsync(cancellationToken);
        var entries = store.Entries();
        var outputs = new ProtectedOutputs();
        foreach (var model in ModelCatalog.Names(options.RootDirectory))
        {
            try
            {
                var delivery = Create(options with { Model = model, Stage = null, Compare = null, Waive = null, Force = null, Tracking = null }, log);
                new PromotedOutputs(delivery._ledger, store, entries).AddTo(outputs, model);
                foreach (var output in Restored(await delivery.PlannedAsync(cancellationToken), entries))
                {
                    outputs.Add(output, $"{model}: the next run restores it");
                }
            }
            catch (PipelineException e)
            {
                outputs.AddModel(model, $"{model}: what it needs cannot be told");
                log.Warn($"{PruneStage.Name}: everything of {model} is kept: {e.Message}");
            }
        }

        new PruneStage(store, log).Run(settings, entries, outputs, cancellationToken);
    }

    /// <summary>What a plan restores, and what Gate restores within itself: the repeated training of the same inputs.</summary>
    private static IEnumerable<string> Restored(IReadOnlyList<PlannedStage> plan, IReadOnlyList<StoreEntry> entries)
    {
        var outputs = plan.Select(row => row.Output).OfType<string>().ToList();
        var training = entries.FirstOrDefault(entry => entry.Stage == TrainStage.Name && outputs.Contains(entry.Output))?.Record?.Key.Parts;
        var repeated = entries.Where(entry => training is not null && entry.Stage == TrainStage.RepeatName && entry.Record is { } record && training.All(record.Key.Parts.Contains));
        return [.. outputs, .. repeated.Select(entry => entry.Output)];
    }
}
