using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Evaluation;
using NodaTime;
using Pipeline.Delivery.Definition;
using Duration = Ical.Net.DataTypes.Duration;

namespace Pipeline.Delivery.Approvals.Freezes;

/// <summary>When a stage is closed to promotions: the freezes of its policy, unrolled by RFC 5545's rules in their own time zones.</summary>
public sealed class FreezeCalendar(IReadOnlyList<FreezeSettings> freezes)
{
    // Freezes that touch are one to whoever waits; a calendar that is closed for longer than this is told as such and not searched to its end.
    private const int MostInARow = 100;

    // A rule that never comes true, such as the 30th of February, must end.
    private static readonly EvaluationOptions Limits = new() { MaxUnmatchedIncrementsLimit = 2_000 };

    /// <summary>Finds what is wrong with a rule; null if nothing is.</summary>
    public static string? FaultOf(string rule)
    {
        try
        {
            var parsed = new RecurrenceRule(rule);
            return parsed.Frequency is Ical.Net.FrequencyType.Secondly or Ical.Net.FrequencyType.Minutely or Ical.Net.FrequencyType.Hourly
                ? "comes more often than once a day; a freeze is for days"
                : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            return $"is not a rule of RFC 5545 such as FREQ=MONTHLY;BYMONTHDAY=-1 ({e.Message.Split(" (Parameter")[0]})";
        }
    }

    /// <summary>True if the IANA database has the zone.</summary>
    public static bool HasTimeZone(string name) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) is not null;

    /// <summary>The freeze that holds at this instant, to the end of those that follow on it without a gap.</summary>
    /// <returns>Null if the stage is open.</returns>
    public Freeze? At(DateTimeOffset instant)
    {
        var holding = Holding(instant);
        if (holding is null)
        {
            return null;
        }

        var (names, until) = (new List<string> { holding.Name }, holding.Until);
        for (var i = 0; i < MostInARow && Holding(until) is { } next; i++)
        {
            until = next.Until;
            if (!names.Contains(next.Name))
            {
                names.Add(next.Name);
            }
        }

        return holding with { Name = string.Join(", then ", names), Until = until };
    }

    /// <summary>The next freeze that begins after this instant; null if none does within ten years.</summary>
    public Freeze? NextAfter(DateTimeOffset instant) =>
        freezes.SelectMany(freeze => Occurrences(freeze, instant).Where(found => found.From > instant).Take(1)).MinBy(found => found.From);

    private Freeze? Holding(DateTimeOffset instant) =>
        freezes.SelectMany(freeze => Occurrences(freeze, instant).TakeWhile(found => found.From <= instant).Where(found => instant < found.Until)).MaxBy(found => found.Until);

    private static IEnumerable<Freeze> Occurrences(FreezeSettings freeze, DateTimeOffset instant)
    {
        var calendarEvent = new CalendarEvent
        {
            Start = new CalDateTime(freeze.Start, freeze.TimeZone),
            Duration = Duration.FromTimeSpanExact(freeze.Lasts),
        };
        if (freeze.Rule is { } rule)
        {
            calendarEvent.RecurrenceRule = new RecurrenceRule(rule);
        }

        // One that began earlier may hold still.
        var from = new CalDateTime((instant - freeze.Lasts).UtcDateTime.AddMinutes(-1));
        var end = instant.UtcDateTime.AddYears(10);
        using var occurrences = calendarEvent.GetOccurrences(from, Limits).GetEnumerator();
        while (TryMoveNext(occurrences))
        {
            var begins = Instant(occurrences.Current.Period.StartTime);
            if (begins.UtcDateTime >= end)
            {
                yield break;
            }

            yield return new Freeze(freeze.Name, begins, begins + freeze.Lasts, freeze.TimeZone);
        }
    }

    private static bool TryMoveNext(IEnumerator<Occurrence> occurrences)
    {
        try
        {
            return occurrences.MoveNext();
        }
        catch (EvaluationLimitExceededException)
        {
            // It does not come again, as far as one looks.
            return false;
        }
    }

    private static DateTimeOffset Instant(CalDateTime time) => new(DateTime.SpecifyKind(time.AsUtc, DateTimeKind.Utc));
}
