using Pipeline.Drift.Verdicts;

namespace Pipeline.Delivery.Definition;

/// <content>The settings of drift checks, all of which have defaults.</content>
public static partial class ModelDefinitionReader
{
    private static DriftSettings ReadDrift(SettingsReader reader)
    {
        var (window, policy) = (DriftSettings.Default.Window, DriftPolicy.Default);
        var seasons = Enum.GetValues<DriftSeason>().ToDictionary(season => season.ToString().ToLowerInvariant(), StringComparer.Ordinal);
        var settings = new DriftSettings(
            reader.Duration("window", window),
            seasons.GetValueOrDefault(reader.Choice("season", seasons.Keys, "a season", "none")),
            new DriftPolicy(
                reader.Number("falseDiscoveryRate", NumberRange.BetweenZeroAndOne, policy.FalseDiscoveryRate),
                reader.Number("warnPsi", NumberRange.NotNegative, policy.WarnPsi),
                reader.Number("psi", NumberRange.NotNegative, policy.DriftPsi),
                reader.Number("rateFloor", NumberRange.Share, policy.RateFloor),
                reader.Integer("minRows", (int)DriftPolicy.LeastRows, int.MaxValue, (int)policy.MinRows),
                reader.Texts("critical", isRequired: false),
                reader.Number("maxDriftedShare", NumberRange.Share, policy.MaxDriftedShare),
                reader.Integer("alarmWindows", 1, 1_000, policy.AlarmWindows),
                reader.Integer("ofWindows", 1, 1_000, policy.OfWindows)));
        if (settings.Policy.WarnPsi > settings.Policy.DriftPsi)
        {
            reader.Fault("warnPsi", FormattableString.Invariant($"must not be more than psi ({settings.Policy.DriftPsi}): a warning comes before drift"));
        }

        if (settings.Policy.AlarmWindows > settings.Policy.OfWindows)
        {
            reader.Fault("alarmWindows", FormattableString.Invariant($"must not be more than ofWindows ({settings.Policy.OfWindows}): so many of the last windows have to drift"));
        }

        return settings;
    }
}
