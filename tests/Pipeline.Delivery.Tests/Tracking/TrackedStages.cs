using Pipeline.Delivery.Data;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Tracking;
using Pipeline.Delivery.Training;
using Pipeline.Tracking;
using Pipeline.Tracking.Sqlite;

namespace Pipeline.Delivery.Tests.Tracking;

/// <summary>The small model's stages, logged to the embedded store, and to a server if there is one.</summary>
internal sealed class TrackedStages : IDisposable
{
    private static readonly Dictionary<string, string> Impatient = new() { ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "0", ["MLFLOW_HTTP_REQUEST_TIMEOUT"] = "10" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public Stages Stages { get; } = new();

    public string Root => Stages.Fixture.Root;

    public IReadOnlyList<string> Log => Stages.Fixture.Log;

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Stages.Dispose();
    }

    public TrackingStores NewStores(Uri? server = null) => new(new TrackingSettings(server, null), Root, Stages.Runner.Log, Impatient.GetValueOrDefault);

    /// <param name="server">Null for none.</param>
    /// <param name="job">Of the CI run; null on a person's machine.</param>
    public DeliveryTracking NewTracking(Uri? server = null, string? job = null) => new(NewStores(server), Stages.Definition, Root, Stages.Runner.Log, name => job is null ? null : name switch
    {
        "GITHUB_ACTIONS" => "true",
        "GITHUB_WORKFLOW_REF" => "team/models/.github/workflows/ci.yml@refs/heads/main",
        "GITHUB_REPOSITORY" => "team/models",
        "GITHUB_RUN_ID" => job,
        _ => null,
    });

    public SyncTrackingStage NewSync(Uri? server) => new(NewStores(server), Stages.Definition, Stages.Runner.Log);

    public async Task<(Dataset Dataset, CandidateModel Candidate, CandidateEvaluation Evaluation)> TrainAndEvaluateAsync(DeliveryTracking tracking)
    {
        var dataset = await Stages.PrepareAsync();
        var candidate = await TrainAsync(tracking, dataset);
        var evaluate = new EvaluateStage(Stages.Runner, Stages.Code);
        return (dataset, candidate, await tracking.EvaluationAsync(() => evaluate.RunAsync(dataset, candidate, Stages.Definition, Token), Token));
    }

    /// <param name="tracking">Logs it.</param>
    /// <param name="dataset">The rows.</param>
    /// <param name="train">In the place of the training; null for the real one.</param>
    public Task<CandidateModel> TrainAsync(DeliveryTracking tracking, Dataset dataset, Func<Task<CandidateModel>>? train = null)
    {
        var stage = new TrainStage(Stages.Runner, Stages.Code);
        var key = stage.Key(dataset, Stages.Definition);
        var isStored = Stages.Runner.Store.Find(key, out _) is not null;
        return tracking.TrainingAsync(key, isStored, dataset, train ?? (() => stage.RunAsync(dataset, Stages.Definition, Token)), Token);
    }

    public async Task<T> LookAsync<T>(Func<TrackingStore, Task<T>> look)
    {
        var store = await SqliteTrackingStore.OpenAsync(Root, TimeProvider.System, Token);
        await using var both = new TrackingStore(store, store);
        return await look(both);
    }

    /// <summary>All runs of the model's experiment, the oldest first.</summary>
    public Task<List<TrackedRun>> RunsAsync() => LookAsync(RunsAsync);

    public static async Task<List<TrackedRun>> RunsAsync(TrackingStore store)
    {
        var experiment = await store.Runs.EnsureExperimentAsync(SmallModel.Name, Token);
        return [.. (await store.Runs.SearchRunsAsync(experiment, new Dictionary<string, string>(), Token)).Reverse()];
    }
}
