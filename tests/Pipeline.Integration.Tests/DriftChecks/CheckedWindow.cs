using Pipeline.Delivery.DriftChecks;

namespace Pipeline.Integration.Tests.DriftChecks;

/// <summary>One window as a source gives it, and what the drift check makes of it.</summary>
/// <param name="Window">Counts and notes.</param>
/// <param name="Report">Of this window alone.</param>
public sealed record CheckedWindow(SourceWindow Window, DriftReport Report)
{
    public WindowReport Judged => Report.Windows.Single();
}
