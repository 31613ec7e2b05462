using Pipeline.Delivery.Data;
using Pipeline.Metrics.Binary;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Evaluation.Baselines;

/// <summary>A model that anyone could write down: the share of positives in training, of all rows or of those with the same value of one feature.</summary>
internal sealed class TrivialModel
{
    // So many rows of the share over all count with those of a value: one row of a value proves nothing.
    private const double PriorRows = 20;
    private const int NumberBins = 20;

    private readonly double _prior;
    private readonly int _slot;
    private readonly float[] _bounds = [];
    private readonly double[] _ofBins = [];
    private readonly double _ofMissing;
    private readonly Dictionary<string, double> _ofTexts = [];

    private TrivialModel(double prior) => _prior = prior;

    private TrivialModel(double prior, Feature feature, int slot, LabeledBatch train)
        : this(prior)
    {
        Feature = feature;
        _slot = slot;
        if (feature.Kind == FeatureKind.Categorical)
        {
            _ofTexts = train.Features.Categories[slot].Zip(train.Labels.Flags)
                .GroupBy(pair => pair.First, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => Share(group.Count(pair => pair.Second), group.Count()), StringComparer.Ordinal);
            return;
        }

        float[] sorted = [.. Enumerable.Range(0, train.Labels.Count).Select(row => Number(train.Features, row)).Where(value => !float.IsNaN(value)).Order()];
        _bounds = sorted.Length == 0 ? [] : [.. Enumerable.Range(1, NumberBins - 1).Select(part => sorted[(int)((long)sorted.Length * part / NumberBins)]).Distinct()];
        var counts = new (int Rows, int Positives)[_bounds.Length + 2];
        for (var row = 0; row < train.Labels.Count; row++)
        {
            ref var count = ref counts[BinOf(Number(train.Features, row))];
            count = (count.Rows + 1, count.Positives + (train.Labels.Flags[row] ? 1 : 0));
        }

        double[] shares = [.. counts.Select(count => Share(count.Positives, count.Rows))];
        (_ofBins, _ofMissing) = (shares[..^1], shares[^1]);
    }

    /// <summary>The feature that it looks at; null if none.</summary>
    public Feature? Feature { get; }

    /// <summary>Says the same for every row.</summary>
    public static TrivialModel Prior(LabeledBatch train) => new((double)train.Labels.Flags.Count(label => label) / train.Labels.Count);

    /// <summary>The one whose feature has the least log-loss on the validation rows.</summary>
    public static TrivialModel BestFeature(LabeledBatch train, LabeledBatch validation)
    {
        var prior = Prior(train)._prior;
        var slots = new int[2];
        return train.Features.Schema.Features
            .Select(feature => new TrivialModel(prior, feature, slots[(int)feature.Kind]++, train))
            .ToList()
            .MinBy(model => model.LossOn(validation))!;
    }

    /// <summary>The probability of the positive class for each row.</summary>
    public double[] Score(FeatureBatch rows) => [.. Enumerable.Range(0, rows.RowCount).Select(row => Score(rows, row))];

    private double Score(FeatureBatch rows, int row)
    {
        if (Feature is null)
        {
            return _prior;
        }

        if (Feature.Kind == FeatureKind.Categorical)
        {
            return _ofTexts.GetValueOrDefault(rows.Categories[_slot][row], _prior);
        }

        var number = Number(rows, row);
        return float.IsNaN(number) ? _ofMissing : _ofBins[BinOf(number)];
    }

    private double LossOn(LabeledBatch rows) => rows.Labels.Flags.Select((label, row) => LogLoss.Of(label, Score(rows.Features, row))).Average();

    private float Number(FeatureBatch rows, int row) => rows.Numeric[(row * rows.Schema.Numeric.Count) + _slot];

    // The last is for missing ones.
    private int BinOf(float number)
    {
        if (float.IsNaN(number))
        {
            return _bounds.Length + 1;
        }

        var found = Array.BinarySearch(_bounds, number);
        return found >= 0 ? found + 1 : ~found;
    }

    private double Share(int positives, int rows) => (positives + (PriorRows * _prior)) / (rows + PriorRows);
}
