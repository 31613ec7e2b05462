using System.Buffers;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.OpenInference;

/// <summary>
/// The JSON of a request whose tensors were all binary, and what it said. Clients send the same JSON again and again, but for the id; then it needs no parsing. Immutable.
/// </summary>
internal sealed class RequestTemplate
{
    // What an id may hold for the JSON to stay the same JSON around it: no quotes, no escapes, nothing but ASCII.
    private static readonly SearchValues<byte> PlainId = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (byte)c).Where(c => c is not ((byte)'"' or (byte)'\\'))]);

    private readonly byte[] _beforeId;
    private readonly byte[] _afterId;
    private readonly BinaryInput[] _inputs;
    private readonly Column[] _absent;
    private readonly RequestedOutput[] _outputs;
    private readonly int _rows;
    private readonly int _binaryLength;

    /// <param name="json">The request's JSON, without faults.</param>
    /// <param name="exchange">What was read of it.</param>
    /// <param name="idPlace">Where it has its id's characters.</param>
    public RequestTemplate(ReadOnlySpan<byte> json, Exchange exchange, Range idPlace)
    {
        var state = exchange.Infer;
        HasId = state.HasId;
        _beforeId = HasId ? json[..idPlace.Start].ToArray() : json.ToArray();
        _afterId = HasId ? json[idPlace.End..].ToArray() : [];
        _inputs = [.. state.BinaryInputs];
        _absent = [.. exchange.Model.Columns.Columns.Where(column => _inputs.All(input => input.Column != column))];
        _outputs = [.. state.Outputs];
        _rows = exchange.Rows.Count;
        _binaryLength = _inputs.Sum(input => input.Size);
    }

    private bool HasId { get; }

    /// <summary>Whether a request says the same.</summary>
    public bool Matches(ReadOnlySpan<byte> json, ReadOnlySpan<byte> binary)
    {
        if (binary.Length != _binaryLength || !json.StartsWith(_beforeId))
        {
            return false;
        }

        return HasId
            ? json.Length >= _beforeId.Length + _afterId.Length && json.EndsWith(_afterId) && !IdOf(json).ContainsAnyExcept(PlainId)
            : json.Length == _beforeId.Length;
    }

    /// <summary>Reads the tensors of a request that matches.</summary>
    public void Read(Exchange exchange, ReadOnlySpan<byte> json, ReadOnlySpan<byte> binary)
    {
        if (HasId)
        {
            exchange.Infer.SetId(IdOf(json));
        }

        exchange.Infer.Outputs.AddRange(_outputs);
        exchange.Rows.AddRows(_rows);
        foreach (var input in _inputs)
        {
            BinaryTensor.Read(exchange, input, _rows, binary[..input.Size]);
            binary = binary[input.Size..];
        }

        foreach (var column in _absent)
        {
            ColumnFill.Missing(exchange.Rows, column);
        }
    }

    private ReadOnlySpan<byte> IdOf(ReadOnlySpan<byte> json) => json[_beforeId.Length..^_afterId.Length];
}
