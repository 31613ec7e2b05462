using Pipeline.ModelPackage;

namespace Pipeline.Inference.Shadow;

/// <summary>A shadow model's column and where requests have its value.</summary>
internal sealed class ShadowColumn
{
    private readonly CategoryTable? _table;
    private readonly long[] _codes;

    /// <param name="feature">The shadow's feature.</param>
    /// <param name="slot">Its place among those of its kind.</param>
    /// <param name="served">The served model's feature of the same name; null if it has none.</param>
    /// <param name="servedSlot">Its place; -1 if it has none.</param>
    public ShadowColumn(Feature feature, int slot, Feature? served, int servedSlot)
    {
        (Slot, ServedSlot, AllowsMissing, IsNumeric) = (slot, servedSlot, feature.AllowsMissing, feature.Kind == FeatureKind.Numeric);
        _table = IsNumeric ? null : new CategoryTable(feature);
        _codes = [.. (served?.Categories ?? []).Select(category => _table!.CodeOf(category))];
    }

    public int Slot { get; }

    public int ServedSlot { get; }

    public bool AllowsMissing { get; }

    public bool IsNumeric { get; }

    /// <summary>The shadow's code for a code of the served model that is not <see cref="CategoryCode.Unseen"/>.</summary>
    public long CodeOf(long servedCode) => servedCode >= 0 ? _codes[servedCode] : CategoryCode.Missing;

    /// <summary>The shadow's code for a text that the served model does not know.</summary>
    public long CodeOfUnseen(string text) => _table!.CodeOf(text);
}
