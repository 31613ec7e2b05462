namespace Pipeline.Tracking.Replication;

/// <summary>Brings runs and versions of one store to another, which may have some of them: what is there already is not sent again. For one caller at a time.</summary>
/// <param name="source">Has all of them, and keeps note of what the other has.</param>
/// <param name="target">Gets them.</param>
/// <remarks>All calls throw <see cref="TrackingException"/>; what was brought until then stays, and calling again goes on from there.</remarks>
public sealed class RunReplicator(TrackingStore source, TrackingStore target)
{
    private readonly Dictionary<string, string> _targetIds = [];

    /// <summary>Why artifacts could not be brought, though everything else could; null if they were.</summary>
    public string? ArtifactFault { get; private set; }

    /// <summary>Whether the other store has the run or version as it is here, by these tags.</summary>
    public bool IsCopied(IReadOnlyDictionary<string, string> tags) => tags.GetValueOrDefault(TrackingTags.Copied) == target.Address;

    /// <summary>Brings a run with all that belongs to it, and first the run that it is a part of.</summary>
    /// <param name="run">As the source has it.</param>
    /// <param name="experiment">Name of its experiment.</param>
    /// <param name="cancellationToken">Stops between calls.</param>
    /// <returns>Its id in the other store.</returns>
    public async Task<string> CopyAsync(TrackedRun run, string experiment, CancellationToken cancellationToken)
    {
        var tags = Shared(run.Tags);
        if (run.Tags.TryGetValue(TrackingTags.ParentRun, out var parentId))
        {
            tags[TrackingTags.ParentRun] = await TargetIdAsync(parentId, experiment, cancellationToken);
        }

        var experimentId = await target.Runs.EnsureExperimentAsync(experiment, cancellationToken);
        var there = await target.Runs.EnsureRunAsync(new NewRun(experimentId, KeyOf(run), run.Name, run.Start, run.User, tags), cancellationToken);
        _targetIds[run.Id] = there.Id;
        await CopyDataAsync(run, tags, there, cancellationToken);
        var artifacts = await CopyArtifactsAsync(run, there, cancellationToken);
        if (there.Status != run.Status || there.End != run.End)
        {
            await target.Runs.SetStatusAsync(there.Id, run.Status, run.End, cancellationToken);
        }

        await source.Runs.LogAsync(run.Id, new RunData { Tags = new Dictionary<string, string>(artifacts) { [TrackingTags.Copied] = target.Address } }, cancellationToken);
        return there.Id;
    }

    /// <summary>Brings a version with its description and tags, and the run that it is from. Aliases are not brought: what a stage runs is for its records to say.</summary>
    /// <param name="version">As the source has it.</param>
    /// <param name="artifactPath">The package's folder among the run's artifacts.</param>
    /// <param name="experiment">Name of its run's experiment.</param>
    /// <param name="cancellationToken">Stops between calls.</param>
    public async Task CopyAsync(ModelVersion version, string artifactPath, string experiment, CancellationToken cancellationToken)
    {
        if (version.Package is not { } package || version.RunId is not { } runId)
        {
            return;
        }

        var tags = Shared(version.Tags);
        var there = await target.Models.EnsureVersionAsync(
            new NewModelVersion(version.Model, package, await TargetIdAsync(runId, experiment, cancellationToken), artifactPath, version.Description, string.Empty, tags), cancellationToken);
        var changed = tags.Where(tag => there.Tags.GetValueOrDefault(tag.Key) != tag.Value).ToDictionary();
        if (changed.Count > 0 || there.Description != version.Description)
        {
            await target.Models.UpdateVersionAsync(version.Model, there.Version, version.Description, changed, cancellationToken);
        }

        await source.Models.UpdateVersionAsync(version.Model, version.Version, null, new Dictionary<string, string> { [TrackingTags.Copied] = target.Address }, cancellationToken);
    }

    private async Task CopyDataAsync(TrackedRun run, Dictionary<string, string> tags, TrackedRun there, CancellationToken cancellationToken)
    {
        var points = new List<MetricPoint>();
        foreach (var (name, value) in run.Metrics)
        {
            // The last point is sent last: whoever has it has the others.
            if (!there.Metrics.TryGetValue(name, out var known) || !IsSame(value, known))
            {
                points.AddRange(await source.Runs.GetHistoryAsync(run.Id, name, cancellationToken));
            }
        }

        var data = new RunData
        {
            Parameters = run.Parameters.Where(parameter => !there.Parameters.ContainsKey(parameter.Key)).ToDictionary(),
            Metrics = points,
            Tags = tags.Where(tag => there.Tags.GetValueOrDefault(tag.Key) != tag.Value).ToDictionary(),
        };
        if (data.Parameters.Count + data.Metrics.Count + data.Tags.Count > 0)
        {
            await target.Runs.LogAsync(there.Id, data, cancellationToken);
        }

        var inputs = run.Inputs.Where(input => !there.Inputs.Any(known => known.Name == input.Name && known.Digest == input.Digest)).ToList();
        if (inputs.Count > 0)
        {
            await target.Runs.LogInputsAsync(there.Id, inputs, cancellationToken);
        }
    }

    private async Task<Dictionary<string, string>> CopyArtifactsAsync(TrackedRun run, TrackedRun there, CancellationToken cancellationToken)
    {
        var copied = CopiedArtifacts.Read(run.Tags, target.Address);
        try
        {
            foreach (var path in await source.Runs.ListArtifactsAsync(run.Id, cancellationToken))
            {
                await CopyArtifactAsync(run.Id, there.Id, path, copied, cancellationToken);
            }
        }
        catch (TrackingException e) when (e.Fault == TrackingFault.Refused)
        {
            ArtifactFault = e.Message;
        }

        return copied.ToTags();
    }

    private async Task CopyArtifactAsync(string runId, string targetId, string path, CopiedArtifacts copied, CancellationToken cancellationToken)
    {
        await using var content = await source.Runs.OpenArtifactAsync(runId, path, cancellationToken);
        if (content is not FileStream { Name: var file })
        {
            throw new TrackingException(TrackingFault.Refused, $"{source.Address} keeps {path} of run {runId} elsewhere; only files of this machine are sent.");
        }

        var digest = await CopiedArtifacts.DigestOfAsync(content, cancellationToken);
        if (!copied.Has(path, digest))
        {
            await target.Runs.LogArtifactAsync(targetId, path, file, cancellationToken);
            copied.Note(path, digest);
        }
    }

    private async Task<string> TargetIdAsync(string sourceId, string experiment, CancellationToken cancellationToken)
    {
        if (_targetIds.TryGetValue(sourceId, out var known))
        {
            return known;
        }

        var run = await source.Runs.FindRunAsync(sourceId, cancellationToken)
            ?? throw new TrackingException(TrackingFault.Refused, $"{source.Address} has no run {sourceId}, which another run or version belongs to.");
        return await CopyAsync(run, experiment, cancellationToken);
    }

    /// <summary>A run that this pipeline did not make is known by its id.</summary>
    private static string KeyOf(TrackedRun run) => run.Tags.GetValueOrDefault(TrackingTags.RunKey) ?? run.Id;

    private static Dictionary<string, string> Shared(IReadOnlyDictionary<string, string> tags) =>
        tags.Where(tag => !tag.Key.StartsWith(TrackingTags.LocalPrefix, StringComparison.Ordinal)).ToDictionary();

    // MLflow keeps infinity as the greatest number.
    private static bool IsSame(double here, double there) =>
        here.Equals(there) || Math.Clamp(here, double.MinValue, double.MaxValue).Equals(Math.Clamp(there, double.MinValue, double.MaxValue));
}
