using Microsoft.ML;
using Microsoft.ML.Data;

namespace Pipeline.OnnxExport;

/// <summary>Reads <see cref="EncodedRows"/> from the first row to the last.</summary>
internal sealed class EncodedRowCursor(EncodedRows rows, int[] activeColumns) : DataViewRowCursor
{
    private int _position = -1;
    private bool _isDone;

    public override long Position => _position;

    public override long Batch => 0;

    public override DataViewSchema Schema => rows.Schema;

    public override bool MoveNext()
    {
        if (_isDone || _position + 1 >= rows.RowCount)
        {
            _isDone = true;
            _position = -1;
            return false;
        }

        _position++;
        return true;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => activeColumns.Contains(column.Index);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
        {
            throw new ArgumentOutOfRangeException(nameof(column), column.Name, "The column was not asked for.");
        }

        if (column.Type.RawType != typeof(TValue))
        {
            throw new InvalidOperationException($"Column '{column.Name}' holds {column.Type}, not {typeof(TValue)}.");
        }

        Delegate getter = column.Index switch
        {
            EncodedRows.LabelIndex => rows.LabelGetter(() => _position),
            EncodedRows.FeaturesIndex => new ValueGetter<VBuffer<float>>(GetFeatures),
            _ => new ValueGetter<float>(GetWeight),
        };
        return (ValueGetter<TValue>)getter;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

    private void GetWeight(ref float value) => value = rows.WeightAt(_position);

    private void GetFeatures(ref VBuffer<float> value) => rows.FeaturesAt(_position, ref value);
}
