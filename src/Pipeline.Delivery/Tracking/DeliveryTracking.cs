using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Packaging;
using Pipeline.Delivery.Publishing;
using Pipeline.Delivery.Reports.Evaluations;
using Pipeline.Delivery.Reports.Plots;
using Pipeline.Delivery.SmokeTests;
using Pipeline.Delivery.Training;
using Pipeline.Engine;
using Pipeline.ModelPackage;
using Pipeline.Tracking;

namespace Pipeline.Delivery.Tracking;

/// <summary>
/// Logs a delivery: one run for a training, with a run below it for each trainer, to which the later stages add what they find. A stage that is restored adds nothing that is there. What
/// cannot be logged is a warning; the delivery goes on.
/// </summary>
/// <param name="stores">Where to.</param>
/// <param name="definition">The model's.</param>
/// <param name="rootDirectory">The clone's folder.</param>
/// <param name="log">Tells what could not be logged.</param>
/// <param name="environment">Gives a variable's value, null if it is not set.</param>
public sealed partial class DeliveryTracking(TrackingStores stores, ModelDefinition definition, string rootDirectory, RunLog log, Func<string, string?> environment)
{
    private string? _runId;

    /// <summary>Logs a training from its start, unless its model is in the store already.</summary>
    /// <param name="key">Of the training: the same inputs have the same.</param>
    /// <param name="isStored">Whether the model is in the store.</param>
    /// <param name="dataset">What it reads.</param>
    /// <param name="train">Trains, or restores.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<CandidateModel> TrainingAsync(StageKey key, bool isStored, Dataset dataset, Func<Task<CandidateModel>> train, CancellationToken cancellationToken)
    {
        if (!isStored)
        {
            await stores.UseAsync((store, token) => BeginAsync(store, key, dataset, token), cancellationToken);
        }

        var candidate = await EndingAsync(train);
        await stores.UseAsync((store, token) => LogTrainingAsync(store, key, dataset, candidate, token), cancellationToken);
        return candidate;
    }

    /// <summary>Logs an evaluation's metrics.</summary>
    public async Task<CandidateEvaluation> EvaluationAsync(Func<Task<CandidateEvaluation>> evaluate, CancellationToken cancellationToken)
    {
        var evaluation = await EndingAsync(evaluate);
        await AddAsync(
            TrackingNames.Evaluation,
            evaluation.Digest.ToString(),
            (store, run, token) => LogAsync(store, run, RunFacts.Evaluation(evaluation, Now), token),
            cancellationToken);
        return evaluation;
    }

    /// <summary>Logs the gates' verdict with its report, also a refusal.</summary>
    /// <param name="judge">Judges.</param>
    /// <param name="reportDirectory">Where the report lies afterwards.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<GatePass> GateAsync(Func<Task<GatePass>> judge, string reportDirectory, CancellationToken cancellationToken)
    {
        try
        {
            var pass = await judge();
            await LogVerdictAsync(VersionFacts.TextOf(pass.Verdict.Outcome()), string.Empty, reportDirectory, cancellationToken);
            return pass;
        }
        catch (PipelineException e) when (e.ExitCode is ExitCode.Refused or ExitCode.NotEnoughData)
        {
            await LogVerdictAsync(VersionFacts.TextOf(e.ExitCode == ExitCode.Refused ? GateOutcome.Fail : GateOutcome.NotEnoughData), e.Message, reportDirectory, cancellationToken);
            throw;
        }
    }

