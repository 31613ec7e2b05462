using Pipeline.Drift.Statistics;

namespace Pipeline.Drift.Verdicts;

/// <summary>How often a state came on both sides, with its test, before it is judged among all tests of a window.</summary>
internal sealed record RateEvidence(ValueState State, long Reference, long ReferenceRows, long Current, long CurrentRows, TestOutcome Test)
{
    public double ReferenceRate => Share(Reference, ReferenceRows);

    public double CurrentRate => Share(Current, CurrentRows);

    /// <summary>Whether there is anything to test: a state that came on neither side would only make it harder for the other tests to be significant.</summary>
    public bool CameAtAll => Reference + Current > 0;

    /// <remarks>
    /// Categories that training did not see are compared with the test rows: by definition no training row has one, but of a feature with many rare categories any other rows have some.
    /// Numbers out of range are not: of n + m rows of one law each is the greatest with the same chance, which is what the exact test of 0 in n against k in m says.
    /// </remarks>
    public static RateEvidence Of(ValueState state, FeatureProfile profile, FeatureCounts current)
    {
        var reference = state == ValueState.Unseen && profile.Test.Rows > 0 ? profile.Test : profile.Training;
        var (before, now) = (reference.Of(state), current.Of(state));
        var (rows, rowsNow) = (reference.Rows, current.Rows);
        var test = rows > 0 && rowsNow > 0 ? TwoProportionTest.Test(before, rows, now, rowsNow) : new TestOutcome(FisherExactTest.Name, 0, DegreesOfFreedom: null, PValue: 1, IsApproximate: false);
        return new RateEvidence(state, before, rows, now, rowsNow, test);
    }

    private static double Share(long count, long rows) => rows > 0 ? (double)count / rows : 0;
}
