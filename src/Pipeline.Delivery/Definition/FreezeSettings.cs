namespace Pipeline.Delivery.Definition;

/// <summary>A time in which nothing is promoted to a stage; a rollback goes through.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Start">Its first beginning, by the clocks of <paramref name="TimeZone"/>.</param>
/// <param name="Lasts">From beginning to end, in time that passes: an hour less or more on the clock where summer time changes.</param>
/// <param name="Rule">When it comes again, as RFC 5545 writes RRULE; null if it comes once.</param>
/// <param name="TimeZone">Name in the IANA database.</param>
public sealed record FreezeSettings(string Name, DateTime Start, TimeSpan Lasts, string? Rule, string TimeZone)
{
    public const string DefaultTimeZone = "UTC";
}
