namespace Pipeline.Delivery.Definition;

/// <content>The checks of the data, all of which have defaults.</content>
public static partial class ModelDefinitionReader
{
    private static DataCheckSettings ReadChecks(SettingsReader reader)
    {
        var constants = Enum.GetValues<ConstantColumns>().ToDictionary(choice => choice.ToString().ToLowerInvariant(), StringComparer.Ordinal);
        var settings = new DataCheckSettings
        {
            Missing = reader.NumberOrOff("missing", NumberRange.Share, DataCheckSettings.DefaultMissing),
            MissingDrift = reader.NumberOrOff("missingDrift", NumberRange.Share, DataCheckSettings.DefaultMissingDrift),
            DuplicateRows = reader.NumberOrOff("duplicateRows", NumberRange.Share, DataCheckSettings.DefaultDuplicateRows),
            SharedRows = reader.NumberOrOff("sharedRows", NumberRange.Share, DataCheckSettings.DefaultSharedRows),
            LabelRatio = reader.NumberOrOff("labelRatio", new NumberRange(1, double.PositiveInfinity), DataCheckSettings.DefaultLabelRatio),
            LabelShift = reader.NumberOrOff("labelShift", NumberRange.NotNegative, DataCheckSettings.DefaultLabelShift),
            ClassRows = reader.IntegerOrOff("classRows", 1, int.MaxValue, DataCheckSettings.DefaultClassRows),
            Constants = constants.GetValueOrDefault(reader.Choice("constants", constants.Keys, "what to do", "warn")),
            LeakAuc = reader.NumberOrOff("leakAuc", new NumberRange(0.5, 1), DataCheckSettings.DefaultLeakAuc),
            Ranges = reader.MappingsByName("ranges", ReadColumnRange),
            Types = new SortedDictionary<string, string>(reader.TextsByName("types").ToDictionary(), StringComparer.Ordinal),
        };
        foreach (var (column, type) in settings.Types.Where(entry => entry.Value.Length > 0 && !ColumnTypes.All.Contains(entry.Value)))
        {
            reader.Fault("types", $"'{type}' of '{column}' is not a type{NearestName.Hint(type, ColumnTypes.All)}");
        }

        return settings;
    }

    private static ColumnRange ReadColumnRange(SettingsReader reader)
    {
        var any = new NumberRange(double.NegativeInfinity, double.PositiveInfinity);
        var range = new ColumnRange(reader.OptionalNumber("min", any), reader.OptionalNumber("max", any));
        if (!reader.Has("min") && !reader.Has("max"))
        {
            reader.Fault("has no bound; add min, max or both");
        }
        else if (range.Min > range.Max)
        {
            reader.Fault("min", FormattableString.Invariant($"must not be more than max ({range.Max})"));
        }

        return range;
    }
}
