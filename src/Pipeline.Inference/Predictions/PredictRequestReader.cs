using System.Text.Json;
using System.Text.Unicode;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.Predictions;

/// <summary>
/// Reads the body of POST /v1/predict: <c>{"rows":[{…}, …]}</c> or one bare row <c>{…}</c>. By hand, straight into the model's columns: a serializer would allocate
/// every row and stop at the first fault. One use.
/// </summary>
public readonly ref struct PredictRequestReader
{
    private const string RowsProperty = "rows";
    private const string ExpectedBody = "{\"rows\":[…]} or one row as an object";

    private readonly Exchange _exchange;
    private readonly FaultList _faults;
    private readonly int _maxRows;
    private readonly int _maxDepth;

    /// <param name="exchange">Takes the rows and the faults.</param>
    /// <param name="maxRows">More rows than this are refused.</param>
    /// <param name="maxDepth">Rows are two levels down; what is nested deeper than this is broken JSON.</param>
    public PredictRequestReader(Exchange exchange, int maxRows, int maxDepth)
    {
        _exchange = exchange;
        _faults = exchange.Faults;
        _maxRows = maxRows;
        _maxDepth = maxDepth;
    }

    public void Read(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            _faults.Add(null, null, ExpectedBody, "an empty body");
        }
        else if (!Utf8.IsValid(body))
        {
            _faults.Add(null, null, "JSON in UTF-8", "bytes that are no UTF-8");
        }
        else if (!new PlainRequestReader(body, _exchange).TryRead(_maxRows))
        {
            ReadJson(body);
        }
    }

    private bool HasTooManyRows => _exchange.RefusedStatus == StatusCodes.Status413PayloadTooLarge;

    /// <summary>Reads any JSON, and notes every fault.</summary>
    internal void ReadJson(ReadOnlySpan<byte> body)
    {
        var rowReader = new RowReader(_exchange);
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = _maxDepth });
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                _faults.Add(null, null, ExpectedBody, JsonKinds.NameOf(reader.TokenType));
                reader.Skip();
            }
            else if (HasRows(reader))
            {
                ReadEnvelope(ref reader, rowReader);
            }
            else
            {
                rowReader.Read(ref reader);
            }

            // Throws if anything follows.
            if (!HasTooManyRows)
            {
                reader.Read();
            }
        }
        catch (JsonException e)
        {
            JsonKinds.NoteBroken(_faults, e);
        }
    }

    // Takes a copy of the reader. "rows" mostly comes first, so that this ends at once. A model may have a column of that name; then an array tells the two apart.
    private bool HasRows(Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isRows = NameOf(ref reader) == RowsProperty;
            reader.Read();
            if (isRows && (reader.TokenType == JsonTokenType.StartArray || !_exchange.Model.Columns.Contains(RowsProperty)))
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private void ReadEnvelope(ref Utf8JsonReader reader, RowReader rowReader)
    {
        var seen = false;
        while (!HasTooManyRows && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (NameOf(ref reader) is var name && name != RowsProperty)
            {
                _faults.Add(null, name, "nothing beside \"rows\"", "a property");
                reader.Read();
                reader.Skip();
            }
            else if (seen)
            {
                _faults.Add(null, RowsProperty, "the property once", "the property again");
                reader.Read();
                reader.Skip();
            }
            else
            {
                seen = true;
                reader.Read();
                ReadRows(ref reader, rowReader);
            }
        }
    }

    private void ReadRows(ref Utf8JsonReader reader, RowReader rowReader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            _faults.Add(null, RowsProperty, "an array of rows", JsonKinds.NameOf(reader.TokenType));
            reader.Skip();
            return;
        }

        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (count++ == _maxRows)
            {
                _faults.Add(null, RowsProperty, $"at most {_maxRows} rows", "more");
                _exchange.Refuse(StatusCodes.Status413PayloadTooLarge);
                return;
            }

            if (reader.TokenType == JsonTokenType.StartObject)
            {
                rowReader.Read(ref reader);
            }
            else
            {
                _faults.Add(count - 1, null, "a row as an object", JsonKinds.NameOf(reader.TokenType));
                reader.Skip();
                _exchange.Rows.AddRow();
            }
        }

        if (count == 0)
        {
            _faults.Add(null, RowsProperty, "at least one row", "an empty array");
        }
    }

    // Null for a name that is no text.
    private static string? NameOf(ref readonly Utf8JsonReader reader) =>
        !JsonText.IsText(in reader) ? null : reader.ValueTextEquals(RowsProperty) ? RowsProperty : reader.GetString();
}
