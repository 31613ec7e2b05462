using System.Text.Json;
using Pipeline.Inference.Scoring;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.OpenInference;

// The elements of a tensor whose properties are known.
internal ref partial struct InferRequestReader
{
    private void ReadElements(ref Utf8JsonReader reader, in TensorHead head)
    {
        var (column, rows) = (head.Column!, head.Rows!.Value);
        var canRead = Agrees(column, rows, head.Datatype);
        if (canRead && Datatypes.IsBinaryOnly(head.Datatype))
        {
            _faults.Add(null, column.Name, $"{Datatypes.NameOf(head.Datatype)} in binary form", "data in JSON, which has no form for it");
            canRead = false;
        }

        // No memory for rows that the rest of the body cannot hold: an element and its comma take two bytes.
        if (canRead && rows > (_json.Length / 2) + 1)
        {
            _faults.Add(null, column.Name, $"{rows} elements, as its shape says", "fewer");
            canRead = false;
        }

        if (canRead)
        {
            EnsureRows();
            JsonTensor.Read(_exchange, ref reader, column, head.Datatype, rows);
        }
        else
        {
            reader.Skip();
        }
    }

    private void ReadBinary(in TensorHead head, int size)
    {
        var left = _binary.Length - _binaryOffset;
        var start = _binaryOffset;
        _binaryOffset += Math.Min(size, left);
        if (head.HasData)
        {
            _faults.Add(null, NameOf(head), "data or binary_data_size", "both");
        }
        else if (size > left)
        {
            _faults.Add(null, NameOf(head), $"{size} bytes after the JSON, as binary_data_size says", $"{left}");
        }
        else if (head.IsComplete && Agrees(head.Column!, head.Rows!.Value, head.Datatype))
        {
            ReadBinary(new BinaryInput(head.Column!, head.Datatype, size), _binary.Slice(start, size));
        }
    }

    private readonly void ReadBinary(in BinaryInput input, ReadOnlySpan<byte> bytes)
    {
        if (!BinaryTensor.Fits(input.Datatype, _rows, input.Size))
        {
            var expected = input.Datatype == Datatype.Bytes ? $"at least {4L * _rows}" : $"{(long)_rows * Datatypes.SizeOf(input.Datatype)}";
            _faults.Add(null, input.Column.Name, $"{expected} bytes, as its shape says", $"{input.Size}");
            return;
        }

        EnsureRows();
        _state.BinaryInputs.Add(input);
        BinaryTensor.Read(_exchange, input, _rows, bytes);
    }

    private readonly void EnsureRows()
    {
        if (_exchange.Rows.Count == 0)
        {
            _exchange.Rows.AddRows(_rows);
        }
    }

    // The first tensor tells how many rows there are.
    private bool Agrees(Column column, int rows, Datatype type)
    {
        if ((column.Kind == FeatureKind.Categorical) != (type == Datatype.Bytes))
        {
            _faults.Add(null, column.Name, column.Kind == FeatureKind.Numeric ? "a datatype of numbers, such as FP32" : "datatype BYTES", Datatypes.NameOf(type));
            return false;
        }

        if (_firstColumn is null)
        {
            (_firstColumn, _rows) = (column, rows);
        }
        else if (rows != _rows)
        {
            _faults.Add(null, column.Name, $"{_rows} rows, as {_firstColumn.Name} has", $"{rows}");
            return false;
        }

        return true;
    }
}
