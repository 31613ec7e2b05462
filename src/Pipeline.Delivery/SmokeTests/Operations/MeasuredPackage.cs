using Pipeline.Delivery.Definition;
using Pipeline.Metrics;
using Pipeline.Metrics.Intervals;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.SmokeTests.Operations;

/// <summary>A package and what it costs to operate: sizes and what its service showed.</summary>
/// <param name="Package">The package.</param>
/// <param name="Service">What its service showed.</param>
/// <param name="ImageMb">Size of its image; undefined without one.</param>
internal sealed record MeasuredPackage(PackagedModel Package, MeasuredService Service, MetricEstimate ImageMb)
{
    private const double BytesPerMb = 1e6;

    // Blocks come whole, so that what disturbs many requests in a row counts as the one event that it is.
    private static readonly Resampling Resampling = Resampling.Default;

    /// <summary>A measure with its 95 % interval; sizes are exact and have none.</summary>
    public MetricEstimate Estimate(string measure) => measure switch
    {
        OperationMeasures.Package => new MetricEstimate(FileMb(), null, null),
        OperationMeasures.Image => ImageMb,
        _ when Service.Fault is { } fault => new MetricEstimate(null, fault, null),
        _ when ShareOf(measure) is { } share => Percentile(share),
        _ when PerProcess(measure) is { } values => new MetricEstimate(MedianBounds.Median(values), null, MedianBounds.Interval(values)),
        _ => new MetricEstimate(null, "there is no such measure", null),
    };

    /// <summary>This package's value over another's that was measured side by side with it; null if either is undefined or the other's is 0.</summary>
    public OperationRatio? RatioTo(MeasuredPackage other, string measure)
    {
        if (Estimate(measure).Value is not { } own || other.Estimate(measure).Value is not { } others || others <= 0)
        {
            return null;
        }

        return ShareOf(measure) is { } share ? PercentileRatio(other, share)
            : PerProcess(measure) is { } values ? ProcessRatio(values, other.PerProcess(measure)!)
            : new OperationRatio(own / others, own / others);
    }

    private static double? ShareOf(string measure) => measure switch
    {
        OperationMeasures.LatencyP50 => 0.5,
        OperationMeasures.LatencyP99 => 0.99,
        _ => null,
    };

    private IReadOnlyList<double>? PerProcess(string measure) => measure switch
    {
        OperationMeasures.Start => [.. Service.Processes.Select(process => process.StartMs)],
        OperationMeasures.Resident => [.. Service.Processes.Select(process => process.ResidentMb)],
        _ => null,
    };

    // The provenance is not shipped.
    private double FileMb() => Directory.EnumerateFiles(Package.Directory, "*", SearchOption.AllDirectories)
        .Where(file => Path.GetFileName(file) != PackageFiles.Provenance)
        .Sum(file => new FileInfo(file).Length) / BytesPerMb;

    private BlockedTimes Times() => new([.. Service.Processes.SelectMany(process => process.Blocks)]);

    private MetricEstimate Percentile(double share)
    {
        var times = Times();
        var resamples = Bootstrap.Run(times.Blocks, 1, Resampling, (draws, values) => values[0] = times.At(share, draws), CancellationToken.None);
        var percentiles = Percentiles.Of(resamples[0], 1)!;
        return new MetricEstimate(times.At(share, Once(times)), null, new ConfidenceInterval(percentiles.At(0.025), percentiles.At(0.975), "bootstrap"));
    }

    /// <summary>Blocks of the same place were sent one right after the other, and are drawn together: what slowed both down cancels out.</summary>
    private OperationRatio PercentileRatio(MeasuredPackage other, double share)
    {
        var (own, others) = (Times(), other.Times());
        var resamples = Bootstrap.Run(own.Blocks, 1, Resampling, (draws, values) => values[0] = own.At(share, draws) / others.At(share, draws), CancellationToken.None);
        return new OperationRatio(own.At(share, Once(own)) / others.At(share, Once(others)), Percentiles.Of(resamples[0], 1)!.At(0.975));
    }

    private static OperationRatio ProcessRatio(IReadOnlyList<double> own, IReadOnlyList<double> others)
    {
        var ratios = own.Zip(others, (one, another) => one / another).ToList();
        return new OperationRatio(MedianBounds.Median(ratios), MedianBounds.Interval(ratios)?.High);
    }

    private static byte[] Once(BlockedTimes times)
    {
        var draws = new byte[times.Blocks];
        Array.Fill(draws, (byte)1);
        return draws;
    }
}
