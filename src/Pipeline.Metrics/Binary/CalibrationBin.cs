namespace Pipeline.Metrics.Binary;

/// <summary>Rows whose probability lies in (Lower, Upper] (0 counts into the first bin).</summary>
/// <param name="Lower">Exclusive, but for 0.</param>
/// <param name="Upper">Inclusive.</param>
/// <param name="Rows">How many; at least 1.</param>
/// <param name="MeanProbability">What the model says.</param>
/// <param name="PositiveShare">What happened.</param>
public sealed record CalibrationBin(double Lower, double Upper, int Rows, double MeanProbability, double PositiveShare)
{
    internal const int BinCount = 10;

    public static IReadOnlyList<CalibrationBin> Of(ReadOnlySpan<bool> labels, ReadOnlySpan<double> probabilities)
    {
        var rows = new int[BinCount];
        var positives = new int[BinCount];
        var sums = new double[BinCount];
        for (var i = 0; i < labels.Length; i++)
        {
            var bin = IndexOf(probabilities[i]);
            rows[bin]++;
            positives[bin] += labels[i] ? 1 : 0;
            sums[bin] += probabilities[i];
        }

        return
        [
            .. Enumerable.Range(0, BinCount)
                .Where(bin => rows[bin] > 0)
                .Select(bin => new CalibrationBin((double)bin / BinCount, (double)(bin + 1) / BinCount, rows[bin], sums[bin] / rows[bin], (double)positives[bin] / rows[bin])),
        ];
    }

    internal static int IndexOf(double probability) => Math.Clamp((int)Math.Ceiling(probability * BinCount) - 1, 0, BinCount - 1);
}
