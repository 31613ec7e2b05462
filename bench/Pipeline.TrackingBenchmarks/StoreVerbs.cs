using System.Diagnostics;
using Pipeline.Benchmarks;
using Pipeline.Tracking;
using Pipeline.Tracking.Sqlite;

namespace Pipeline.TrackingBenchmarks;

/// <summary>What is measured of the embedded store in a folder, a method a verb.</summary>
internal static class StoreVerbs
{
    private const string Experiment = "benchmark";
    private const int Names = 10;
    private const int Calls = 10;
    private const int PointsOfCall = 100;

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, string> None = [];

    /// <summary>Logs many points in one call, then again, and reads them.</summary>
    public static async Task PointsAsync(string directory, int points)
    {
        var opening = Stopwatch.GetTimestamp();
        await using var store = await SqliteTrackingStore.OpenAsync(directory, TimeProvider.System, default);
        var run = await RunAsync(store, "points");
        Print("open_seconds", opening);

        var data = new RunData { Metrics = [.. Enumerable.Range(0, points).Select(i => new MetricPoint($"metric/{i % Names}", 1.0 / (i + 1), Start.AddMilliseconds(i), i / Names))] };
        await TimeAsync("points_seconds", () => store.LogAsync(run.Id, data, default));
        await TimeAsync("again_seconds", () => store.LogAsync(run.Id, data, default));
        var found = 0;
        await TimeAsync("history_seconds", async () =>
        {
            for (var name = 0; name < Names; name++)
            {
                found += (await store.GetHistoryAsync(run.Id, $"metric/{name}", default)).Count;
            }
        });
        Output.Line($"points_lost {points - found}");
    }

    /// <summary>Logs whole runs at once, all on one store.</summary>
    public static async Task ConcurrentAsync(string directory, int runs)
    {
        await using var store = await SqliteTrackingStore.OpenAsync(directory, TimeProvider.System, default);
        await TimeAsync("seconds", () => Task.WhenAll(Enumerable.Range(0, runs).Select(number => Task.Run(() => LogRunAsync(store, directory, $"task {number}")))));
    }

    /// <summary>Logs one whole run: the script starts many of these at once.</summary>
    public static async Task RunAsync(string directory, int number)
    {
        await using var store = await SqliteTrackingStore.OpenAsync(directory, TimeProvider.System, default);
        await LogRunAsync(store, directory, $"process {number}");
    }

    /// <summary>Says how much of that many whole runs is missing.</summary>
    public static async Task CheckAsync(string directory, int runs)
    {
        await using var store = await SqliteTrackingStore.OpenAsync(directory, TimeProvider.System, default);
        var found = (await store.SearchRunsAsync(await store.EnsureExperimentAsync(Experiment, default), new Dictionary<string, string> { ["kind"] = "whole" }, default)).Where(run => run.Status == RunStatus.Finished).ToList();
        var missing = runs - found.Count;
        foreach (var run in found)
        {
            missing += (Calls * PointsOfCall) - (await store.GetHistoryAsync(run.Id, "loss", default)).Count;
            missing += Calls - run.Parameters.Count + 1 - (await store.ListArtifactsAsync(run.Id, default)).Count;
        }

        Output.Line($"missing {missing}");
    }

    /// <summary>Makes many runs, then lists them with what they logged.</summary>
    public static async Task SearchAsync(string directory, int runs)
    {
        await using var store = await SqliteTrackingStore.OpenAsync(directory, TimeProvider.System, default);
        await TimeAsync("make_seconds", async () =>
        {
            for (var number = 0; number < runs; number++)
            {
                var run = await RunAsync(store, $"search {number}");
                await store.LogAsync(
                    run.Id,
                    new()
                    {
                        Parameters = Enumerable.Range(0, 20).ToDictionary(i => $"parameter {i}", i => $"{i}"),
                        Metrics = [.. Enumerable.Range(0, 20).Select(i => new MetricPoint($"metric {i}", i, Start))],
                        Tags = new Dictionary<string, string> { ["kind"] = "search" },
                    },
                    default);
            }
        });
        var found = 0;
        await TimeAsync("search_seconds", async () =>
            found = (await store.SearchRunsAsync(await store.EnsureExperimentAsync(Experiment, default), new Dictionary<string, string> { ["kind"] = "search" }, default)).Count(run => run.Metrics.Count == 20));
        Output.Line($"runs_lost {runs - found}");
    }

    private static async Task LogRunAsync(SqliteTrackingStore store, string directory, string key)
    {
        var run = await RunAsync(store, key);
        for (var call = 0; call < Calls; call++)
        {
            await store.LogAsync(
                run.Id,
                new()
                {
                    Parameters = new Dictionary<string, string> { [$"parameter {call}"] = "value" },
                    Metrics = [.. Enumerable.Range(0, PointsOfCall).Select(i => new MetricPoint("loss", i, Start, (call * PointsOfCall) + i))],
                    Tags = new Dictionary<string, string> { ["kind"] = "whole" },
                },
                default);
        }

        var file = Path.Combine(directory, $"{run.Id}.bin");
        await File.WriteAllBytesAsync(file, new byte[100_000]);
        await store.LogArtifactAsync(run.Id, "model/model.onnx", file, default);
        await store.SetStatusAsync(run.Id, RunStatus.Finished, Start, default);
        File.Delete(file);
    }

    private static async Task<TrackedRun> RunAsync(SqliteTrackingStore store, string key) =>
        await store.EnsureRunAsync(new(await store.EnsureExperimentAsync(Experiment, default), key, key, Start, "benchmark", None), default);

    private static async Task TimeAsync(string name, Func<Task> call)
    {
        var start = Stopwatch.GetTimestamp();
        await call();
        Print(name, start);
    }

    private static void Print(string name, long start) => Output.Line($"{name} {Stopwatch.GetElapsedTime(start).TotalSeconds:F3}");
}
