using System.Runtime.InteropServices;
using System.Text;
using Pipeline.ModelPackage;

namespace Pipeline.OnnxExport;

public sealed partial class FeatureEncoding
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // Names that the graph itself gives to tensors; a string input of that name would clash.
    private static readonly string[] ReservedInputNames = [FeatureSchema.NumericInput, .. OnnxScorer.AnswerTensors, ModelExport.LabelTensor];

    /// <summary>Learns fill values, means, deviations and categories from the training rows.</summary>
    /// <param name="train">At least one row and one column; numbers finite or NaN (missing).</param>
    /// <param name="maxCategories">
    /// Values of a categorical column that get a slot each, at least 1: of more values the most frequent, of equally frequent ones the first in ordinal order. All others then share a slot, and
    /// values that training did not see share it with them. The missing value does not count.
    /// </param>
    /// <exception cref="InvalidDataException">No rows, no columns, a column name that the graph cannot bear, an infinite number, or a category that is not valid Unicode.</exception>
    public static FeatureEncoding Fit(FeatureBatch train, int maxCategories = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxCategories, 1);
        CheckNames(train.Schema);
        if (train.RowCount == 0)
        {
            throw new InvalidDataException("There are no training rows to learn the feature encoding from.");
        }

        var columns = train.Schema.Numeric.Select((feature, index) => FitNumeric(feature.Name, ColumnOf(train, index))).ToArray();
        var categorical = train.Schema.Categorical.Select((feature, index) => FitCategorical(feature.Name, train.Categories[index].AsSpan(0, train.RowCount), maxCategories)).ToArray();
        var learned = columns.Select(c => c.Feature).Concat(categorical.Select(c => c.Feature)).ToDictionary(f => f.Name, StringComparer.Ordinal);
        var schema = new FeatureSchema([.. train.Schema.Features.Select(f => learned[f.Name])]);
        return new FeatureEncoding(schema, [.. columns.Select(c => c.Encoding)], [.. categorical.Select(c => c.Encoding)], isStandardized: false);
    }

    private static void CheckNames(FeatureSchema schema)
    {
        if (schema.Features.Count == 0)
        {
            throw new InvalidDataException("There is no feature column: the model would have nothing to learn from. Give at least one column beside the label.");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var feature in schema.Features)
        {
            if (feature.Name.Length == 0 || !IsUnicode(feature.Name))
            {
                throw new InvalidDataException($"The feature column name '{feature.Name}' is empty or not valid Unicode.");
            }

            if (!names.Add(feature.Name))
            {
                throw new InvalidDataException($"There are two feature columns named '{feature.Name}'.");
            }

            if (feature.Kind == FeatureKind.Categorical && ReservedInputNames.Contains(feature.Name, StringComparer.Ordinal))
            {
                throw new InvalidDataException($"The feature column name '{feature.Name}' is reserved: the ONNX graph has a tensor of that name. Rename the column in the query.");
            }
        }
    }

    private static float[] ColumnOf(FeatureBatch rows, int index)
    {
        var stride = rows.Schema.Numeric.Count;
        var column = new float[rows.RowCount];
        for (var row = 0; row < column.Length; row++)
        {
            column[row] = rows.Numeric[(row * stride) + index];
        }

        return column;
    }

    private static (Feature Feature, NumericEncoding Encoding) FitNumeric(string name, float[] column)
    {
        var infiniteRow = Array.FindIndex(column, float.IsInfinity);
        if (infiniteRow >= 0)
        {
            throw new InvalidDataException($"Column '{name}' is infinite in training row {infiniteRow}. Make the query give NULL there, or drop the row.");
        }

        var present = Array.FindAll(column, value => !float.IsNaN(value));
        Array.Sort(present);
        var hasMissing = present.Length < column.Length;

        // Adding zero turns -0 into +0: the two are equal to Sort, so that either may come to lie in the middle.
        var fill = present.Length == 0 ? 0 : present[(present.Length - 1) / 2] + 0f;
        var (mean, deviation) = Moments(column, fill);
        var feature = new Feature(
            name,
            FeatureKind.Numeric,
            hasMissing,
            Minimum: present.Length == 0 ? null : present[0] + 0f,
            Maximum: present.Length == 0 ? null : present[^1] + 0f);
        return (feature, new NumericEncoding(name, fill, hasMissing, mean, deviation));
    }

    private static (double Mean, double Deviation) Moments(float[] column, float fill)
    {
        var first = Filled(column[0]);
        if (Array.TrueForAll(column, value => Filled(value).Equals(first)))
        {
            return (first, 1);
        }

        var sum = 0d;
        foreach (var value in column)
        {
            sum += Filled(value);
        }

        var mean = sum / column.Length;
        var squares = 0d;
        foreach (var value in column)
        {
            var distance = Filled(value) - mean;
            squares += distance * distance;
        }

        // ONNX Runtime drops the subtraction of a constant that would be zero as a float.
        var deviation = Math.Sqrt(squares / column.Length);
        return (Math.Abs(mean) < float.Epsilon ? 0 : mean, deviation > 0 ? deviation : 1);

        float Filled(float value) => float.IsNaN(value) ? fill : value;
    }

    private static (Feature Feature, CategoricalEncoding Encoding) FitCategorical(string name, ReadOnlySpan<string> column, int maxCategories)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var value in column)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(counts, value, out _)++;
        }

        var hasMissing = counts.Remove(FeatureSchema.MissingCategory);
        var invalid = counts.Keys.FirstOrDefault(value => !IsUnicode(value));
        if (invalid is not null)
        {
            throw new InvalidDataException($"Column '{name}' has the value '{invalid}' in training row {column.IndexOf(invalid)}, which is not valid Unicode (an unpaired surrogate).");
        }

        var frequent = counts.OrderByDescending(value => value.Value).ThenBy(value => value.Key, StringComparer.Ordinal).Select(value => value.Key).Take(maxCategories);
        string[] categories = [.. frequent.Order(StringComparer.Ordinal)];
        string[] slotValues = hasMissing ? [.. categories, FeatureSchema.MissingCategory] : categories;
        int? others = counts.Count > categories.Length ? counts.Count - categories.Length : null;
        return (new Feature(name, FeatureKind.Categorical, hasMissing, categories, OtherValues: others), new CategoricalEncoding(name, slotValues, others is not null));
    }

    private static bool IsUnicode(string text)
    {
        try
        {
            _ = StrictUtf8.GetByteCount(text);
            return true;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }
}
