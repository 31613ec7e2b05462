using Pipeline.Delivery.Data;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Evaluation.Baselines;

/// <summary>
/// A model that anyone could write down: what was so in training on average, of all rows or of those with the same value of one feature. On average: the share of
/// positives, the shares of the classes, or the mean.
/// </summary>
internal sealed class TrivialModel
{
    // So many rows of the average over all count with those of a value: one row of a value proves nothing.
    private const double PriorRows = 20;
    private const int NumberBins = 20;

    private readonly double[] _prior;
    private readonly int _slot;
    private readonly float[] _bounds = [];
    private readonly double[][] _ofBins = [];
    private readonly Dictionary<string, double[]> _ofTexts = [];

    private TrivialModel(double[] prior) => _prior = prior;

    private TrivialModel(double[] prior, Feature feature, int slot, LabeledBatch train)
        : this(prior)
    {
        Feature = feature;
        _slot = slot;
        if (feature.Kind == FeatureKind.Categorical)
        {
            var sums = new Dictionary<string, Sum>(StringComparer.Ordinal);
            var texts = train.Features.Categories[slot];
            for (var row = 0; row < train.Labels.Count; row++)
            {
                if (!sums.TryGetValue(texts[row], out var sum))
                {
                    sums.Add(texts[row], sum = new Sum(prior.Length));
                }

                sum.Add(train.Labels, row);
            }

            _ofTexts = sums.ToDictionary(sum => sum.Key, sum => sum.Value.Mean(prior), StringComparer.Ordinal);
            return;
        }

        float[] sorted = [.. Enumerable.Range(0, train.Labels.Count).Select(row => Number(train.Features, row)).Where(value => !float.IsNaN(value)).Order()];
        _bounds = sorted.Length == 0 ? [] : [.. Enumerable.Range(1, NumberBins - 1).Select(part => sorted[(int)((long)sorted.Length * part / NumberBins)]).Distinct()];

        // The last is for missing ones.
        Sum[] bins = [.. Enumerable.Range(0, _bounds.Length + 2).Select(_ => new Sum(prior.Length))];
        for (var row = 0; row < train.Labels.Count; row++)
        {
            bins[BinOf(Number(train.Features, row))].Add(train.Labels, row);
        }

        _ofBins = Array.ConvertAll(bins, bin => bin.Mean(prior));
    }

    /// <summary>The feature that it looks at; null if none.</summary>
    public Feature? Feature { get; }

    /// <summary>Says the same for every row.</summary>
    public static TrivialModel Prior(LabeledBatch train)
    {
        var width = Math.Max(1, train.Labels.ClassNames.Count);
        var sum = new Sum(width);
        for (var row = 0; row < train.Labels.Count; row++)
        {
            sum.Add(train.Labels, row);
        }

        return new TrivialModel(sum.Mean(new double[width], priorRows: 0));
    }

    /// <summary>The one whose feature has the least loss on the validation rows.</summary>
    public static TrivialModel BestFeature(LabeledBatch train, ModelOutputs outputs, LabeledBatch validation)
    {
        var prior = Prior(train)._prior;
        var slots = new int[2];
        var features = train.Features.Schema.Features.Select(feature => (Feature: feature, Slot: slots[(int)feature.Kind]++)).ToList();
        var models = new (TrivialModel Model, double Loss)[features.Count];
        Parallel.For(0, models.Length, i =>
        {
            var model = new TrivialModel(prior, features[i].Feature, features[i].Slot, train);
            models[i] = (model, AnswerSample.Losses(validation.Labels, model.Score(validation.Features), outputs).Average());
        });
        return models.MinBy(model => model.Loss).Model;
    }

    /// <summary>The answers to the rows, as the model that it is a baseline of gives them: [rows, width].</summary>
    public double[] Score(FeatureBatch rows)
    {
        var answers = new double[rows.RowCount * _prior.Length];
        for (var row = 0; row < rows.RowCount; row++)
        {
            Score(rows, row).CopyTo(answers.AsSpan(row * _prior.Length));
        }

        return answers;
    }

    private double[] Score(FeatureBatch rows, int row) =>
        Feature is null ? _prior
        : Feature.Kind == FeatureKind.Categorical ? _ofTexts.GetValueOrDefault(rows.Categories[_slot][row], _prior)
        : _ofBins[BinOf(Number(rows, row))];

    private float Number(FeatureBatch rows, int row) => rows.Numeric[(row * rows.Schema.Numeric.Count) + _slot];

    private int BinOf(float number)
    {
        if (float.IsNaN(number))
        {
            return _bounds.Length + 1;
        }

        var found = Array.BinarySearch(_bounds, number);
        return found >= 0 ? found + 1 : ~found;
    }

    /// <summary>What was so in some rows.</summary>
    private sealed class Sum(int width)
    {
        private readonly double[] _values = new double[width];
        private int _rows;

        public void Add(RowLabels labels, int row)
        {
            _rows++;
            switch (labels.Task)
            {
                case ModelTask.Multiclass:
                    _values[labels.Classes[row]]++;
                    break;
                case ModelTask.Regression:
                    _values[0] += labels.Numbers[row];
                    break;
                default:
                    _values[0] += labels.Flags[row] ? 1 : 0;
                    break;
            }
        }

        public double[] Mean(double[] prior, double priorRows = PriorRows) => [.. _values.Select((value, i) => (value + (priorRows * prior[i])) / (_rows + priorRows))];
    }
}
