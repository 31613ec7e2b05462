using System.Globalization;
using NodaTime;

namespace Pipeline.Delivery.Approvals.Freezes;

/// <summary>A time in which a stage is closed.</summary>
/// <param name="Name">Of the freeze, or of several that follow on each other.</param>
/// <param name="From">Its beginning.</param>
/// <param name="Until">The first instant after it.</param>
/// <param name="TimeZone">Whose clocks people read it by.</param>
public sealed record Freeze(string Name, DateTimeOffset From, DateTimeOffset Until, string TimeZone)
{
    /// <summary>Such as <c>closed until Monday 2026-11-02 08:00 (Europe/Berlin): month-end freeze</c>.</summary>
    public override string ToString() => $"closed until {Local(Until)} ({TimeZone}): {Name}";

    /// <summary>An instant by the clocks of the freeze's zone.</summary>
    public string Local(DateTimeOffset instant)
    {
        var local = Instant.FromDateTimeOffset(instant).InZone(DateTimeZoneProviders.Tzdb[TimeZone]).ToDateTimeUnspecified();
        return local.ToString("dddd yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
    }
}
