namespace Pipeline.Delivery.DriftChecks.Counters;

/// <summary>
/// All scrapes of one replica and one version, cut into the lives of its processes: a new one begins where the process tells another start, or where the rows counted have
/// fallen. Pure arithmetic. Times in milliseconds since 1970.
/// </summary>
public sealed class ReplicaTimeline
{
    // A process tells its start as a constant; this is for who rounds it otherwise on the way.
    private const double StartToleranceSeconds = 0.01;

    private readonly List<ScrapedTotal> _scrapes;

    // Index of each life's first scrape.
    private readonly List<int> _lives = [];

    /// <param name="scrapes">In order of time, none twice; at least one.</param>
    public ReplicaTimeline(IReadOnlyList<ScrapedTotal> scrapes)
    {
        _scrapes = [.. scrapes];
        TellsStart = scrapes.Any(scrape => scrape.ProcessStart is not null);
        double? start = null;
        for (var i = 0; i < _scrapes.Count; i++)
        {
            var scrape = _scrapes[i];
            if (i == 0 || scrape.Rows < _scrapes[i - 1].Rows || Math.Abs((scrape.ProcessStart ?? start ?? 0) - (start ?? scrape.ProcessStart ?? 0)) > StartToleranceSeconds)
            {
                _lives.Add(i);
            }

            start = scrape.ProcessStart ?? start;
        }
    }

    /// <summary>Whether the process tells when it started. If not, a restart shows only if a counter has fallen.</summary>
    public bool TellsStart { get; }

    /// <summary>The usual time between two scrapes; null if there are fewer than three.</summary>
    public long? Interval => _scrapes.Count < 3 ? null : _scrapes.Zip(_scrapes.Skip(1), (a, b) => b.Time - a.Time).Order().ElementAt((_scrapes.Count - 1) / 2);

    /// <summary>The lives that were read in a window, oldest first; none if it was not read in there.</summary>
    /// <param name="from">Start; a scrape at that very moment is the one to count from.</param>
    /// <param name="to">End; a scrape at that very moment belongs to the window, and the next one counts from it, so that windows side by side count each row once.</param>
    /// <param name="lookback">How long before the window the timeline begins: an older process without a scrape in there was not read all that time.</param>
    public IReadOnlyList<CounterSpan> SpansIn(long from, long to, long lookback)
    {
        var spans = new List<CounterSpan>();
        for (var life = 0; life < _lives.Count; life++)
        {
            var (first, next) = (_lives[life], life + 1 < _lives.Count ? _lives[life + 1] : _scrapes.Count);
            var end = LastAt(to, first, next);
            if (end >= first && _scrapes[end].Time > from)
            {
                spans.Add(SpanOf(first, LastAt(from, first, next), end, life == 0, from - lookback));
            }
        }

        return spans;
    }

    /// <summary>Times without a scrape within a window, longer than so many intervals and a minute; the last may last until the window's end.</summary>
    public IReadOnlyList<(long From, long To)> GapsIn(long from, long to, double intervals)
    {
        var least = Math.Max(60_000, (Interval ?? 0) * intervals);
        var times = _scrapes.Where(scrape => scrape.Time <= to).Select(scrape => scrape.Time).Append(to).ToList();
        return [.. times.Zip(times.Skip(1)).Where(pair => pair.Second > from && pair.Second - pair.First > least)];
    }

    /// <summary>Rows counted in a window.</summary>
    public long RowsIn(long from, long to, long lookback) => SpansIn(from, to, lookback).Sum(span => At(span.End).Rows - (span.Start is { } start ? At(start).Rows : 0));

    private CounterSpan SpanOf(int first, int before, int end, bool isOldestLife, long oldestScrape)
    {
        if (before >= first)
        {
            return new CounterSpan(_scrapes[before].Time, _scrapes[end].Time, IsCutOff: false);
        }

        // No scrape before the window: if it began since the one before, or so long before that it would have been read, it counted from 0 in here.
        var isCutOff = isOldestLife && _scrapes[first].ProcessStart * 1000 < oldestScrape;
        return new CounterSpan(isCutOff ? _scrapes[first].Time : null, _scrapes[end].Time, isCutOff);
    }

    private ScrapedTotal At(long time) => _scrapes[LastAt(time, 0, _scrapes.Count)];

    // Index of the last scrape at or before a time within [first, next); less than first if there is none.
    private int LastAt(long time, int first, int next)
    {
        var (low, high) = (first, next);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_scrapes[middle].Time <= time)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }
}
