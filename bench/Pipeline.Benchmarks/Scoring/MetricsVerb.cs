using System.Diagnostics;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.Telemetry;
using Pipeline.ModelPackage;

namespace Pipeline.Benchmarks.Scoring;

/// <summary>CPU time that one answered request spends on its metrics: the very calls that the service makes, in a loop.</summary>
internal static class MetricsVerb
{
    public const string Usage = "metrics --package DIR [--rows N]";

    private const int Requests = 2_000_000;

    public static int Run(Arguments arguments)
    {
        var package = PackageReader.Open(arguments.Text("--package"));
        var rows = arguments.Number("--rows", 1);
        arguments.ShouldBeUsedUp();

        var metrics = new InferenceMetrics(new InferenceOptions()).MetricsOf(package);
        Count(metrics, rows, Requests / 10);
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        Count(metrics, rows, Requests);
        process.Refresh();
        Output.Line($"us_per_request {(process.TotalProcessorTime - cpu).TotalMicroseconds / Requests:F3}");
        return 0;
    }

    private static void Count(ModelMetrics metrics, int rows, int requests)
    {
        var clock = TimeProvider.System;
        for (var request = 0; request < requests; request++)
        {
            var (arrival, queued, start) = (clock.GetTimestamp(), clock.GetTimestamp(), clock.GetTimestamp());
            metrics.QueueDuration.Observe(clock.GetElapsedTime(queued, start).TotalSeconds);
            metrics.ComputeDuration.Observe(clock.GetElapsedTime(start).TotalSeconds);
            metrics.BatchRows.Observe(rows);
            metrics.Rows.Inc(rows);
            metrics.Count(Protocol.Native, Outcome.Ok);
            metrics.RequestDuration.Observe(clock.GetElapsedTime(arrival).TotalSeconds);
        }
    }
}
