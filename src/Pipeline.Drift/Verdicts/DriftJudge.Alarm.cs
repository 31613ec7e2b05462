namespace Pipeline.Drift.Verdicts;

/// <content>From windows to the verdict of a report.</content>
public static partial class DriftJudge
{
    /// <summary>
    /// Drift when as many of the last windows drifted as the policy asks for, so that one bad hour does not raise an alarm. Windows with too few rows count neither way; where fewer than
    /// that could be judged, all that could have to drift. <see cref="DriftVerdict.Insufficient"/> when the last window could not be judged, unless the windows before it suffice.
    /// </summary>
    /// <param name="windows">In the order of time, the last one last.</param>
    /// <param name="policy">A policy without faults.</param>
    /// <exception cref="ArgumentException">The policy has faults.</exception>
    public static (DriftVerdict Verdict, string Reason) Alarm(IReadOnlyList<WindowDrift> windows, DriftPolicy policy)
    {
        policy.ShouldBeSound();
        WindowDrift[] looked = [.. windows.TakeLast(policy.OfWindows)];
        WindowDrift[] judged = [.. looked.Where(window => window.Verdict != DriftVerdict.Insufficient)];
        WindowDrift[] drifted = [.. judged.Where(window => window.Verdict == DriftVerdict.Drift)];
        var isLastJudged = looked.Length > 0 && looked[^1].Verdict != DriftVerdict.Insufficient;
        var share = FormattableString.Invariant($"{drifted.Length} of the last {judged.Length} windows with enough rows drifted");
        var asked = FormattableString.Invariant($"{policy.AlarmWindows} of {policy.OfWindows} make an alarm");

        if (drifted.Length >= policy.AlarmWindows || (isLastJudged && drifted.Length == judged.Length))
        {
            return (DriftVerdict.Drift, $"{share}, and {asked}; the latest: {drifted[^1].Reason}");
        }

        if (!isLastJudged)
        {
            return (DriftVerdict.Insufficient, looked.Length == 0 ? "there is no window" : $"the last window cannot be judged: {looked[^1].Reason}; {share}, and {asked}");
        }

        return judged.LastOrDefault(window => window.Verdict is DriftVerdict.Drift or DriftVerdict.Warn) is { } uneasy
            ? (DriftVerdict.Warn, $"{share}, and {asked}; the latest that was not calm: {uneasy.Reason}")
            : (DriftVerdict.Ok, $"{share}; the last: {looked[^1].Reason}");
    }
}
