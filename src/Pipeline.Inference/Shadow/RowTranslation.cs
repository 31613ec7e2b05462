using Pipeline.Inference.Watching;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Shadow;

/// <summary>Gives a shadow model the rows that the served model was asked about: columns by name, categories by text. Immutable and thread-safe.</summary>
public sealed class RowTranslation
{
    private readonly List<ShadowColumn> _columns;
    private readonly int _servedNumericCount;

    private RowTranslation(FeatureSchema served, List<ShadowColumn> columns) => (_servedNumericCount, _columns) = (served.Numeric.Count, columns);

    /// <summary>Says how rows of one schema become rows of another.</summary>
    /// <param name="served">The schema that requests are read by.</param>
    /// <param name="shadow">The shadow's.</param>
    /// <exception cref="InvalidDataException">The shadow needs what requests don't have; every such column is named.</exception>
    public static RowTranslation Of(FeatureSchema served, FeatureSchema shadow)
    {
        var places = PlacesOf(served).ToDictionary(place => place.Feature.Name, StringComparer.Ordinal);
        var faults = new List<string>();
        var columns = new List<ShadowColumn>();
        foreach (var (feature, slot) in PlacesOf(shadow))
        {
            var isKnown = places.TryGetValue(feature.Name, out var place);
            if (isKnown && place.Feature.Kind != feature.Kind)
            {
                faults.Add($"'{feature.Name}' is {NameOf(feature.Kind)} and {NameOf(place.Feature.Kind)} in the served model");
            }
            else if (!isKnown && !feature.AllowsMissing)
            {
                faults.Add($"'{feature.Name}' must have a value, and the served model has no such column");
            }
            else
            {
                columns.Add(new ShadowColumn(feature, slot, isKnown ? place.Feature : null, isKnown ? place.Slot : -1));
            }
        }

        return faults.Count == 0
            ? new RowTranslation(served, columns)
            : throw new InvalidDataException($"its columns cannot be filled from the served model's requests: {string.Join("; ", faults)}. Train it on columns that requests have, or on rows where these are missing.");
    }

    /// <summary>Sets one row; false, with the row left as it is, if the shadow must have a value that the request left out.</summary>
    /// <param name="source">The answered request.</param>
    /// <param name="row">Its row.</param>
    /// <param name="target">Rows of the shadow's schema.</param>
    /// <param name="targetRow">The row to set.</param>
    public bool TrySet(ScoredRows source, int row, CodedRows target, int targetRow)
    {
        foreach (var column in _columns)
        {
            if (!(column.IsNumeric ? TrySetNumber(column, source, row, target, targetRow) : TrySetCode(column, source, row, target, targetRow)))
            {
                return false;
            }
        }

        return true;
    }

    private bool TrySetNumber(ShadowColumn column, ScoredRows source, int row, CodedRows target, int targetRow)
    {
        var value = column.ServedSlot < 0 ? float.NaN : source.Rows.Numeric[(row * _servedNumericCount) + column.ServedSlot];
        target.SetNumber(targetRow, column.Slot, value);
        return column.AllowsMissing || !float.IsNaN(value);
    }

    private static bool TrySetCode(ShadowColumn column, ScoredRows source, int row, CodedRows target, int targetRow)
    {
        var code = column.ServedSlot < 0 ? CategoryCode.Missing : source.Rows.Codes[column.ServedSlot][row];
        var shadowCode = code == CategoryCode.Unseen ? column.CodeOfUnseen(source.CategoryOf(row, column.ServedSlot)!) : column.CodeOf(code);
        target.SetCode(targetRow, column.Slot, shadowCode);
        return column.AllowsMissing || shadowCode != CategoryCode.Missing;
    }

    private static string NameOf(FeatureKind kind) => kind == FeatureKind.Numeric ? "numeric" : "categorical";

    private static IEnumerable<(Feature Feature, int Slot)> PlacesOf(FeatureSchema schema) =>
        schema.Numeric.Select((feature, slot) => (feature, slot)).Concat(schema.Categorical.Select((feature, slot) => (feature, slot)));
}
