using Pipeline.Tracking.Sqlite;

namespace Pipeline.Tracking.Tests.Sqlite;

public sealed class SqliteConcurrencyTests : IDisposable
{
    private const int Writers = 20;

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly SqliteFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Twenty_that_write_at_once_lose_nothing(bool oneStore)
    {
        await using var shared = await _folder.OpenAsync();

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            await using var own = oneStore ? null : await _folder.OpenAsync();
            await WriteAsync(own ?? shared, writer);
        })));

        var experiment = await shared.EnsureExperimentAsync("fraud", Stop);
        var runs = await shared.SearchRunsAsync(experiment, new Dictionary<string, string>(), Stop);
        runs.Should().HaveCount(Writers).And.OnlyContain(run => run.Status == RunStatus.Finished && run.Parameters.Count == 10 && run.Metrics["loss"] == 9.5 && run.Inputs.Count == 1);
        _folder.Rows("SELECT COUNT(*) FROM metrics").Should().Equal($"{Writers * 100}");
        (await shared.ListVersionsAsync("fraud", Stop)).Select(version => version.Version).Should().Equal(Enumerable.Range(1, Writers).Reverse());
    }

    [Fact]
    public async Task A_run_of_one_key_that_many_ask_for_is_made_once()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => _folder.OpenAsync()));
        var experiment = await stores[0].EnsureExperimentAsync("fraud", Stop);

        var runs = await Task.WhenAll(stores.Select(store => Task.Run(() => store.EnsureRunAsync(new(experiment, "key", "train", Start, "anna", new Dictionary<string, string>()), Stop))));

        runs.Select(run => run.Id).Distinct().Should().ContainSingle();
        await Task.WhenAll(stores.Select(store => store.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task Readers_see_all_of_a_call_or_nothing()
    {
        await using var store = await _folder.OpenAsync();
        var run = await store.EnsureRunAsync(new(await store.EnsureExperimentAsync("fraud", Stop), "key", "train", Start, "anna", new Dictionary<string, string>()), Stop);
        using var done = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            List<int> counts = [];
            while (!done.IsCancellationRequested)
            {
                counts.Add((await store.FindRunAsync(run.Id, Stop))!.Parameters.Count);
            }

            return counts;
        });

        for (var call = 0; call < 10; call++)
        {
            await store.LogAsync(run.Id, new() { Parameters = Enumerable.Range(0, 50).ToDictionary(i => $"{call} {i}", i => $"{i}") }, Stop);
        }

        await done.CancelAsync();
        (await reading).Should().OnlyContain(count => count % 50 == 0);
    }

    [Fact]
    public async Task A_call_that_is_stopped_leaves_nothing()
    {
        await using var store = await _folder.OpenAsync();
        var run = await store.EnsureRunAsync(new(await store.EnsureExperimentAsync("fraud", Stop), "key", "train", Start, "anna", new Dictionary<string, string>()), Stop);
        using var stop = new CancellationTokenSource();
        var points = new StoppingPoints(stop, [.. Enumerable.Range(0, 5_000).Select(i => new MetricPoint("loss", i, Start, i))]);

        await FluentActions.Awaiting(() => store.LogAsync(run.Id, new() { Metrics = points }, stop.Token)).Should().ThrowAsync<OperationCanceledException>();

        (await store.GetHistoryAsync(run.Id, "loss", Stop)).Should().BeEmpty();
        await store.LogAsync(run.Id, new() { Metrics = [new("loss", 1, Start)] }, Stop);
    }

    private static async Task WriteAsync(SqliteTrackingStore store, int writer)
    {
        var experiment = await store.EnsureExperimentAsync("fraud", Stop);
        await store.EnsureModelAsync("fraud", "text", new Dictionary<string, string>(), Stop);
        var run = await store.EnsureRunAsync(new(experiment, $"key {writer}", "train", Start.AddSeconds(writer), "anna", new Dictionary<string, string>()), Stop);
        for (var call = 0; call < 10; call++)
        {
            await store.LogAsync(
                run.Id,
                new()
                {
                    Parameters = new Dictionary<string, string> { [$"parameter {call}"] = $"{writer}" },
                    Metrics = [.. Enumerable.Range(0, 10).Select(step => new MetricPoint("loss", call + (step == 9 ? 0.5 : 0), Start, (10 * call) + step))],
                    Tags = new Dictionary<string, string> { ["pipeline.call"] = $"{call}" },
                },
                Stop);
        }

        await store.LogInputsAsync(run.Id, [new("payments", "0123", "local", "{}", null, null, "training")], Stop);
        await store.SetStatusAsync(run.Id, RunStatus.Finished, Start.AddMinutes(1), Stop);
        await store.EnsureVersionAsync(new("fraud", $"sha256:{writer:x64}", run.Id, "model", null, "anna", new Dictionary<string, string>()), Stop);
    }

    private sealed class StoppingPoints(CancellationTokenSource stop, MetricPoint[] points) : IReadOnlyList<MetricPoint>
    {
        public int Count => points.Length;

        public MetricPoint this[int index]
        {
            get
            {
                if (index == points.Length / 2)
                {
                    stop.Cancel();
                }

                return points[index];
            }
        }

        public IEnumerator<MetricPoint> GetEnumerator() => ((IEnumerable<MetricPoint>)points).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
