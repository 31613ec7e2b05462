using Pipeline.Engine;
using Pipeline.Tracking;
using Pipeline.Tracking.Replication;

namespace Pipeline.Delivery.Tracking;

/// <summary>Brings a model's runs and versions from the embedded store to a server, as far as it has them not.</summary>
/// <param name="model">The registered model.</param>
/// <param name="experiment">Name of its experiment.</param>
/// <param name="description">Of the model.</param>
/// <param name="log">Tells of artifacts that the server does not take.</param>
internal sealed class TrackingShare(string model, string experiment, string description, RunLog log)
{
    private const string ArtifactsFolder = "/artifacts/";

    /// <summary>One run with those below it, and the versions.</summary>
    public async Task ShareRunAsync(TrackingStore local, TrackingStore server, string? runId, CancellationToken cancellationToken)
    {
        var replicator = new RunReplicator(local, server);
        if (runId is not null && await local.Runs.FindRunAsync(runId, cancellationToken) is { } run)
        {
            var below = await local.Runs.SearchRunsAsync(run.ExperimentId, new Dictionary<string, string> { [TrackingTags.ParentRun] = run.Id }, cancellationToken);
            await ShareRunsAsync(replicator, [run, .. below], cancellationToken);
        }

        await ShareVersionsAsync(replicator, local, server, cancellationToken);
        TellArtifacts(replicator);
    }

    /// <summary>The versions that it lacks, with their runs.</summary>
    public async Task ShareVersionsAsync(TrackingStore local, TrackingStore server, CancellationToken cancellationToken)
    {
        var replicator = new RunReplicator(local, server);
        await ShareVersionsAsync(replicator, local, server, cancellationToken);
        TellArtifacts(replicator);
    }

    /// <summary>Everything.</summary>
    /// <returns>How many runs and versions it lacked, as they are here.</returns>
    public async Task<(int Runs, int Versions)> ShareAllAsync(TrackingStore local, TrackingStore server, CancellationToken cancellationToken)
    {
        var replicator = new RunReplicator(local, server);
        var id = await local.Runs.EnsureExperimentAsync(experiment, cancellationToken);
        // The oldest first, so that what failed halfway is made up for in order.
        var runs = (await local.Runs.SearchRunsAsync(id, new Dictionary<string, string>(), cancellationToken)).Reverse().ToList();
        var shared = (await ShareRunsAsync(replicator, runs, cancellationToken), await ShareVersionsAsync(replicator, local, server, cancellationToken));
        TellArtifacts(replicator);
        return shared;
    }

    private async Task<int> ShareRunsAsync(RunReplicator replicator, IEnumerable<TrackedRun> runs, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var run in runs.Where(run => !replicator.IsCopied(run.Tags)))
        {
            await replicator.CopyAsync(run, experiment, cancellationToken);
            count++;
        }

        return count;
    }

    private async Task<int> ShareVersionsAsync(RunReplicator replicator, TrackingStore local, TrackingStore server, CancellationToken cancellationToken)
    {
        var versions = (await local.Models.ListVersionsAsync(model, cancellationToken)).Where(version => version.Package is not null && version.Source.Contains(ArtifactsFolder, StringComparison.Ordinal) && !replicator.IsCopied(version.Tags)).Reverse().ToList();
        if (versions.Count > 0)
        {
            await server.Models.EnsureModelAsync(model, description, new Dictionary<string, string>(), cancellationToken);
        }

        foreach (var version in versions)
        {
            await replicator.CopyAsync(version, FolderOf(version), experiment, cancellationToken);
        }

        return versions.Count;
    }

    /// <summary>Where its run has it, by the address that the embedded store gave it.</summary>
    private static string FolderOf(ModelVersion version) => version.Source[(version.Source.IndexOf(ArtifactsFolder, StringComparison.Ordinal) + ArtifactsFolder.Length)..];

    private void TellArtifacts(RunReplicator replicator)
    {
        if (replicator.ArtifactFault is { } fault)
        {
            log.Warn($"Tracking: the server has the runs, but not their files: {fault}");
        }
    }
}
