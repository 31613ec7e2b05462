using Pipeline.Delivery.Data;
using Pipeline.Delivery.Provenance;
using Pipeline.Delivery.Training;
using Pipeline.Engine;
using Pipeline.ModelPackage;
using Pipeline.Tracking;

namespace Pipeline.Delivery.Tracking;

/// <content>Runs of trainings: how they begin, what is found again, and the trainers below them.</content>
public sealed partial class DeliveryTracking
{
    private async Task BeginAsync(TrackingStore store, StageKey key, Dataset dataset, CancellationToken cancellationToken)
    {
        var experiment = await store.Runs.EnsureExperimentAsync(stores.ExperimentOf(definition.Name), cancellationToken);
        await EndAbandonedAsync(store, experiment, cancellationToken);
        var run = await NewAttemptAsync(store, experiment, key, isTrainedHere: true, cancellationToken);
        await store.Runs.LogInputsAsync(run.Id, DatasetInputs.Of(definition, dataset), cancellationToken);
        _runId = run.Id;
    }

    private async Task<TrackedRun> NewAttemptAsync(TrackingStore store, string experiment, StageKey key, bool isTrainedHere, CancellationToken cancellationToken)
    {
        var (tags, person) = await SystemTags.ReadAsync(rootDirectory, environment, cancellationToken);
        var attempt = 1 + (await store.Runs.SearchRunsAsync(experiment, new Dictionary<string, string> { [TrackingNames.Training] = key.Hash }, cancellationToken)).Count;
        tags[TrackingNames.Training] = key.Hash;
        tags[TrackingNames.Attempt] = FormattableString.Invariant($"{attempt}");
        tags[TrackingNames.Process] = RunProcess.Current();
        tags[TrackingNames.Model] = definition.Name;
        var name = $"{definition.Name}-{key.Hash[..8]}{(attempt == 1 ? string.Empty : FormattableString.Invariant($"-{attempt}"))}";
        return await store.Runs.EnsureRunAsync(new NewRun(experiment, FormattableString.Invariant($"{key.Hash}.{attempt}.{PlaceOf(isTrainedHere)}"), name, Now, person, tags), cancellationToken);
    }

    // The same training elsewhere is another run on a server that both log to, which may end otherwise. Here, it stays the same even if the embedded store is lost. The machines of CI are gone
    // after each job: a training there is the job's, and what later jobs restore is one run for all of them.
    private string PlaceOf(bool isTrainedHere)
    {
        var job = BuilderIdentity.Find(environment);
        var place = job.InvocationId is { } invocation ? (isTrainedHere ? invocation : environment("GITHUB_REPOSITORY")) : $"{Environment.MachineName} {Path.GetFullPath(rootDirectory)}";
        return Digest.OfText(place ?? string.Empty).Abbreviated;
    }

    /// <summary>Runs whose process was killed are told to be.</summary>
    private async Task EndAbandonedAsync(TrackingStore store, string experiment, CancellationToken cancellationToken)
    {
        var runs = await store.Runs.SearchRunsAsync(experiment, new Dictionary<string, string> { [TrackingNames.Model] = definition.Name }, cancellationToken);
        foreach (var run in runs.Where(run => run.Status == RunStatus.Running && RunProcess.IsGone(run.Tags.GetValueOrDefault(TrackingNames.Process))))
        {
            await store.Runs.SetStatusAsync(run.Id, RunStatus.Killed, Now, cancellationToken);
            await LogAsync(store, run, new RunData(), cancellationToken);
        }
    }

    private async Task LogTrainingAsync(TrackingStore store, StageKey key, Dataset dataset, CandidateModel candidate, CancellationToken cancellationToken)
    {
        var experiment = await store.Runs.EnsureExperimentAsync(stores.ExperimentOf(definition.Name), cancellationToken);
        var run = _runId is { } id
            ? await store.Runs.FindRunAsync(id, cancellationToken)
            : (await store.Runs.SearchRunsAsync(experiment, new Dictionary<string, string> { [TrackingNames.Training] = key.Hash, [TrackingNames.Onnx] = candidate.Digest.ToString() }, cancellationToken)) is [var newest, ..] ? newest : null;
        if (run is null)
        {
            // Trained before there was a store here, or elsewhere.
            run = await NewAttemptAsync(store, experiment, key, isTrainedHere: false, cancellationToken);
            await store.Runs.LogInputsAsync(run.Id, DatasetInputs.Of(definition, dataset), cancellationToken);
        }

        _runId = run.Id;
        if (run.Tags.GetValueOrDefault(TrackingNames.Onnx) == candidate.Digest.ToString() && run.Status == RunStatus.Finished)
        {
            return;
        }

        for (var index = 0; index < candidate.Report.Trials.Count; index++)
        {
            await LogTrialAsync(store, run, candidate.Report.Trials[index], index, cancellationToken);
        }

        await LogAsync(store, run, RunFacts.Training(definition, candidate, Now), cancellationToken);
        await store.Runs.SetStatusAsync(run.Id, RunStatus.Finished, Now, cancellationToken);
    }

    private async Task LogTrialAsync(TrackingStore store, TrackedRun parent, Trial trial, int index, CancellationToken cancellationToken)
    {
        var tags = new Dictionary<string, string>(parent.Tags.Where(tag => tag.Key.StartsWith("mlflow.", StringComparison.Ordinal) && tag.Key != TrackingTags.RunName)) { [TrackingTags.ParentRun] = parent.Id };
        var key = FormattableString.Invariant($"{parent.Tags[TrackingTags.RunKey]}.{index + 1}");
        var run = await store.Runs.EnsureRunAsync(new NewRun(parent.ExperimentId, key, FormattableString.Invariant($"{index + 1} {trial.Trainer}"), parent.Start, parent.User, tags), cancellationToken);
        await LogAsync(store, run, RunFacts.Trial(trial, isBest: index == 0, Now), cancellationToken);
        await store.Runs.SetStatusAsync(run.Id, trial.Failure is null ? RunStatus.Finished : RunStatus.Failed, Now, cancellationToken);
    }
}
