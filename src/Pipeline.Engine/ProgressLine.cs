using System.Globalization;

namespace Pipeline.Engine;

/// <summary>
/// Shows how far a piece of work is and the time left, judged from the share done so far. Redrawn at most five times a second on a terminal; elsewhere a plain line
/// every ten seconds, so that a log stays readable. Thread-safe.
/// </summary>
public sealed class ProgressLine : IDisposable
{
    private static readonly TimeSpan RedrawInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private readonly RunLog _log;
    private readonly string _what;
    private readonly long _start;
    private readonly Lock _gate = new();
    private long _lastShown;
    private bool _drawn;

    internal ProgressLine(RunLog log, string what)
    {
        _log = log;
        _what = what;
        _start = log.Clock.GetTimestamp();
        _lastShown = _start;
    }

    /// <param name="share">Done so far, 0 to 1.</param>
    /// <param name="detail">What is going on right now.</param>
    public void Report(double share, string detail)
    {
        lock (_gate)
        {
            if (_log.Clock.GetElapsedTime(_lastShown) < (_log.IsInteractive ? RedrawInterval : LogInterval))
            {
                return;
            }

            _lastShown = _log.Clock.GetTimestamp();
            var line = $"{_what}: {(share * 100).ToString("0", CultureInfo.InvariantCulture)} %{TimeLeft(share)}, {detail}";
            if (_log.IsInteractive)
            {
                _drawn = true;
                _log.Redraw(line);
            }
            else
            {
                _log.Info(line);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_drawn)
            {
                _log.Redraw(string.Empty);
                _drawn = false;
            }
        }
    }

    private string TimeLeft(double share)
    {
        // Below a twentieth the estimate jumps too much to help.
        if (share is < 0.05 or >= 1)
        {
            return string.Empty;
        }

        var left = _log.Clock.GetElapsedTime(_start) * ((1 - share) / share);
        return $", {Math.Ceiling(left.TotalSeconds).ToString("0", CultureInfo.InvariantCulture)} s left";
    }
}
