namespace Pipeline.Drift.Statistics;

/// <summary>
/// The test that two rows of counts follow one law, right also where bins are rare: Pearson's χ² where every expected count is at least <see cref="ChiSquaredTest.LeastExpected"/>. Where one
/// is less, χ² promises far too small p-values, as one row in a bin that comes once in a thousand rows is a large part of it. Then bins are taken together until each group expects as many,
/// and each bin of such a group is tested alone by Fisher's exact test too, so that two that trade places in a group do not hide.
/// </summary>
/// <remarks>
/// The groups depend only on both sides' counts together, which a test of homogeneity takes as given. Both ways to a small p-value are paid for by Bonferroni: the lesser of the groups'
/// and of the least bin's times their number, doubled. Taking rare bins together is Cochran's advice (Biometrics 10, 1954).
/// </remarks>
public static class HomogeneityTest
{
    /// <param name="reference">One count per bin, not all 0.</param>
    /// <param name="current">Likewise.</param>
    /// <param name="areNeighbours">Whether bins next to each other are alike, as values in order are; otherwise bins that are about as rare are taken together.</param>
    public static TestOutcome Test(IReadOnlyList<long> reference, IReadOnlyList<long> current, bool areNeighbours)
    {
        var (n, m) = Counts.Totals(reference, current);
        int[] used = [.. Enumerable.Range(0, reference.Count).Where(bin => Both(bin) > 0)];
        if (used.Length == 2)
        {
            return TwoProportionTest.Test(reference[used[0]], n, current[used[0]], m);
        }

        // What a bin must hold on both sides together for the smaller side to expect enough of it.
        var least = ChiSquaredTest.LeastExpected * (((double)n + m) / Math.Min(n, m));
        if (used.Length == 1 || Array.TrueForAll(used, bin => Both(bin) >= least))
        {
            return ChiSquaredTest.Test(reference, current);
        }

        var groups = Groups(areNeighbours ? used : [.. used.OrderByDescending(Both)], Both, least);
        int[] rare = [.. groups.Where(group => group.Count > 1).SelectMany(group => group)];
        var alone = rare.Select(bin => TwoProportionTest.Test(reference[bin], n, current[bin], m)).MinBy(test => test.PValue)!;
        alone = alone with { PValue = Math.Min(1, alone.PValue * rare.Length), IsApproximate = true };
        if (groups.Count == 1)
        {
            return alone;
        }

        var grouped = ChiSquaredTest.Test([.. groups.Select(group => group.Sum(bin => reference[bin]))], [.. groups.Select(group => group.Sum(bin => current[bin]))]);
        var decisive = alone.PValue < grouped.PValue ? alone : grouped;
        return decisive with { PValue = Math.Min(1, 2 * decisive.PValue), IsApproximate = true };

        double Both(int bin) => (double)reference[bin] + current[bin];
    }

    private static List<List<int>> Groups(int[] bins, Func<int, double> rowsOf, double least)
    {
        var groups = new List<List<int>> { new() };
        foreach (var bin in bins)
        {
            if (groups[^1].Sum(rowsOf) >= least)
            {
                groups.Add([]);
            }

            groups[^1].Add(bin);
        }

        if (groups.Count > 1 && groups[^1].Sum(rowsOf) < least)
        {
            groups[^2].AddRange(groups[^1]);
            groups.RemoveAt(groups.Count - 1);
        }

        return groups;
    }
}
