using System.Globalization;

namespace Pipeline.Delivery.DriftChecks.Outputs;

/// <summary>How a drift report's numbers are written for people: the same in every culture and every form.</summary>
internal static class NumberText
{
    /// <summary>In place of a number that there is not.</summary>
    public const string None = "–";

    // Below this p-values are limited by the arithmetic, and nobody asks how much smaller.
    private const double LeastPValue = 1e-16;

    public static string Psi(double? value) => value is { } psi ? Signless(psi.ToString("0.000", CultureInfo.InvariantCulture)) : None;

    public static string PValue(double? value) => value switch
    {
        null => None,
        < LeastPValue => "<1e-16",
        < 0.001 => value.Value.ToString("0.0e+0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.000", CultureInfo.InvariantCulture),
    };

    public static string Percent(double? share) => share switch
    {
        null => None,
        0 => "0 %",
        > 0 and < 0.00005 => "<0.01 %",
        > -0.01 and < 0.01 => (share.Value * 100).ToString("0.00", CultureInfo.InvariantCulture) + " %",
        _ => (share.Value * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %",
    };

    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Metric(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? None;

    /// <summary>In UTC.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC";

    /// <summary>The window's bounds; words if rows have no time.</summary>
    public static string Span(DateTimeOffset? from, DateTimeOffset? to) => (from, to) switch
    {
        (null, null) => "all rows",
        ({ } start, null) => $"from {Time(start)}",
        (null, { } end) => $"before {Time(end)}",
        ({ } start, { } end) => $"{Time(start)[..^4]} to {Time(end)}",
    };

    // -0.0004 rounds to -0.000, which raises the question whether it is less than 0.
    private static string Signless(string text) => text == "-0.000" ? "0.000" : text;
}
