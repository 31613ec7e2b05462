using System.Collections.Concurrent;

namespace Pipeline.Benchmarks.Hostile;

/// <summary>How the service took hostile requests. Thread-safe.</summary>
public sealed class HostileReport
{
    private const int MaxFaultsKept = 20;
    private const int BytesShown = 400;

    private readonly ConcurrentDictionary<(string Kind, int Status), int> _answers = new();
    private readonly ConcurrentQueue<string> _faults = new();
    private int _faultCount;

    /// <summary>Answers by kind of request and status; status 0 is a connection that the server closed without an answer.</summary>
    public IReadOnlyDictionary<(string Kind, int Status), int> Answers => _answers;

    public int FaultCount => _faultCount;

    /// <summary>The first of what must not happen: a 5xx other than 503 and 504 (505, with which the server answers what names another version of HTTP, as random bytes may, too), no answer in time, a service that takes no connections.</summary>
    public IEnumerable<string> Faults => _faults;

    internal void Note(HostileRequest request, int status)
    {
        _answers.AddOrUpdate((request.Kind, status), 1, (_, count) => count + 1);
        if (status is >= 500 and not (503 or 504 or 505))
        {
            Fault(request, $"was answered {status}");
        }
    }

    internal void Fault(HostileRequest request, string what)
    {
        if (Interlocked.Increment(ref _faultCount) <= MaxFaultsKept)
        {
            var shown = System.Text.Encoding.Latin1.GetString(request.Bytes.AsSpan(0, Math.Min(BytesShown, request.Bytes.Length)));
            _faults.Enqueue($"{request.Kind} {what}: {string.Concat(shown.Select(character => char.IsBetween(character, ' ', '~') ? character.ToString() : $"\\x{(int)character:x2}"))}");
        }
    }
}
