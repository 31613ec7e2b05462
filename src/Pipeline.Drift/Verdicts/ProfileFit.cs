namespace Pipeline.Drift.Verdicts;

/// <summary>Whether a window's counts were made with the bins of a reference. Counters of another version of the model would give numbers, but no drift.</summary>
internal static class ProfileFit
{
    /// <exception cref="ProfileMismatchException">They were not.</exception>
    public static void Check(ReferenceProfile reference, LiveProfile current, DriftPolicy policy)
    {
        var names = reference.Features.Select(feature => feature.Name).ToHashSet(StringComparer.Ordinal);
        if (current.Features.Keys.Concat(policy.CriticalFeatures).FirstOrDefault(name => !names.Contains(name)) is { } unknown)
        {
            throw new ProfileMismatchException($"The reference has no feature '{unknown}'; it has {Wording.List([.. names], most: 10)}.");
        }

        foreach (var feature in reference.Features)
        {
            if (current.Features.TryGetValue(feature.Name, out var counts))
            {
                ShouldFit($"Feature '{feature.Name}'", feature.Bins.Count, counts.Bins);
                ShouldFit($"Feature '{feature.Name}'", feature.Training.Bins.Count, counts.Bins);
                if (Enum.GetValues<ValueState>().Any(state => counts.Of(state) < 0))
                {
                    throw new ProfileMismatchException($"Feature '{feature.Name}' has counts below 0, or more rows out of range or unseen than in bins.");
                }
            }
        }

        if (current.Predictions is { } predictions)
        {
            ShouldFit("The prediction", reference.Predictions.Bins.Count, predictions.Bins);
        }

        if (current.Target is { } target && reference.Target is { } expected)
        {
            ShouldFit("The label", expected.Bins.Count, target.Bins);
        }
    }

    private static void ShouldFit(string subject, int bins, IReadOnlyList<long> counts)
    {
        if (counts.Count != bins)
        {
            throw new ProfileMismatchException($"{subject} has {bins} bins in the reference, and the window has {counts.Count} counts.");
        }

        if (counts.Any(count => count < 0))
        {
            throw new ProfileMismatchException($"{subject} has a count below 0 in the window.");
        }
    }
}
