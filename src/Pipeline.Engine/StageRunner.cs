using System.Globalization;

namespace Pipeline.Engine;

/// <summary>Runs stages: restores an output if its inputs are unchanged, else makes it, and says which and how long it took.</summary>
public sealed class StageRunner(RunStore store, RunLog log)
{
    public RunLog Log { get; } = log;

    public RunStore Store { get; } = store;

    /// <summary>Restores or makes a stage's output.</summary>
    /// <typeparam name="TArtifact">The output.</typeparam>
    /// <param name="key">Every input of the stage.</param>
    /// <param name="write">Does the stage's work and leaves its files in the folder it is given.</param>
    /// <param name="cancellationToken">Cancelled: nothing is kept.</param>
    public async Task<TArtifact> RunAsync<TArtifact>(StageKey key, Func<string, CancellationToken, Task> write, CancellationToken cancellationToken)
        where TArtifact : IArtifact<TArtifact>
    {
        var start = Log.Clock.GetTimestamp();
        if (Store.Find(key, out var fault) is null && fault is not null)
        {
            Log.Warn($"{key.Stage}: the stored output {key.Hash[..12]} does not count ({fault}); it is made anew.");
        }

        var (directory, restored) = await Store.GetOrMakeAsync(key, write, cancellationToken);
        var seconds = Log.Clock.GetElapsedTime(start).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        Log.Info($"{key.Stage}: {(restored ? "restored" : "done")} in {seconds} s ({key.Hash[..12]})");
        return TArtifact.Load(directory);
    }

    /// <summary>What <see cref="RunAsync"/> would do, with the output if it would be restored.</summary>
    public (PlannedStage Plan, TArtifact? Artifact) Plan<TArtifact>(StageKey key)
        where TArtifact : class, IArtifact<TArtifact>
    {
        if (Store.Find(key, out var fault) is { } directory)
        {
            return (new PlannedStage(key.Stage, WillRun: false, "inputs unchanged"), TArtifact.Load(directory));
        }

        return (new PlannedStage(key.Stage, WillRun: true, fault is null ? WhatChanged(key) : $"the stored output is harmed: {fault}"), null);
    }

    private string WhatChanged(StageKey key)
    {
        if (Store.FindNewest(key.Stage, key.Model) is not { } newest)
        {
            return "never run";
        }

        var changed = key.Parts.Keys.Union(newest.Key.Parts.Keys)
            .Where(name => key.Parts.GetValueOrDefault(name) != newest.Key.Parts.GetValueOrDefault(name))
            .Order(StringComparer.Ordinal)
            .ToList();
        return changed.Count == 0 ? "never run" : $"changed: {string.Join(", ", changed)}";
    }
}
