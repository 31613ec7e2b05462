using System.Diagnostics;
using System.Globalization;

namespace Pipeline.Benchmarks.Load;

/// <summary>Times of answers of one kind. Not thread-safe: each connection has its own, merged at the end.</summary>
internal sealed class Latencies
{
    private readonly List<float> _milliseconds = [];

    public int Count => _milliseconds.Count;

    public void AddSince(long timestamp) => _milliseconds.Add((float)Stopwatch.GetElapsedTime(timestamp).TotalMilliseconds);

    public void Add(Latencies other) => _milliseconds.AddRange(other._milliseconds);

    /// <summary>The value that the share of all does not exceed, in milliseconds; "nan" if there is none.</summary>
    /// <param name="share">From 0 to 1.</param>
    public string Percentile(double share)
    {
        if (_milliseconds.Count == 0)
        {
            return "nan";
        }

        _milliseconds.Sort();
        return _milliseconds[Math.Min((int)(share * _milliseconds.Count), _milliseconds.Count - 1)].ToString("F2", CultureInfo.InvariantCulture);
    }
}
