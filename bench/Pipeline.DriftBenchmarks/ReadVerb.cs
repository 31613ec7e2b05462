using System.Diagnostics;
using Pipeline.Benchmarks;
using Pipeline.Delivery.DriftChecks;
using Pipeline.Delivery.DriftChecks.Files;
using Pipeline.Drift.Verdicts;
using Pipeline.ModelPackage;

namespace Pipeline.DriftBenchmarks;

/// <summary>Reads the file of rows as a drift check does, once: seconds of it alone, and the peak of the process's resident memory.</summary>
internal static class ReadVerb
{
    public const string Usage = "read --directory DIR [--features N] [--distances 0|1]";

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var directory = arguments.Text("--directory");
        var model = new BenchmarkModel(directory, arguments.Number("--features", 5));
        var withDistances = arguments.Number("--distances", 0) == 1;
        arguments.ShouldBeUsedUp();
        var (stored, dataset, definition) = await model.PackageAsync();
        var compared = new ComparedModel(stored.Package, PackageReader.ReadReferenceProfile(stored.Package), definition)
        {
            Training = withDistances ? new TrainingSample(dataset, Distance) : null,
        };

        using var process = Process.GetCurrentProcess();
        var (start, cpu) = (Stopwatch.GetTimestamp(), process.TotalProcessorTime);
        var windows = await new FileDriftSource(compared, new FileRows(directory, [model.CurrentFile]), model.Store).ReadAsync(new WindowPlan(TimeSpan.FromDays(10), 3, BenchmarkModel.End), default);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        process.Refresh();
        Output.Line($"rows {windows.Sum(window => window.Profile.Rows)}");
        Output.Line($"distances {windows[^1].Samples?.Count ?? 0}");
        Output.Line($"seconds {seconds:F2}");
        Output.Line($"cpu_seconds {(process.TotalProcessorTime - cpu).TotalSeconds:F2}");
        Output.Line($"peak_mb {process.PeakWorkingSet64 / 1e6:F0}");
        return 0;
    }

    // Both distances in one merge of the two sides: the work that the measures have.
    private static SampleDistance Distance(double[] reference, double[] current)
    {
        var (i, j, area, greatest, last) = (0, 0, 0d, 0d, Math.Min(reference[0], current[0]));
        while (i < reference.Length || j < current.Length)
        {
            var value = j == current.Length || (i < reference.Length && reference[i] <= current[j]) ? reference[i] : current[j];
            var difference = Math.Abs(((double)i / reference.Length) - ((double)j / current.Length));
            (area, greatest, last) = (area + (difference * (value - last)), Math.Max(greatest, difference), value);
            while (i < reference.Length && reference[i] <= value)
            {
                i++;
            }

            while (j < current.Length && current[j] <= value)
            {
                j++;
            }
        }

        return new SampleDistance(greatest, 1, area, null);
    }
}
