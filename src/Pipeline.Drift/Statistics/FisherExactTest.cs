namespace Pipeline.Drift.Statistics;

/// <summary>Fisher's exact test of two rates, two-sided: the chance, with both sides' rows and all hits together given, of any division of the hits that is no more likely than the one seen.</summary>
public static class FisherExactTest
{
    public const string Name = "fisher";

    // Divisions as likely as the one seen count in full, though their last digits may differ.
    private const double Equal = 1 + 1e-7;

    // A chance that adds nothing to a sum of about 1.
    private const double Negligible = 1e-30;

    /// <param name="referenceHits">0 to <paramref name="referenceRows"/>.</param>
    /// <param name="referenceRows">At least 1.</param>
    /// <param name="currentHits">0 to <paramref name="currentRows"/>.</param>
    /// <param name="currentRows">At least 1.</param>
    /// <remarks>
    /// Chances are relative to the likeliest division's, each by a ratio from its neighbour, so that no factorial is needed. It takes time in proportion to the standard deviation of the
    /// hits, and to how far the one seen is off; meant for rates that are near 0 or 1 on either side.
    /// </remarks>
    public static double PValue(long referenceHits, long referenceRows, long currentHits, long currentRows)
    {
        var (hits, rows) = ((double)referenceHits + currentHits, (double)referenceRows + currentRows);
        var (least, most) = (Math.Max(0, hits - referenceRows), Math.Min(hits, currentRows));
        var mode = Math.Clamp(Math.Floor((hits + 1) * ((currentRows + 1) / (rows + 2))), least, most);
        var seen = Weight(currentHits);

        var (all, asUnlikely) = (0d, 0d);
        Add(mode, +1);
        Add(mode - 1, -1);
        return Math.Clamp(asUnlikely / all, 0, 1);

        // The chance of k + 1 current hits over that of k.
        double Ratio(double k) => (hits - k) / (k + 1) * ((currentRows - k) / (referenceRows - hits + k + 1));

        double Weight(double k)
        {
            var weight = 1d;
            for (var i = mode; i < k; i++)
            {
                weight *= Ratio(i);
            }

            for (var i = mode - 1; i >= k; i--)
            {
                weight /= Ratio(i);
            }

            return weight;
        }

        void Add(double from, int step)
        {
            if (from < least || from > most)
            {
                return;
            }

            var weight = Weight(from);
            for (var k = from; k >= least && k <= most && (weight > Negligible || weight > seen * Negligible) && weight > 0; k += step)
            {
                all += weight;
                asUnlikely += weight <= seen * Equal ? weight : 0;
                weight = step > 0 ? weight * Ratio(k) : k > least ? weight / Ratio(k - 1) : 0;
            }
        }
    }
}