    /// <summary>Registers a package: its files are the run's, and it is a version of the model.</summary>
    public Task PackageAsync(DeliveryPackage delivery, GatePass gatePass, CancellationToken cancellationToken) => stores.UseAsync(
        async (store, token) =>
        {
            if (await RunAsync(store, token) is not { } run)
            {
                return;
            }

            var package = delivery.Package;
            var folder = TrackingNames.FolderOf(package.Digest.ToString());
            var known = (await store.Models.ListVersionsAsync(definition.Name, token)).FirstOrDefault(version => version.Package == package.Digest.ToString());
            var tags = VersionFacts.Tags(package, gatePass.Verdict);
            var description = VersionFacts.Description(definition, package, gatePass.Verdict);
            if (known is null || run.Tags.GetValueOrDefault(TrackingTags.Package) != package.Digest.ToString())
            {
                foreach (var file in Directory.EnumerateFiles(package.Directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                {
                    await store.Runs.LogArtifactAsync(run.Id, $"{folder}/{Path.GetRelativePath(package.Directory, file).Replace('\\', '/')}", file, token);
                }

                await LogAsync(store, run, RunFacts.Package(package, Now), token);
                await store.Models.EnsureModelAsync(definition.Name, definition.Description, new Dictionary<string, string>(), token);
                known = await store.Models.EnsureVersionAsync(new NewModelVersion(definition.Name, package.Digest.ToString(), run.Id, folder, description, run.User, tags), token);
            }

            if (known.Description != description || tags.Any(tag => known.Tags.GetValueOrDefault(tag.Key) != tag.Value))
            {
                tags[TrackingTags.Copied] = TrackingTags.NotCopied;
                await store.Models.UpdateVersionAsync(definition.Name, known.Version, description, tags, token);
            }
        },
        cancellationToken,
        Share);

    /// <summary>Logs what it costs to operate the package, and the report with it.</summary>
    public async Task SmokeTestAsync(SmokePass pass, string reportDirectory, CancellationToken cancellationToken)
    {
        await AddAsync(
            TrackingNames.SmokeTest,
            pass.EvidenceDigest.ToString(),
            async (store, run, token) =>
            {
                var tags = new Dictionary<string, string> { [TrackingNames.SmokeTest] = pass.EvidenceDigest.ToString() };
                await LogAsync(store, run, new RunData { Metrics = RunFacts.Operations(pass.Operations, Now), Tags = tags }, token);
                await LogReportAsync(store, run, reportDirectory, token);
            },
            cancellationToken);
    }

    /// <summary>Tags the run and the version with the image.</summary>
    public Task PushAsync(PushedImage pushed, CancellationToken cancellationToken) => AddAsync(
        TrackingTags.ImageUri,
        pushed.ToString(),
        async (store, run, token) =>
        {
            await LogAsync(store, run, new RunData { Tags = new Dictionary<string, string> { [TrackingTags.ImageUri] = pushed.ToString() } }, token);
            var version = (await store.Models.ListVersionsAsync(definition.Name, token)).FirstOrDefault(version => version.Package == pushed.PackageDigest.ToString());
            if (version is not null)
            {
                await store.Models.UpdateVersionAsync(
                    definition.Name, version.Version, null, new Dictionary<string, string> { [TrackingNames.Image] = pushed.ToString(), [TrackingTags.Copied] = TrackingTags.NotCopied }, token);
            }
        },
        cancellationToken);

    /// <summary>Lets the aliases of stages point at what they run.</summary>
    public Task PromotedAsync(IReadOnlyList<StageAlias> stages, CancellationToken cancellationToken) => stores.UseAsync(
        (store, token) => StageAliases.MoveAsync(store, definition.Name, stages, log, isShared: false, token),
        cancellationToken,
        async (local, server, token) =>
        {
            await Sharing.ShareVersionsAsync(local, server, token);
            await StageAliases.MoveAsync(server, definition.Name, stages, log, isShared: true, token);
        });

    private DateTimeOffset Now => log.Clock.GetUtcNow();

    private TrackingShare Sharing => new(definition.Name, stores.ExperimentOf(definition.Name), definition.Description, log);

    private Task LogVerdictAsync(string outcome, string reason, string reportDirectory, CancellationToken cancellationToken) => stores.UseAsync(
        async (store, token) =>
        {
            if (await RunAsync(store, token) is { } run)
            {
                if (run.Tags.GetValueOrDefault(TrackingNames.Gate) != outcome || run.Tags.GetValueOrDefault(TrackingNames.GateReason) != TrackingLimits.Cut(reason, TrackingLimits.TagValue))
                {
                    await LogAsync(store, run, new RunData { Tags = new Dictionary<string, string> { [TrackingNames.Gate] = outcome, [TrackingNames.GateReason] = reason } }, token);
                }

                await LogReportAsync(store, run, reportDirectory, token);
            }
        },
        cancellationToken,
        Share);

    /// <summary>The report's forms, if they are others than those that the run has.</summary>
    private static async Task LogReportAsync(TrackingStore store, TrackedRun run, string directory, CancellationToken cancellationToken)
    {
        var files = Directory.Exists(directory) ? Directory.EnumerateFiles(directory, "report.*").Order(StringComparer.Ordinal).ToList() : [];
        var digest = string.Join(' ', files.Select(file => Digest.OfFile(file).Abbreviated));
        if (run.Tags.GetValueOrDefault(TrackingNames.Report) == digest)
        {
            return;
        }

        foreach (var file in files)
        {
            await store.Runs.LogArtifactAsync(run.Id, $"{TrackingNames.ReportFolder}/{Path.GetFileName(file)}", file, cancellationToken);
            if (Path.GetFileName(file) == EvaluationFiles.HtmlName)
            {
                await LogPlotsAsync(store, run, file, cancellationToken);
            }
        }

        await LogAsync(store, run, new RunData { Tags = new Dictionary<string, string> { [TrackingNames.Report] = digest } }, cancellationToken);
    }

    private static async Task LogPlotsAsync(TrackingStore store, TrackedRun run, string page, CancellationToken cancellationToken)
    {
        var scratch = Directory.CreateTempSubdirectory("plots-");
        try
        {
            foreach (var (name, svg) in PlotFiles.Of(await File.ReadAllTextAsync(page, cancellationToken)))
            {
                var file = Path.Combine(scratch.FullName, name);
                await File.WriteAllTextAsync(file, svg, cancellationToken);
                await store.Runs.LogArtifactAsync(run.Id, $"{TrackingNames.PlotFolder}/{name}", file, cancellationToken);
            }
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    /// <summary>Adds to the run, unless it has a tag of this value.</summary>
    private Task AddAsync(string tag, string value, Func<TrackingStore, TrackedRun, CancellationToken, Task> add, CancellationToken cancellationToken) => stores.UseAsync(
        async (store, token) =>
        {
            if (await RunAsync(store, token) is { } run && run.Tags.GetValueOrDefault(tag) != value)
            {
                await add(store, run, token);
                await store.Runs.SetStatusAsync(run.Id, RunStatus.Finished, Now, token);
            }
        },
        cancellationToken,
        Share);

    private async Task<TrackedRun?> RunAsync(TrackingStore store, CancellationToken cancellationToken) => _runId is null ? null : await store.Runs.FindRunAsync(_runId, cancellationToken);

    private static Task LogAsync(TrackingStore store, TrackedRun run, RunData data, CancellationToken cancellationToken) =>
        store.Runs.LogAsync(run.Id, data with { Tags = new Dictionary<string, string>(data.Tags) { [TrackingTags.Copied] = TrackingTags.NotCopied } }, cancellationToken);

    private Task Share(TrackingStore local, TrackingStore server, CancellationToken cancellationToken) =>
        Sharing.ShareRunAsync(local, server, _runId, cancellationToken);

    /// <summary>Does a stage's work; how it ends is how the run ends, unless it goes well.</summary>
    private async Task<T> EndingAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e)
        {
            var status = e is OperationCanceledException ? RunStatus.Killed : RunStatus.Failed;
            // The run's own token may be what ended it.
            await stores.UseAsync(
                async (store, token) =>
                {
                    if (await RunAsync(store, token) is { } run)
                    {
                        await LogAsync(store, run, new RunData { Tags = new Dictionary<string, string> { [TrackingNames.Error] = e.Message } }, token);
                        await store.Runs.SetStatusAsync(run.Id, status, Now, token);
                    }
                },
                CancellationToken.None,
                // Who stops it does not want to wait for a server.
                status == RunStatus.Failed ? Share : null);
            throw;
        }
    }
}
