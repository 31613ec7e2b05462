namespace Pipeline.Drift;

/// <content>What makes a profile that was read unusable.</content>
public sealed partial record ReferenceProfile
{
    /// <summary>Everything that does not fit together, in words; empty for a sound profile.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        foreach (var name in Features.CountBy(feature => feature.Name, StringComparer.Ordinal).Where(count => count.Value > 1).Select(count => count.Key))
        {
            faults.Add($"feature '{name}' is there twice");
        }

        foreach (var feature in Features)
        {
            faults.AddRange(FaultsOf(feature).Select(fault => $"feature '{feature.Name}' {fault}"));
        }

        faults.AddRange(FaultsOf(Predictions).Select(fault => $"predictions: {fault}"));
        faults.AddRange(FaultsOf(Predictions.Outcomes).Select(fault => $"outcomes: {fault}"));
        faults.AddRange(FaultsOf(Predictions.Hits).Select(fault => $"hits: {fault}"));
        faults.AddRange(FaultsOf(Labels).Select(fault => $"labels: {fault}"));
        faults.AddRange((Target is null ? [] : FaultsOf(Target)).Select(fault => $"target '{Target!.Name}' {fault}"));
        return faults;
    }

    private IEnumerable<string> FaultsOf(FeatureProfile feature)
    {
        if (!AreDistinctAndInOrder(feature.Bins))
        {
            yield return "has bins that are not finite, not in ascending order, or the same";
        }

        if (feature.Bins is QuantileBins && feature.Minimum is null)
        {
            yield return "has quantiles but no range";
        }

        if ((feature.Minimum is null) != (feature.Maximum is null) || feature.Minimum > feature.Maximum)
        {
            yield return FormattableString.Invariant($"has the range {feature.Minimum} to {feature.Maximum}");
        }

        foreach (var (name, counts, rows) in new[] { ("training", feature.Training, TrainingRows), ("test", feature.Test, TestRows) })
        {
            if (counts.Bins.Count != feature.Bins.Count)
            {
                yield return $"has {feature.Bins.Count} bins and {counts.Bins.Count} {name} counts";
            }
            else if (counts.Bins.Any(count => count < 0) || Enum.GetValues<ValueState>().Any(state => counts.Of(state) < 0) || counts.Rows != rows)
            {
                yield return $"has {name} counts that do not sum up to {rows} rows";
            }
        }
    }

    private IEnumerable<string> FaultsOf(PredictionProfile predictions)
    {
        if (!AreDistinctAndInOrder(predictions.Bins))
        {
            yield return "the bins are not finite or not in ascending order";
        }

        foreach (var (name, counts, rows) in new[] { ("training", predictions.Training, TrainingRows), ("test", predictions.Test, TestRows) })
        {
            if (counts.Bins.Count != predictions.Bins.Count)
            {
                yield return $"{predictions.Bins.Count} bins and {counts.Bins.Count} {name} counts";
            }
            else if (counts.Bins.Concat(counts.Labels.Values).Any(count => count < 0) || counts.Bins.Sum() != rows || (counts.Labels.Count > 0 && counts.Labels.Values.Sum() != rows))
            {
                yield return $"{name} counts that do not sum up to {rows} rows";
            }
        }
    }

    private IEnumerable<string> FaultsOf(PredictionOutcomes? outcomes)
    {
        if (outcomes is null)
        {
            yield break;
        }

        if (outcomes.Negative.Count != Predictions.Bins.Count || outcomes.Positive.Count != Predictions.Bins.Count)
        {
            yield return $"{Predictions.Bins.Count} bins and {outcomes.Negative.Count} and {outcomes.Positive.Count} cells";
        }
        else if (outcomes.Negative.Concat(outcomes.Positive).Any(cell => cell.Positives < 0 || cell.Positives > cell.Rows)
            || outcomes.Negative.Zip(outcomes.Positive, (negative, positive) => negative.Rows + positive.Rows).Zip(Predictions.Test.Bins).Any(pair => pair.First != pair.Second))
        {
            yield return "cells that do not sum up to the test rows of their bins";
        }
    }

    private IEnumerable<string> FaultsOf(PredictionHits? hits)
    {
        if (hits is null)
        {
            yield break;
        }

        if (hits.Bins.Count != Predictions.Bins.Count)
        {
            yield return $"{Predictions.Bins.Count} bins and {hits.Bins.Count} cells";
        }
        else if (hits.Bins.Any(cell => cell.Right < 0 || cell.Right > cell.Rows) || !hits.Bins.Select(cell => cell.Rows).SequenceEqual(Predictions.Test.Bins))
        {
            yield return "cells that do not sum up to the test rows of their bins";
        }
    }

    private IEnumerable<string> FaultsOf(LabelCounts? labels)
    {
        foreach (var (name, counts, rows) in new[] { ("training", labels?.Training, TrainingRows), ("test", labels?.Test, TestRows) })
        {
            if (counts is not null && (counts.Values.Any(count => count < 0) || counts.Values.Sum() != rows))
            {
                yield return $"{name} counts that do not sum up to {rows} rows";
            }
        }
    }

    private static bool AreDistinctAndInOrder(FeatureBins bins) => bins switch
    {
        QuantileBins quantiles => AreDistinctAndInOrder(quantiles.Edges),
        ValueBins values => AreDistinctAndInOrder([.. values.Values.Select(value => (double)value)]),
        CategoryBins categories => categories.Categories.Distinct(StringComparer.Ordinal).Count() == categories.Categories.Count,
        _ => false,
    };

    private static bool AreDistinctAndInOrder(IReadOnlyList<double> numbers) => numbers.All(double.IsFinite) && numbers.Zip(numbers.Skip(1)).All(pair => pair.First < pair.Second);
}
