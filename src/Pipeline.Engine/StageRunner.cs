using System.Collections.Concurrent;
using System.Globalization;

namespace Pipeline.Engine;

/// <summary>Runs stages: restores an output if its inputs are unchanged, else makes it, and says which and how long it took.</summary>
public sealed class StageRunner(RunStore store, RunLog log)
{
    private const int ShownChanges = 4;

    // A run that comes to a stage twice makes it anew once.
    private readonly ConcurrentDictionary<string, bool> _madeAnew = new(StringComparer.Ordinal);

    public RunLog Log { get; } = log;

    public RunStore Store { get; } = store;

    /// <summary>What is made anew even if it is stored; null for nothing.</summary>
    public ForcedStages? Forced { get; init; }

    /// <summary>Restores or makes a stage's output.</summary>
    /// <typeparam name="TArtifact">The output.</typeparam>
    /// <param name="key">Every input of the stage.</param>
    /// <param name="write">Does the stage's work and leaves its files in the folder it is given.</param>
    /// <param name="cancellationToken">Cancelled: nothing is kept.</param>
    public async Task<TArtifact> RunAsync<TArtifact>(StageKey key, Func<string, CancellationToken, Task> write, CancellationToken cancellationToken)
        where TArtifact : IArtifact<TArtifact>
    {
        if (IsForced(key))
        {
            return await MakeAnewAsync<TArtifact>(key, write, cancellationToken);
        }

        var start = Log.Clock.GetTimestamp();
        var (directory, restored) = await Store.GetOrMakeAsync(
            key, write, cancellationToken, onHarmed: fault => Log.Warn($"{key.Stage}: the stored output {key.Hash[..12]} does not count ({fault}); it is made anew."));
        TellEnd(key, restored, start);
        return TArtifact.Load(directory);
    }

    /// <summary>What <see cref="RunAsync"/> would do, with the output if there is one that counts.</summary>
    public (PlannedStage Plan, TArtifact? Artifact) Plan<TArtifact>(StageKey key)
        where TArtifact : class, IArtifact<TArtifact>
    {
        var directory = Store.Find(key, out var fault);
        var artifact = directory is null ? null : TArtifact.Load(directory);
        return IsForced(key) ? (new PlannedStage(key.Stage, WillRun: true, Forced!.ToString()) { Output = directory }, artifact)
            : directory is not null ? (new PlannedStage(key.Stage, WillRun: false, "inputs unchanged") { Output = directory }, artifact)
            : (new PlannedStage(key.Stage, WillRun: true, fault is null ? WhatChanged(key) : $"the stored output is harmed: {fault}"), null);
    }

    /// <summary>True if the stage is to be made anew, and has not been in this run yet.</summary>
    public bool IsForced(StageKey key) => Forced?.Stages.Contains(key.Stage) == true && !_madeAnew.ContainsKey(key.Hash);

    private async Task<TArtifact> MakeAnewAsync<TArtifact>(StageKey key, Func<string, CancellationToken, Task> write, CancellationToken cancellationToken)
        where TArtifact : IArtifact<TArtifact>
    {
        var start = Log.Clock.GetTimestamp();
        var stored = Store.Find(key, out _);
        var before = stored is null ? null : FingerprintOf(TArtifact.Load(stored));
        try
        {
            Log.Info($"{key.Stage}: is run, as {Forced} asks{(stored is null ? string.Empty : $"; {key.Hash[..12]} is stored")}");
            var (directory, _) = await Store.GetOrMakeAsync(key, write, cancellationToken, isForced: true);
            _madeAnew.TryAdd(key.Hash, value: true);
            TellEnd(key, restored: false, start);
            var artifact = TArtifact.Load(directory);
            if (before is not null && FingerprintOf(artifact) is { } after)
            {
                TellWhetherSame(key, before, after);
            }

            return artifact;
        }
        catch (PipelineException e) when (stored is not null && e.ExitCode is ExitCode.Refused or ExitCode.NotEnoughData)
        {
            // The same inputs have now been refused: what they gave before must not be restored by the next run.
            await Store.DiscardAsync(key, cancellationToken);
            Log.Warn($"{key.Stage}: the same inputs had passed before; that output ({key.Hash[..12]}) no longer counts.");
            throw;
        }
    }

    private void TellWhetherSame(StageKey key, string before, string after)
    {
        if (before == after)
        {
            Log.Info($"{key.Stage}: gave what it gave before ({after})");
        }
        else
        {
            Log.Warn($"{key.Stage} IS NOT REPRODUCIBLE: the same inputs ({key.Hash[..12]}) gave {after} now, and {before} before. The new output has taken the place of the stored one; find out what else the stage depends on.");
        }
    }

    private static string? FingerprintOf<TArtifact>(TArtifact artifact) => (artifact as IReproducible)?.Fingerprint;

    private void TellEnd(StageKey key, bool restored, long start)
    {
        var seconds = Log.Clock.GetElapsedTime(start).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        Log.Info($"{key.Stage}: {(restored ? "restored" : "done")} in {seconds} s ({key.Hash[..12]})");
    }

    private string WhatChanged(StageKey key)
    {
        var changes = Store.FindNewest(key.Stage, key.Model) is { } newest ? KeyDifference.Of(newest.Key, key) : [];
        var more = changes.Count - ShownChanges;
        return changes.Count == 0
            ? "never run"
            : $"changed: {string.Join("; ", changes.Take(ShownChanges))}{(more > 0 ? string.Create(CultureInfo.InvariantCulture, $"; and {more} more") : string.Empty)}";
    }
}
