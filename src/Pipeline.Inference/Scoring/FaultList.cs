namespace Pipeline.Inference.Scoring;

/// <summary>The faults of a request: all are counted, the first <see cref="MaxReported"/> are kept, so that a hostile request gets a bounded answer.</summary>
public sealed class FaultList
{
    public const int MaxReported = 100;

    private const int MaxTextLength = 80;

    private readonly List<RequestFault> _reported = [];

    public int Count { get; private set; }

    public IReadOnlyList<RequestFault> Reported => _reported;

    public void Add(int? row, string? field, string expected, string got)
    {
        Count++;
        if (_reported.Count < MaxReported)
        {
            _reported.Add(new RequestFault(row, field is null ? null : Shorten(field), expected, Shorten(got)));
        }
    }

    public void Clear()
    {
        Count = 0;
        _reported.Clear();
    }

    private static string Shorten(string text) => text.Length <= MaxTextLength ? text : $"{text.AsSpan(0, MaxTextLength)}…";
}
