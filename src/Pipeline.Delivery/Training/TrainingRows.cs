using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.ModelPackage;
using Pipeline.OnnxExport;

namespace Pipeline.Delivery.Training;

/// <summary>The rows that train and choose, read once, and the encodings that are fitted to them. Not thread-safe.</summary>
internal sealed class TrainingRows
{
    private readonly Dictionary<int, FeatureEncoding> _encodings = [];
    private readonly int _maxCategories;

    public TrainingRows(Dataset dataset, ModelDefinition definition, CancellationToken cancellationToken)
    {
        Train = dataset.Read(DataSplit.Train, cancellationToken);
        Validation = dataset.Read(DataSplit.Validation, cancellationToken);
        Weights = definition.Training.BalancedClasses ? ClassWeights.Balanced(Train.Labels) : null;
        Outputs = TrainStage.OutputsOf(definition, Train.Labels);
        _maxCategories = definition.Data.MaxCategories;
    }

    public LabeledBatch Train { get; }

    public LabeledBatch Validation { get; }

    /// <summary>One for each training row; null if each counts alike.</summary>
    public float[]? Weights { get; }

    /// <summary>What models answer, at first: a decision threshold may still be chosen.</summary>
    public ModelOutputs Outputs { get; }

    /// <summary>The encoding that keeps so many of the most frequent values of a categorical column.</summary>
    /// <param name="categories">0, or more than data.maxCategories, for that.</param>
    public FeatureEncoding EncodingWith(int categories)
    {
        var kept = categories == 0 ? _maxCategories : Math.Min(categories, _maxCategories);
        if (!_encodings.TryGetValue(kept, out var encoding))
        {
            _encodings.Add(kept, encoding = FeatureEncoding.Fit(Train.Features, kept));
        }

        return encoding;
    }
}
