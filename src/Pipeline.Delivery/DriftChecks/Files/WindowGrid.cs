using System.Globalization;
using Pipeline.Engine;

namespace Pipeline.Delivery.DriftChecks.Files;

/// <summary>
/// Windows of time, one after the other. Where the plan names no end, the last one ends with the day of the last row (UTC; with its hour or minute if windows are no whole days or hours), so that it is a
/// whole one: half a week has other weekdays than a week.
/// </summary>
internal sealed class WindowGrid
{
    private const long MicrosecondsBefore1970 = 719_162L * 24 * 3_600 * 1_000_000;

    private const long MicrosecondsTo9999 = 3_652_059L * 24 * 3_600 * 1_000_000;

    private readonly long _length;
    private long _phase;

    /// <exception cref="PipelineException">The plan's windows cannot be.</exception>
    public WindowGrid(WindowPlan plan)
    {
        _length = (long)plan.Length.TotalMicroseconds;
        if (_length < 1 || plan.Count < 1)
        {
            throw new PipelineException(ExitCode.Usage, string.Create(CultureInfo.InvariantCulture, $"There can be no {plan.Count} windows of {plan.Length}: at least one, and longer than no time."));
        }

        Count = plan.Count;
        End = plan.End is { } end ? CellEnd(end) : null;
        _phase = plan.End is { } fixedEnd ? Floored(Microseconds(fixedEnd), _length).Left : 0;
    }

    /// <summary>Number of windows.</summary>
    public int Count { get; }

    /// <summary>The cell after the last window; null until the rows have told it.</summary>
    public long? End { get; private set; }

    /// <summary>A time as SQL, null unless it is within the years 1 to 9999, which are all that a calendar here knows.</summary>
    /// <param name="time">Microseconds since 1970.</param>
    public static string TimeWithin(string time) => string.Create(CultureInfo.InvariantCulture, $"CASE WHEN {time} BETWEEN {-MicrosecondsBefore1970} AND {MicrosecondsTo9999 - MicrosecondsBefore1970 - 1} THEN {time} END");

    /// <summary><see cref="CellOf"/> as SQL.</summary>
    /// <remarks>A length more and a cell less, so that nothing negative is divided.</remarks>
    public string CellSql(string time) => string.Create(CultureInfo.InvariantCulture, $"({time} + {MicrosecondsBefore1970 - _phase + _length}) // {_length} - 1");

    /// <summary>The cell that a time lies in, in microseconds since 1970.</summary>
    public long CellOf(long time) => Floored(time + MicrosecondsBefore1970 - _phase, _length).Whole;

    /// <summary>The window that a time lies in; negative or at least <see cref="Count"/> if it lies in none.</summary>
    public long IndexOf(long time) => IndexOfCell(CellOf(time));

    public long IndexOfCell(long cell) => cell - (End!.Value - Count);

    /// <summary>Ends the last window after the last row, if the plan has named no end. To be called before any cell is asked for.</summary>
    public void EndAfter(long last)
    {
        if (End is null)
        {
            var end = (Floored(last + MicrosecondsBefore1970, Unit).Whole + 1) * Unit;
            (End, _phase) = Floored(end, _length);
        }
    }

    /// <summary>The first window that begins no earlier than the day (hour, minute) of the first row: those before are not whole. At most the last.</summary>
    public int FirstWhole(long first)
    {
        var begin = Floored(first + MicrosecondsBefore1970, Unit).Whole * Unit;
        return (int)Math.Clamp(IndexOfCell(Floored(begin - _phase + _length - 1, _length).Whole), 0, Count - 1);
    }

    /// <exception cref="PipelineException">The window lies outside of the years 1 to 9999.</exception>
    public (DateTimeOffset From, DateTimeOffset To) BoundsOf(int window)
    {
        var from = (Int128)(End!.Value - Count + window) * _length + _phase;
        return (At(from), At(from + _length));
    }

    private long Unit => new[] { TimeSpan.MicrosecondsPerDay, TimeSpan.MicrosecondsPerHour, TimeSpan.MicrosecondsPerMinute }.FirstOrDefault(unit => _length % unit == 0, _length);

    private DateTimeOffset At(Int128 microseconds) => microseconds >= 0 && microseconds < MicrosecondsTo9999
        ? new DateTimeOffset((long)microseconds * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero)
        : throw new PipelineException(ExitCode.Usage, string.Create(CultureInfo.InvariantCulture, $"{Count} windows of {TimeSpan.FromMicroseconds(_length)} reach beyond the years 1 to 9999; ask for fewer or shorter ones."));

    private long CellEnd(DateTimeOffset end) => Floored(Microseconds(end), _length).Whole;

    private static long Microseconds(DateTimeOffset time) => time.UtcTicks / TimeSpan.TicksPerMicrosecond;

    private static (long Whole, long Left) Floored(long number, long divisor)
    {
        var (whole, left) = Math.DivRem(number, divisor);
        return left < 0 ? (whole - 1, left + divisor) : (whole, left);
    }
}
