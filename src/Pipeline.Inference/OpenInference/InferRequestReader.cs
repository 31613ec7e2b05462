using System.Text.Json;
using System.Text.Unicode;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.Scoring;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.OpenInference;

/// <summary>
/// Reads the JSON of an inference request, and the binary tensors behind it, straight into the model's columns. Properties may have any order: elements that come before
/// what tells how to read them are passed over and read when the tensor ends, each at most twice. One use.
/// </summary>
internal ref partial struct InferRequestReader
{
    private const string ExpectedBody = "{\"inputs\":[…]}";

    private readonly Exchange _exchange;
    private readonly FaultList _faults;
    private readonly ColumnIndex _columns;
    private readonly InferState _state;
    private readonly OpenInferenceModel _model;
    private readonly ReadOnlySpan<byte> _json;
    private readonly ReadOnlySpan<byte> _binary;
    private readonly InferenceOptions _options;
    private readonly int _maxRows;
    private RequestProperties _seen;
    private bool _isBinaryByDefault;
    private int _rows;
    private Column? _firstColumn;
    private int _expectedIndex;
    private int _inputCount;
    private int _binaryOffset;

    /// <param name="exchange">Takes the rows and the faults.</param>
    /// <param name="options">More rows than they say are refused; elements are at most five levels down, and what is nested deeper than they say is broken JSON.</param>
    /// <param name="json">The body's first part.</param>
    /// <param name="binary">The rest.</param>
    public InferRequestReader(Exchange exchange, InferenceOptions options, ReadOnlySpan<byte> json, ReadOnlySpan<byte> binary)
    {
        _exchange = exchange;
        _faults = exchange.Faults;
        _columns = exchange.Model.Columns;
        _state = exchange.Infer;
        _json = json;
        _binary = binary;
        _options = options;
        _model = exchange.Model.OpenInference;
        _maxRows = exchange.Model.MaxRowsOf(options.MaxRows);
    }

    private readonly JsonReaderOptions Strict => new() { MaxDepth = _options.MaxJsonDepth };

    /// <summary>How many rows each tensor has.</summary>
    public readonly int Rows => _rows;

    /// <summary>Whether all tensors were binary.</summary>
    public readonly bool IsAllBinary => _state.BinaryInputs.Count == _inputCount;

    /// <summary>Where the JSON has the characters of the request's id; empty without one.</summary>
    public Range IdPlace { get; private set; }

    private readonly bool HasTooManyRows => _exchange.RefusedStatus == StatusCodes.Status413PayloadTooLarge;

    public void Read()
    {
        _exchange.SeenInRow.AsSpan().Fill(-1);
        if (!Utf8.IsValid(_json))
        {
            _faults.Add(null, null, "JSON in UTF-8", "bytes that are no UTF-8");
            return;
        }

        try
        {
            ReadRoot();
        }
        catch (JsonException e)
        {
            _faults.Add(null, null, "valid JSON", $"broken JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine}: {e.Message.Split(" LineNumber:")[0]}");
            return;
        }

        if (!HasTooManyRows)
        {
            Complete();
        }
    }

    private void ReadRoot()
    {
        var reader = new Utf8JsonReader(_json, Strict);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            _faults.Add(null, null, ExpectedBody, JsonKinds.NameOf(reader.TokenType));
            reader.Skip();
        }

        while (!HasTooManyRows && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadProperty(ref reader);
        }

        // Throws if anything follows.
        if (!HasTooManyRows)
        {
            reader.Read();
        }
    }

    // Properties that the protocol doesn't know are passed over: KServe's client sends its model_name.
    private void ReadProperty(ref Utf8JsonReader reader)
    {
        var property = PropertyOf(ref reader);
        reader.Read();
        if (property != RequestProperties.None && (_seen & property) != 0)
        {
            _faults.Add(null, null, "each property once", $"{property.ToString().ToLowerInvariant()} again");
            reader.Skip();
            return;
        }

        _seen |= property;
        switch (property)
        {
            case RequestProperties.Inputs:
                ReadInputs(ref reader);
                break;
            case RequestProperties.Id when reader.TokenType != JsonTokenType.Null:
                ReadId(ref reader);
                break;
            case RequestProperties.Outputs when reader.TokenType != JsonTokenType.Null:
                ReadOutputs(ref reader);
                break;
            case RequestProperties.Parameters when reader.TokenType != JsonTokenType.Null:
                _isBinaryByDefault = ReadFlag(ref reader, "parameters", "binary_data_output"u8) ?? false;
                break;
            default:
                reader.Skip();
                break;
        }
    }

    private static RequestProperties PropertyOf(ref readonly Utf8JsonReader reader) =>
        JsonText.Is(in reader, "inputs"u8) ? RequestProperties.Inputs
        : JsonText.Is(in reader, "id"u8) ? RequestProperties.Id
        : JsonText.Is(in reader, "outputs"u8) ? RequestProperties.Outputs
        : JsonText.Is(in reader, "parameters"u8) ? RequestProperties.Parameters
        : RequestProperties.None;

    private void ReadId(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            _faults.Add(null, null, "id as a string", JsonKinds.NameOf(reader.TokenType));
            reader.Skip();
            return;
        }

        var start = (int)reader.TokenStartIndex + 1;
        IdPlace = start..(start + reader.ValueSpan.Length);
        _state.SetId(reader.ValueSpan);
    }

    private readonly void ReadOutputs(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            _faults.Add(null, "outputs", "an array of tensors", JsonKinds.NameOf(reader.TokenType));
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                ReadOutput(ref reader);
            }
            else
            {
                _faults.Add(null, "outputs", "a tensor as an object", JsonKinds.NameOf(reader.TokenType));
                reader.Skip();
            }
        }
    }

    private readonly void ReadOutput(ref Utf8JsonReader reader)
    {
        OutputTensor? tensor = null;
        bool? isBinary = null;
        var seen = TensorProperties.None;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var property = JsonText.Is(ref reader, "name"u8) ? TensorProperties.Name : JsonText.Is(ref reader, "parameters"u8) ? TensorProperties.Parameters : TensorProperties.None;
            reader.Read();
            if ((seen & property) != 0)
            {
                _faults.Add(null, "outputs", "each property once", $"{property.ToString().ToLowerInvariant()} again");
            }

            seen |= property;
            if (property == TensorProperties.Name && reader.TokenType == JsonTokenType.String)
            {
                tensor = OutputOf(ref reader);
            }
            else if (property == TensorProperties.Parameters && reader.TokenType != JsonTokenType.Null)
            {
                isBinary = ReadFlag(ref reader, "outputs", "binary_data"u8);
            }
            else if (property == TensorProperties.Name)
            {
                _faults.Add(null, "outputs", "name as a string", JsonKinds.NameOf(reader.TokenType));
                reader.Skip();
            }
            else
            {
                reader.Skip();
            }
        }

        if ((seen & TensorProperties.Name) == 0)
        {
            _faults.Add(null, "outputs", "a tensor's name", "nothing");
        }
        else if (tensor is { } known)
        {
            _state.Request(known, isBinary, _model, _faults);
        }
    }

    private readonly OutputTensor? OutputOf(ref Utf8JsonReader reader)
    {
        if (JsonText.Is(ref reader, _model.Utf8Numbers))
        {
            return OutputTensor.Numbers;
        }

        if (_model.Outputs.Count > 1 && JsonText.Is(ref reader, "label"u8))
        {
            return OutputTensor.Label;
        }

        _faults.Add(null, "outputs", _model.OutputNames, JsonText.Of(ref reader));
        return null;
    }

    // Parameters that mean nothing here are no fault; those that ask for another kind of answer than they would get are.
    private readonly bool? ReadFlag(ref Utf8JsonReader reader, string field, ReadOnlySpan<byte> name)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            _faults.Add(null, field, "parameters as an object", JsonKinds.NameOf(reader.TokenType));
            reader.Skip();
            return null;
        }

        bool? flag = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isFlag = JsonText.Is(ref reader, name);
            if (field == "outputs" && (JsonText.Is(ref reader, "classification"u8) || JsonText.Is(ref reader, "shared_memory_region"u8)))
            {
                _faults.Add(null, field, "binary_data or no parameter", JsonText.Of(ref reader));
            }

            reader.Read();
            if (isFlag && reader.TokenType is JsonTokenType.True or JsonTokenType.False)
            {
                flag = reader.TokenType == JsonTokenType.True;
            }
            else if (isFlag)
            {
                _faults.Add(null, field, $"{System.Text.Encoding.ASCII.GetString(name)} as a boolean", JsonKinds.NameOf(reader.TokenType));
                reader.Skip();
            }
            else
            {
                reader.Skip();
            }
        }

        return flag;
    }

    private readonly void Complete()
    {
        if ((_seen & RequestProperties.Inputs) == 0)
        {
            _faults.Add(null, "inputs", "an array of tensors", "nothing");
            return;
        }

        if (_binaryOffset < _binary.Length && _faults.Count == 0)
        {
            _faults.Add(null, "inputs", $"{_binaryOffset} bytes of binary tensors", $"{_binary.Length}");
        }

        _state.ResolveOutputs(_isBinaryByDefault, _model);
        FillAbsent();
    }

    // A tensor that is not there says that all its values are missing.
    private readonly void FillAbsent()
    {
        foreach (var column in _columns.Columns)
        {
            if (_exchange.SeenInRow[column.Index] >= 0)
            {
                continue;
            }

            if (!column.AllowsMissing)
            {
                _faults.Add(null, column.Name, $"an input tensor of {(column.Kind == FeatureKind.Numeric ? "FP32" : "BYTES")}", "none");
            }
            else if (_faults.Count == 0)
            {
                ColumnFill.Missing(_exchange.Rows, column);
            }
        }

        if (_inputCount == 0 && _faults.Count == 0)
        {
            _faults.Add(null, "inputs", "at least one tensor", "an empty array");
        }
    }
}
