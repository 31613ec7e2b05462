using Microsoft.ML;
using Pipeline.ModelPackage;

namespace Pipeline.OnnxExport;

/// <summary>
/// How a model's input columns become its feature vector, learned from the training rows: the one definition behind ML.NET's rows and behind the first
/// part of the ONNX graph. Slots: the numeric columns in the schema's order, then the missing-indicators of those that had missing values in training,
/// then each categorical column's one-hot slots. A value that training did not see sets no slot, or the column's slot for other values if it has one. Immutable and thread-safe.
/// </summary>
public sealed partial class FeatureEncoding
{
    private FeatureEncoding(FeatureSchema schema, IReadOnlyList<NumericEncoding> numeric, IReadOnlyList<CategoricalEncoding> categorical, bool isStandardized)
    {
        Schema = schema;
        Numeric = numeric;
        Categorical = categorical;
        IsStandardized = isStandardized;
        SlotNames = [.. NamesOfSlots()];
    }

    /// <summary>The columns, completed by what training saw: categories, whether values may be missing, least and greatest values.</summary>
    public FeatureSchema Schema { get; }

    /// <summary>True if numeric slots hold (value − mean) / standard deviation, within ±100, as linear models need it. Indicators and one-hot slots stay 0 or 1.</summary>
    public bool IsStandardized { get; }

    /// <summary>Length of the feature vector, at least 1.</summary>
    public int Width => SlotNames.Count;

    /// <summary>A readable name per slot: <c>distance</c>, <c>distance is missing</c>, <c>origin=ATL</c>, <c>origin is missing</c>, <c>origin=other values</c>. Not always unique.</summary>
    public IReadOnlyList<string> SlotNames { get; }

    /// <summary>Number of slots before the first one-hot slot.</summary>
    internal int NumericWidth => Numeric.Count + Numeric.Count(n => n.HasMissingSlot);

    internal IReadOnlyList<NumericEncoding> Numeric { get; }

    internal IReadOnlyList<CategoricalEncoding> Categorical { get; }

    /// <summary>The same encoding with numeric slots standardised.</summary>
    public FeatureEncoding Standardized() => new(Schema, Numeric, Categorical, isStandardized: true);

    /// <summary>
    /// The rows as ML.NET takes them: columns <c>Label</c> (Boolean; of several classes a key; of a number Single) and <c>Features</c> (sparse vector of <see cref="Width"/> floats), encoded while they
    /// are read, always in the batch's order. Holds four bytes per row and categorical column beside the batch itself.
    /// </summary>
    /// <param name="rows">Rows with this encoding's columns.</param>
    /// <param name="labels">One per row; null, for scoring only, gives a Boolean that is false.</param>
    /// <exception cref="ArgumentException">The rows have other columns, or the labels are not as many.</exception>
    public IDataView ToDataView(FeatureBatch rows, RowLabels? labels = null)
    {
        if (labels is not null && labels.Count != rows.RowCount)
        {
            throw new ArgumentException($"{labels.Count} labels were given for {rows.RowCount} rows.", nameof(labels));
        }

        CheckColumns(rows.Schema);
        return new EncodedRows(this, rows, labels);
    }

    /// <exception cref="ArgumentException">The schema has other columns than this encoding.</exception>
    internal void CheckColumns(FeatureSchema schema)
    {
        var wanted = Schema.Features.Select(f => (f.Name, f.Kind));
        var given = schema.Features.Select(f => (f.Name, f.Kind));
        if (!wanted.SequenceEqual(given))
        {
            throw new ArgumentException($"The rows have the columns [{string.Join(", ", given)}], the encoding was fitted to [{string.Join(", ", wanted)}].", nameof(schema));
        }
    }

    private IEnumerable<string> NamesOfSlots()
    {
        var numericNames = Numeric.Select(n => n.Name);
        var indicatorNames = Numeric.Where(n => n.HasMissingSlot).Select(n => MissingSlotName(n.Name));
        return numericNames.Concat(indicatorNames).Concat(Categorical.SelectMany(NamesOfSlots));
    }

    private static IEnumerable<string> NamesOfSlots(CategoricalEncoding column)
    {
        var names = column.SlotValues.Select(value => value == FeatureSchema.MissingCategory ? MissingSlotName(column.Name) : $"{column.Name}={value}");
        return column.HasOther ? names.Append($"{column.Name}=other values") : names;
    }

    private static string MissingSlotName(string column) => $"{column} is missing";
}
