namespace Pipeline.Drift.Statistics;

/// <summary>The test of two rates: χ² where every expected count of hits and of others is at least <see cref="ChiSquaredTest.LeastExpected"/>, Fisher's exact test where one is less.</summary>
public static class TwoProportionTest
{
    /// <param name="referenceHits">0 to <paramref name="referenceRows"/>.</param>
    /// <param name="referenceRows">At least 1.</param>
    /// <param name="currentHits">0 to <paramref name="currentRows"/>.</param>
    /// <param name="currentRows">At least 1.</param>
    /// <returns>Never approximate; p is 1 if both rates are 0 or both are 1.</returns>
    public static TestOutcome Test(long referenceHits, long referenceRows, long currentHits, long currentRows)
    {
        ShouldBeWithin(referenceHits, referenceRows, nameof(referenceHits));
        ShouldBeWithin(currentHits, currentRows, nameof(currentHits));
        var (hits, rows) = ((double)referenceHits + currentHits, (double)referenceRows + currentRows);
        var leastExpected = Math.Min(hits, rows - hits) * (Math.Min(referenceRows, currentRows) / rows);
        if (leastExpected >= ChiSquaredTest.LeastExpected)
        {
            return ChiSquaredTest.Test([referenceHits, referenceRows - referenceHits], [currentHits, currentRows - currentHits]);
        }

        var difference = ((double)currentHits / currentRows) - ((double)referenceHits / referenceRows);
        return new TestOutcome(FisherExactTest.Name, difference, DegreesOfFreedom: null, FisherExactTest.PValue(referenceHits, referenceRows, currentHits, currentRows), IsApproximate: false);
    }

    private static void ShouldBeWithin(long hits, long rows, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1, name);
        ArgumentOutOfRangeException.ThrowIfNegative(hits, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hits, rows, name);
    }
}
