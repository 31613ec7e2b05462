using System.Globalization;
using System.Text.RegularExpressions;

namespace Pipeline.Delivery.Definition;

/// <summary>Durations as people and Prometheus write them: a whole number of minutes, hours, days or weeks.</summary>
public static partial class DurationText
{
    /// <summary>For messages.</summary>
    public const string Form = "a duration such as 30m, 24h, 7d or 2w, from a minute to 52 weeks";

    private static readonly TimeSpan Longest = TimeSpan.FromDays(364);

    /// <summary>Reads a duration.</summary>
    /// <returns>False if it is none.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var match = FormOf().Match(text);
        if (!match.Success)
        {
            return false;
        }

        var unit = match.Groups[2].Value switch { "m" => TimeSpan.FromMinutes(1), "h" => TimeSpan.FromHours(1), "d" => TimeSpan.FromDays(1), _ => TimeSpan.FromDays(7) };
        duration = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * unit;
        return duration > TimeSpan.Zero && duration <= Longest;
    }

    /// <summary>Writes a duration in the largest unit that gives a whole number.</summary>
    public static string Of(TimeSpan duration)
    {
        var (count, unit) = duration.Ticks % TimeSpan.TicksPerDay == 0 ? (duration.TotalDays, "d")
            : duration.Ticks % TimeSpan.TicksPerHour == 0 ? (duration.TotalHours, "h")
            : (duration.TotalMinutes, "m");
        return string.Create(CultureInfo.InvariantCulture, $"{count:0.##}{unit}");
    }

    [GeneratedRegex(@"^([0-9]{1,6})(m|h|d|w)\z", RegexOptions.CultureInvariant)]
    private static partial Regex FormOf();
}
