using Pipeline.Delivery.DriftChecks.Counters;
using Pipeline.Drift;
using Pipeline.ModelPackage;

namespace Pipeline.DriftBenchmarks.Prometheus;

/// <summary>
/// A day of ten replicas that are scraped every 15 s: one restarts, one dies, one is born. Twenty features of ten bins. What stands at any moment follows from the moment, so that
/// what a window must show is known without reading anything.
/// </summary>
internal static class ServiceHistory
{
    public const int Replicas = 10;
    public const int Features = 20;
    public const int Bins = 10;
    public const int IntervalSeconds = 15;
    public const int DaySeconds = 24 * 60 * 60;

    private const int RestartSecond = 9 * 60 * 60;
    private const int DeathSecond = 14 * 60 * 60;
    private const int BirthSecond = 17 * 60 * 60;
    private const int RowsPerSecond = 7;

    /// <summary>The lives of a replica's processes, in seconds of the day; they count from the first scrape on.</summary>
    public static IReadOnlyList<(int Start, int End)> LivesOf(int replica) => replica switch
    {
        3 => [(-3_600, RestartSecond), (RestartSecond + 4, DaySeconds + 1)],
        5 => [(-3_600, DeathSecond)],
        7 => [(BirthSecond, DaySeconds + 1)],
        _ => [(-3_600, DaySeconds + 1)],
    };

    public static CountedModel Model { get; } = new("bench", Digest.OfText("bench"), ReferenceDigest: null, Reference());

    /// <summary>Rows that a process has counted, of which row i lies in bin i modulo the number of bins.</summary>
    public static long RowsAfter(int seconds) => Math.Max(0, seconds) * (long)RowsPerSecond;

    public static long InBin(long rows, int bin) => (rows / Bins) + (rows % Bins > bin ? 1 : 0);

    private static ReferenceProfile Reference()
    {
        var bins = new QuantileBins([.. Enumerable.Range(1, Bins - 1).Select(edge => (double)edge)]);
        var counts = new FeatureCounts([.. Enumerable.Repeat(10L, Bins)], 0, 0, 0, 0, 0);
        var answers = new PredictionCounts(counts.Bins, new Dictionary<string, long> { ["no"] = 50, ["yes"] = 50 });
        return new ReferenceProfile(
            ReferenceProfile.CurrentSchemaVersion, 10 * Bins, 10 * Bins, [.. Enumerable.Range(0, Features).Select(i => new FeatureProfile($"feature_{i:00}", bins, 0, Bins, counts, counts))], new PredictionProfile(bins, answers, answers));
    }
}
