namespace Pipeline.Delivery.Tests.Approvals;

/// <summary>A clock that a test sets.</summary>
internal sealed class SettableClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
