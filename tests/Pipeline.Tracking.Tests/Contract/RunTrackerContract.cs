namespace Pipeline.Tracking.Tests.Contract;

/// <summary>What every store of runs does. A backend derives from this and says how it is opened; its store may be shared by all tests, so names are made up anew.</summary>
public abstract partial class RunTrackerContract
{
    protected static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, 250, TimeSpan.Zero);

    protected static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Another client of the same store, at each call within a test.</summary>
    protected abstract Task<IRunTracker> OpenAsync();

    /// <summary>Deletes an experiment as MLflow does, by other means than the tracker: it can be restored.</summary>
    protected abstract Task DeleteExperimentAsync(string experimentId);

    /// <summary>Deletes a run as MLflow does, by other means than the tracker: it can be restored.</summary>
    protected abstract Task DeleteRunAsync(string runId);

    protected static string Unique(string name) => $"{name} {Guid.NewGuid():N}";

    protected static NewRun Run(string experiment, string? key = null, DateTimeOffset? start = null) => new(experiment, key ?? Unique("key"), "train", start ?? Start, "anna", None);

    protected static async Task<TrackedRun> MakeRunAsync(IRunTracker tracker) =>
        await tracker.EnsureRunAsync(Run(await tracker.EnsureExperimentAsync(Unique("experiment"), Stop)), Stop);

    protected static async Task ShouldBeRefusedAsync(Func<Task> call, string message = "*") =>
        (await call.Should().ThrowAsync<TrackingException>().WithMessage(message)).Which.Fault.Should().Be(TrackingFault.Refused);

    [Fact]
    public async Task An_experiment_is_made_once_and_then_found()
    {
        await using var tracker = await OpenAsync();
        await using var other = await OpenAsync();
        var name = Unique("Zahlungsausfälle 'a' \"b\" %");

        var made = await tracker.EnsureExperimentAsync(name, Stop);

        made.Should().NotBeNullOrEmpty();
        (await tracker.EnsureExperimentAsync(name, Stop)).Should().Be(made);
        (await other.EnsureExperimentAsync(name, Stop)).Should().Be(made);
        (await other.EnsureExperimentAsync(Unique("another"), Stop)).Should().NotBe(made);
    }

    [Fact]
    public async Task An_experiment_that_many_ask_for_at_once_is_made_once()
    {
        var name = Unique("experiment");
        var trackers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => OpenAsync()));

        var ids = await Task.WhenAll(trackers.Select(tracker => Task.Run(() => tracker.EnsureExperimentAsync(name, Stop))));

        ids.Distinct().Should().ContainSingle();
        await Task.WhenAll(trackers.Select(tracker => tracker.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task A_deleted_experiment_is_restored_with_its_runs()
    {
        await using var tracker = await OpenAsync();
        var name = Unique("experiment");
        var experiment = await tracker.EnsureExperimentAsync(name, Stop);
        var run = await tracker.EnsureRunAsync(Run(experiment), Stop);
        await DeleteExperimentAsync(experiment);

        var restored = await tracker.EnsureExperimentAsync(name, Stop);

        restored.Should().Be(experiment);
        (await tracker.SearchRunsAsync(experiment, None, Stop)).Should().ContainSingle().Which.Id.Should().Be(run.Id);
        (await tracker.EnsureRunAsync(Run(experiment), Stop)).Id.Should().NotBe(run.Id);
    }

    [Fact]
    public async Task An_experiment_without_a_name_is_refused()
    {
        await using var tracker = await OpenAsync();

        await ShouldBeRefusedAsync(() => tracker.EnsureExperimentAsync("", Stop));
    }

    [Fact]
    public async Task A_store_says_where_it_is()
    {
        await using var tracker = await OpenAsync();

        tracker.Address.Should().NotBeNullOrWhiteSpace();
    }
}
