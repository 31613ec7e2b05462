using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Pipeline.Benchmarks;
using Pipeline.Metrics;
using Pipeline.Metrics.Intervals;
using Pipeline.MetricBenchmarks;

try
{
    var arguments = new Arguments(args);
    var (task, rows) = (arguments.Text("--task", "binary"), arguments.Number("--rows", 1_000_000));
    var (replicates, seed) = (arguments.Number("--replicates", 1_000), arguments.Number("--seed", 1));
    arguments.ShouldBeUsedUp();
    var random = new Random(seed);

    var start = Stopwatch.GetTimestamp();
    var sample = MadeUpAnswers.Of(task, rows, random);
    var made = Stopwatch.GetElapsedTime(start).TotalSeconds;
    MetricEstimates.Values(sample);
    var valued = Stopwatch.GetElapsedTime(start).TotalSeconds;
    var estimates = MetricEstimates.Of(sample, new Resampling(replicates, (ulong)seed), default);
    var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

    using var process = Process.GetCurrentProcess();
    Output.Line($"made_seconds {made:F2}");
    Output.Line($"values_seconds {valued - made:F3}");
    Output.Line($"seconds {seconds:F2}");
    Output.Line($"peak_mb {process.PeakWorkingSet64 / 1e6:F0}");
    Output.Line($"digest {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{string.Join(';', estimates.Select(e => $"{e.Key}={e.Value.Value:R},{e.Value.Interval?.Low:R},{e.Value.Interval?.High:R}"))}"))))[..12]}");
    return 0;
}
catch (ArgumentException e)
{
    Output.Error($"metric-benchmarks: {e.Message}\nUsage: metric-benchmarks [--task binary|multiclass|regression] [--rows N] [--replicates N] [--seed N]");
    return 64;
}
