namespace Pipeline.Drift.Statistics;

/// <summary>The false discovery rate's procedure (Benjamini and Hochberg, JRSS B 57, 1995).</summary>
public static class BenjaminiHochberg
{
    /// <summary>
    /// Adjusted p-values, in the order of the given ones: the least level at which the procedure rejects each, min over j ≥ i of p(j) k / j. Of what is rejected at level q at most the
    /// share q is expected to be false, if the tests are independent or depend on each other positively.
    /// </summary>
    /// <param name="pValues">Each 0 to 1.</param>
    public static IReadOnlyList<double> Adjust(IReadOnlyList<double> pValues)
    {
        var order = Enumerable.Range(0, pValues.Count).OrderByDescending(index => pValues[index]).ToArray();
        var adjusted = new double[pValues.Count];
        var least = 1d;
        for (var i = 0; i < order.Length; i++)
        {
            least = Math.Min(least, pValues[order[i]] * order.Length / (order.Length - i));
            adjusted[order[i]] = least;
        }

        return adjusted;
    }
}
