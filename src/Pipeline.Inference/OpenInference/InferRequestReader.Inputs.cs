using System.Text;
using System.Text.Json;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.OpenInference;

// The request's input tensors.
internal ref partial struct InferRequestReader
{
    private const string ExpectedShape = "shape [N] or [N,1]";

    private const int MaxShapeTold = 100;

    private void ReadInputs(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            _faults.Add(null, "inputs", "an array of tensors", JsonKinds.NameOf(reader.TokenType));
            reader.Skip();
            return;
        }

        while (!HasTooManyRows && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                ReadInput(ref reader);
            }
            else
            {
                _faults.Add(null, $"inputs[{_inputCount}]", "a tensor as an object", JsonKinds.NameOf(reader.TokenType));
                reader.Skip();
            }

            _inputCount++;
        }
    }

    private void ReadInput(ref Utf8JsonReader reader)
    {
        var head = new TensorHead();
        while (!HasTooManyRows && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var property = TensorPropertyOf(ref reader);
            reader.Read();
            if ((head.Seen & property) != 0)
            {
                _faults.Add(null, NameOf(head), "each property once", $"{property.ToString().ToLowerInvariant()} again");
                reader.Skip();
            }
            else
            {
                head.Seen |= property;
                ReadInputProperty(ref reader, property, ref head);
            }
        }

        if (!HasTooManyRows)
        {
            Complete(ref head);
        }
    }

    private static TensorProperties TensorPropertyOf(ref readonly Utf8JsonReader reader) =>
        JsonText.Is(in reader, "name"u8) ? TensorProperties.Name
        : JsonText.Is(in reader, "shape"u8) ? TensorProperties.Shape
        : JsonText.Is(in reader, "datatype"u8) ? TensorProperties.Datatype
        : JsonText.Is(in reader, "data"u8) ? TensorProperties.Data
        : JsonText.Is(in reader, "parameters"u8) ? TensorProperties.Parameters
        : TensorProperties.None;

    private void ReadInputProperty(ref Utf8JsonReader reader, TensorProperties property, ref TensorHead head)
    {
        switch (property)
        {
            case TensorProperties.Name:
                ReadName(ref reader, ref head);
                break;
            case TensorProperties.Shape:
                ReadShape(ref reader, ref head);
                break;
            case TensorProperties.Datatype:
                ReadDatatype(ref reader, ref head);
                break;
            case TensorProperties.Data when reader.TokenType != JsonTokenType.Null:
                ReadData(ref reader, ref head);
                break;
            case TensorProperties.Parameters when reader.TokenType != JsonTokenType.Null:
                ReadParameters(ref reader, ref head);
                break;
            default:
                reader.Skip();
                break;
        }
    }

    private void ReadName(ref Utf8JsonReader reader, ref TensorHead head)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            _faults.Add(null, NameOf(head), "name as a string", JsonKinds.NameOf(reader.TokenType));
            reader.Skip();
            return;
        }

        var column = Find(ref reader);
        if (column is null)
        {
            _faults.Add(null, JsonText.Of(ref reader), _columns.KnownNames, "an unknown tensor");
        }
        else if (_exchange.SeenInRow[column.Index] >= 0)
        {
            _faults.Add(null, column.Name, "the tensor once", "the tensor again");
        }
        else
        {
            _exchange.SeenInRow[column.Index] = 0;
            _expectedIndex = column.Index + 1;
            head.Column = column;
        }
    }

    private readonly Column? Find(ref Utf8JsonReader reader)
    {
        try
        {
            return _columns.Find(ref reader, _expectedIndex);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private readonly void ReadShape(ref Utf8JsonReader reader, ref TensorHead head)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            _faults.Add(null, NameOf(head), ExpectedShape, JsonKinds.NameOf(reader.TokenType));
            reader.Skip();
            return;
        }

        var start = (int)reader.TokenStartIndex;
        long rows = 0;
        var rank = 0;
        var isShape = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            long size = -1;
            isShape &= reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out size) && (rank == 0 ? size >= 0 : size == 1);
            rows = rank++ == 0 ? size : rows;
            reader.Skip();
        }

        if (!isShape || rank is not (1 or 2))
        {
            _faults.Add(null, NameOf(head), ExpectedShape, Encoding.UTF8.GetString(_json[start..Math.Min((int)reader.BytesConsumed, start + MaxShapeTold)]));
        }
        else if (rows == 0)
        {
            _faults.Add(null, NameOf(head), "at least one row", "shape [0]");
        }
        else if (rows > _maxRows)
        {
            _faults.Add(null, NameOf(head), $"at most {_maxRows} rows", $"shape [{rows}]");
            _exchange.Refuse(StatusCodes.Status413PayloadTooLarge);
        }
        else
        {
            head.Rows = (int)rows;
        }
    }

    private readonly void ReadDatatype(ref Utf8JsonReader reader, ref TensorHead head)
    {
        head.Datatype = reader.TokenType == JsonTokenType.String ? Datatypes.Parse(ref reader) : Datatype.Unknown;
        if (head.Datatype == Datatype.Unknown)
        {
            _faults.Add(null, NameOf(head), "a datatype of the protocol, such as FP32 or BYTES", reader.TokenType == JsonTokenType.String ? JsonText.Of(ref reader) : JsonKinds.NameOf(reader.TokenType));
            reader.Skip();
        }
    }

    private readonly void ReadParameters(ref Utf8JsonReader reader, ref TensorHead head)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            _faults.Add(null, NameOf(head), "parameters as an object", JsonKinds.NameOf(reader.TokenType));
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isSize = JsonText.Is(ref reader, "binary_data_size"u8);
            head.IsInSharedMemory |= JsonText.Is(ref reader, "shared_memory_region"u8);
            reader.Read();
            if (isSize && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var size) && size >= 0)
            {
                head.BinarySize = size;
            }
            else if (isSize)
            {
                _faults.Add(null, NameOf(head), "binary_data_size as a number of bytes", reader.TokenType == JsonTokenType.Number ? Encoding.ASCII.GetString(reader.ValueSpan) : JsonKinds.NameOf(reader.TokenType));
                head.BinarySize = 0;
                reader.Skip();
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadData(ref Utf8JsonReader reader, ref TensorHead head)
    {
        head.HasData = true;
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            _faults.Add(null, NameOf(head), "data as an array", JsonKinds.NameOf(reader.TokenType));
            reader.Skip();
        }
        else if (head.IsComplete)
        {
            ReadElements(ref reader, head);
        }
        else
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            head.Postponed = start..(int)reader.BytesConsumed;
        }
    }

    private void Complete(ref TensorHead head)
    {
        NoteAbsent(head, TensorProperties.Name);
        NoteAbsent(head, TensorProperties.Shape);
        NoteAbsent(head, TensorProperties.Datatype);
        if (head.BinarySize is { } size)
        {
            ReadBinary(head, size);
        }
        else if (!head.HasData)
        {
            _faults.Add(null, NameOf(head), "data or binary_data_size", head.IsInSharedMemory ? "shared memory, which this service does not read" : "neither");
        }
        else if (head is { Postponed: { } place, IsComplete: true })
        {
            var reader = new Utf8JsonReader(_json[place], Strict);
            reader.Read();
            ReadElements(ref reader, head);
        }
    }

    private readonly void NoteAbsent(in TensorHead head, TensorProperties property)
    {
        if ((head.Seen & property) == 0)
        {
            _faults.Add(null, NameOf(head), $"a tensor with a {property.ToString().ToLowerInvariant()}", "none");
        }
    }

    private readonly string NameOf(in TensorHead head) => head.Column?.Name ?? $"inputs[{_inputCount}]";
}
