namespace Pipeline.Drift.Verdicts;

/// <content>What makes a policy unusable.</content>
public sealed partial record DriftPolicy
{
    /// <summary>Everything that is out of bounds, in words; empty for a sound policy.</summary>
    public IReadOnlyList<string> Faults() =>
    [
        .. Unless(FalseDiscoveryRate is > 0 and < 1, $"the false discovery rate is {FalseDiscoveryRate}, not between 0 and 1"),
        .. Unless(WarnPsi is > 0 and < double.PositiveInfinity, $"a warning from a PSI of {WarnPsi} on; it must be above 0"),
        .. Unless(DriftPsi >= WarnPsi && double.IsFinite(DriftPsi), $"drift from a PSI of {DriftPsi} on, a warning from {WarnPsi}; drift must not be the lesser"),
        .. Unless(RateFloor is >= 0 and <= 1, $"the floor of rates is {RateFloor}, not from 0 to 1"),
        .. Unless(MinRows >= LeastRows, $"at least {MinRows} rows; fewer than {LeastRows} cannot be judged"),
        .. Unless(MaxDriftedShare is >= 0 and <= 1, $"a share of drifted features of {MaxDriftedShare}, not from 0 to 1"),
        .. Unless(AlarmWindows >= 1 && AlarmWindows <= OfWindows, $"{AlarmWindows} windows of {OfWindows}; it must be at least 1 and at most all of them"),
        .. CriticalFeatures.CountBy(name => name, StringComparer.Ordinal).Where(count => count.Value > 1).Select(count => $"critical feature '{count.Key}' is named twice"),
    ];

    /// <exception cref="ArgumentException">The policy has faults; all of them are told.</exception>
    internal void ShouldBeSound()
    {
        if (Faults() is { Count: > 0 } faults)
        {
            throw new ArgumentException($"The drift policy cannot be used: {string.Join("; ", faults)}.");
        }
    }

    private static string[] Unless(bool isSound, FormattableString fault) => isSound ? [] : [FormattableString.Invariant(fault)];
}
