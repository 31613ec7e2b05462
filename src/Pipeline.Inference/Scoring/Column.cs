using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Scoring;

/// <summary>A feature as readers of requests need it.</summary>
public sealed class Column
{
    private readonly CategoryTable? _categories;

    /// <param name="feature">The feature.</param>
    /// <param name="index">Its place among the schema's features.</param>
    /// <param name="slot">Its place among the features of its kind.</param>
    public Column(Feature feature, int index, int slot)
    {
        Name = feature.Name;
        Utf8Name = Encoding.UTF8.GetBytes(feature.Name);
        QuotedName = (byte[])[.. "\""u8, .. JsonEncodedText.Encode(feature.Name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, .. "\""u8];
        Kind = feature.Kind;
        Index = index;
        Slot = slot;
        AllowsMissing = feature.AllowsMissing;
        var kind = feature.Kind == FeatureKind.Numeric ? "a number" : "a string";
        Expected = feature.AllowsMissing ? $"{kind} or null" : kind;
        _categories = feature.Kind == FeatureKind.Categorical ? new CategoryTable(feature) : null;
    }

    public string Name { get; }

    public ReadOnlyMemory<byte> Utf8Name { get; }

    /// <summary>The name as most clients write it in JSON.</summary>
    public ReadOnlyMemory<byte> QuotedName { get; }

    public FeatureKind Kind { get; }

    public int Index { get; }

    public int Slot { get; }

    public bool AllowsMissing { get; }

    /// <summary>What a value must be, for messages.</summary>
    public string Expected { get; }

    /// <summary>A categorical column's code for a value: see <see cref="CategoryCode"/>. <see cref="CategoryCode.Missing"/> comes from the text that stands for it, which no client may send.</summary>
    /// <param name="utf8">Valid UTF-8, nothing escaped.</param>
    public long CodeOf(ReadOnlySpan<byte> utf8) => _categories!.CodeOf(utf8);

    /// <summary>Sets the column's value in a row to missing.</summary>
    public void SetMissing(CodedRows rows, int row)
    {
        if (Kind == FeatureKind.Numeric)
        {
            rows.SetNumber(row, Slot, float.NaN);
        }
        else
        {
            rows.SetCode(row, Slot, CategoryCode.Missing);
        }
    }
}
