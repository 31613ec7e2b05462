using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.OpenInference;

/// <summary>The latest few templates of a model's binary requests. Thread-safe: each place is one reference, and whoever reads one has all of it.</summary>
internal sealed class RequestTemplates
{
    // A longer one is parsed every time; with so many tensors that is not what takes the time.
    private const int MaxJsonLength = 8_192;

    // A power of two. A template's place follows from its length: clients that ask for other numbers of rows mostly differ in it.
    private const int Places = 16;

    private readonly RequestTemplate?[] _places = new RequestTemplate?[Places];

    public RequestTemplate? Find(ReadOnlySpan<byte> json, ReadOnlySpan<byte> binary) =>
        Volatile.Read(ref _places[json.Length & (Places - 1)]) is { } template && template.Matches(json, binary) ? template : null;

    public void Keep(ReadOnlySpan<byte> json, Exchange exchange, Range idPlace)
    {
        if (json.Length <= MaxJsonLength)
        {
            Volatile.Write(ref _places[json.Length & (Places - 1)], new RequestTemplate(json, exchange, idPlace));
        }
    }
}
