namespace Pipeline.Delivery.Definition;

/// <summary>What the rows of a dataset must fulfil before anything is trained on them. A threshold that is null is switched off.</summary>
public sealed record DataCheckSettings
{
    public const double DefaultMissing = 0.95;
    public const double DefaultMissingDrift = 0.6;
    public const double DefaultDuplicateRows = 0.3;
    public const double DefaultSharedRows = 0.1;
    public const double DefaultLabelRatio = 3;
    public const double DefaultLabelShift = 2;
    public const int DefaultClassRows = 5;
    public const double DefaultLeakAuc = 0.99;

    public static DataCheckSettings Default { get; } = new();

    /// <summary>A feature may be missing in at most this share of the training rows.</summary>
    public double? Missing { get; init; } = DefaultMissing;

    /// <summary>The share of rows in which a feature is missing may differ by at most this between training and another split.</summary>
    public double? MissingDrift { get; init; } = DefaultMissingDrift;

    /// <summary>At most this share of the rows may repeat another row in every value, label and time included.</summary>
    public double? DuplicateRows { get; init; } = DefaultDuplicateRows;

    /// <summary>
    /// At most this share of the test rows may have the features of a training row, beyond the share of training rows that have those of another training row. Where that is
    /// more than a tenth, rows are alike by nature, and nothing is judged.
    /// </summary>
    public double? SharedRows { get; init; } = DefaultSharedRows;

    /// <summary>The share of a class in another split may be at most so many times that in training, and at least that part of it; of classes.</summary>
    public double? LabelRatio { get; init; } = DefaultLabelRatio;

    /// <summary>The label's mean in another split may differ from that in training by at most so many of its standard deviations there; of a regression.</summary>
    public double? LabelShift { get; init; } = DefaultLabelShift;

    /// <summary>Each class needs at least so many training rows; of classes.</summary>
    public int? ClassRows { get; init; } = DefaultClassRows;

    /// <summary>What a feature comes to that has one value in all training rows.</summary>
    public ConstantColumns Constants { get; init; }

    /// <summary>From this on a feature that tells the label by itself is warned of: ROC AUC of one class against the rest, or the absolute rank correlation with a number.</summary>
    public double? LeakAuc { get; init; } = DefaultLeakAuc;

    /// <summary>Within which bounds a column's values lie, in every row; by column.</summary>
    public IReadOnlyDictionary<string, ColumnRange> Ranges { get; init; } = new SortedDictionary<string, ColumnRange>(StringComparer.Ordinal);

    /// <summary>What a column must be, one of <see cref="ColumnTypes"/>; by column.</summary>
    public IReadOnlyDictionary<string, string> Types { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);
}
