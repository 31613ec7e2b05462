using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using Pipeline.ModelPackage;

namespace Pipeline.OnnxExport;

/// <summary>
/// Rows of a batch as ML.NET's trainers read them. Not loaded through ML.NET's own enumerable loader, which would allocate a vector a row, would not
/// know the row count, and would cut the rows over threads.
/// </summary>
internal sealed class EncodedRows : IDataView
{
    public const string LabelColumn = "Label";
    public const string FeaturesColumn = "Features";
    public const int LabelIndex = 0;

    private readonly FeatureEncoding _encoding;
    private readonly FeatureBatch _rows;
    private readonly RowLabels? _labels;
    private readonly int[][] _slotsOfCategories;

    public EncodedRows(FeatureEncoding encoding, FeatureBatch rows, RowLabels? labels)
    {
        _encoding = encoding;
        _rows = rows;
        _labels = labels;
        _slotsOfCategories = SlotsOfCategories(encoding, rows);
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(LabelColumn, LabelType(labels));
        builder.AddColumn(FeaturesColumn, new VectorDataViewType(NumberDataViewType.Single, encoding.Width));
        Schema = builder.ToSchema();
    }

    public bool CanShuffle => false;

    public DataViewSchema Schema { get; }

    public int RowCount => _rows.RowCount;

    public long? GetRowCount() => RowCount;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new EncodedRowCursor(this, [.. columnsNeeded.Select(c => c.Index)]);

    /// <summary>Always one cursor, so that no trainer sees the rows in an order that depends on threads.</summary>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The caller owns the cursors.")]
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded, rand)];

    /// <summary>Gives a row's label in the column's type.</summary>
    public Delegate LabelGetter(Func<int> row) => _labels?.Task switch
    {
        ModelTask.Multiclass => new ValueGetter<uint>((ref uint value) => value = (uint)_labels.Classes[row()] + 1),
        ModelTask.Regression => new ValueGetter<float>((ref float value) => value = _labels.Numbers[row()]),
        _ => new ValueGetter<bool>((ref bool value) => value = _labels is not null && _labels.Flags[row()]),
    };

    public void FeaturesAt(int row, ref VBuffer<float> features)
    {
        var numeric = _rows.Numeric.AsSpan(row * _encoding.Numeric.Count, _encoding.Numeric.Count);
        var count = numeric.Length + CountMissing(numeric) + CountCategories(row);
        var editor = VBufferEditor.Create(ref features, _encoding.Width, count);
        var sink = new SlotWriter(editor.Values, count == _encoding.Width ? [] : editor.Indices);
        for (var column = 0; column < numeric.Length; column++)
        {
            sink.Write(column, _encoding.Numeric[column].Encode(numeric[column], _encoding.IsStandardized));
        }

        WriteMissing(numeric, ref sink);
        foreach (var slots in _slotsOfCategories)
        {
            if (slots[row] >= 0)
            {
                sink.Write(slots[row], 1);
            }
        }

        features = editor.Commit();
    }

    // A key counts from 1; its names are not needed, as classes are told apart by their place.
    private static DataViewType LabelType(RowLabels? labels) => labels?.Task switch
    {
        ModelTask.Multiclass => new KeyDataViewType(typeof(uint), labels.ClassNames.Count),
        ModelTask.Regression => NumberDataViewType.Single,
        _ => BooleanDataViewType.Instance,
    };

    private void WriteMissing(ReadOnlySpan<float> numeric, ref SlotWriter sink)
    {
        var slot = numeric.Length;
        for (var column = 0; column < numeric.Length; column++)
        {
            if (_encoding.Numeric[column].HasMissingSlot)
            {
                if (float.IsNaN(numeric[column]))
                {
                    sink.Write(slot, 1);
                }

                slot++;
            }
        }
    }

    private int CountMissing(ReadOnlySpan<float> numeric)
    {
        var count = 0;
        for (var column = 0; column < numeric.Length; column++)
        {
            count += _encoding.Numeric[column].HasMissingSlot && float.IsNaN(numeric[column]) ? 1 : 0;
        }

        return count;
    }

    private int CountCategories(int row)
    {
        var count = 0;
        foreach (var slots in _slotsOfCategories)
        {
            count += slots[row] >= 0 ? 1 : 0;
        }

        return count;
    }

    // Looked up once: trainers read the rows several times.
    private static int[][] SlotsOfCategories(FeatureEncoding encoding, FeatureBatch rows)
    {
        var offset = encoding.NumericWidth;
        var result = new int[encoding.Categorical.Count][];
        for (var column = 0; column < result.Length; column++)
        {
            var encodingOfColumn = encoding.Categorical[column];
            var first = offset;
            result[column] = Array.ConvertAll(rows.Categories[column], value => encodingOfColumn.SlotOf(value) is var slot and >= 0 ? first + slot : -1);
            offset += encodingOfColumn.Width;
        }

        return result;
    }

    /// <summary>Fills a vector's values and, unless it is dense, its indices.</summary>
    private ref struct SlotWriter(Span<float> values, Span<int> indices)
    {
        private readonly Span<float> _values = values;
        private readonly Span<int> _indices = indices;
        private int _count;

        public void Write(int slot, float value)
        {
            if (!_indices.IsEmpty)
            {
                _indices[_count] = slot;
            }

            _values[_count++] = value;
        }
    }
}
