using Pipeline.Delivery.Data;

namespace Pipeline.Delivery.Definition;

/// <content>Which rows are for what.</content>
public static partial class ModelDefinitionReader
{
    // What three written shares may miss of 1.
    private const double ShareRounding = 1e-6;

    private static readonly string[] TimeRanges = ["train", "validation", "test", "production"];

    private static SplitSettings ReadSplits(SettingsReader reader) => reader.Has("shares") ? ReadShareSplits(reader) : ReadTimeSplits(reader);

    private static ShareSplits ReadShareSplits(SettingsReader reader)
    {
        var seed = reader.Integer("seed", 0, int.MaxValue, ShareSplits.DefaultSeed);
        var group = reader.Text("group", string.Empty) is { Length: > 0 } name ? name : null;
        var splits = reader.Mapping("shares", ReadShares) ?? new ShareSplits(1, 0, 0, 0, null);
        foreach (var range in TimeRanges.Where(reader.Has))
        {
            // Known all the same, so that it is one fault.
            _ = reader.IsMapping(range);
            reader.Fault(range, "is for splits by time; keep it or shares");
        }

        return splits with { Seed = seed, Group = group };

        ShareSplits ReadShares(SettingsReader shares)
        {
            var read = new ShareSplits(shares.Number("train", NumberRange.BetweenZeroAndOne), shares.Number("validation", NumberRange.BetweenZeroAndOne), shares.Number("test", NumberRange.BetweenZeroAndOne), 0, null);
            if (read is { Train: > 0, Validation: > 0, Test: > 0 } && Math.Abs(read.Train + read.Validation + read.Test - 1) > ShareRounding)
            {
                shares.Fault(FormattableString.Invariant($"sum to {read.Train + read.Validation + read.Test:0.####}; they must sum to 1, such as 0.6, 0.2 and 0.2"));
            }

            return read;
        }
    }

    private static TimeSplits ReadTimeSplits(SettingsReader reader)
    {
        var faulty = false;
        var ranges = new List<(string Name, TimeRange Range)>();
        var train = Range("train", isRequired: true);
        var validation = Range("validation", isRequired: true);
        var test = Range("test", isRequired: true);
        var production = Range("production", isRequired: false);
        for (var i = 1; i < ranges.Count && !faulty; i++)
        {
            if (ranges[i].Range.From < ranges[i - 1].Range.Before)
            {
                reader.Fault(ranges[i].Name, FormattableString.Invariant($"must not begin before {ranges[i - 1].Name} ends; set from to {ranges[i - 1].Range.Before:yyyy-MM-dd} or later"));
            }
        }

        return new TimeSplits(train!, validation!, test!, production);

        TimeRange? Range(string name, bool isRequired)
        {
            var range = reader.Mapping(name, ReadRange, isRequired);
            if (range is { From: var from, Before: var before } && from != default && before != default)
            {
                ranges.Add((name, range));
                faulty |= from >= before;
            }

            return range;
        }
    }

    private static TimeRange ReadRange(SettingsReader reader)
    {
        var range = new TimeRange(reader.Date("from"), reader.Date("before"));
        if (range.From != default && range.Before != default && range.From >= range.Before)
        {
            reader.Fault("before", FormattableString.Invariant($"must be later than from ({range.From:yyyy-MM-dd}): it is the first day that is no longer in the range"));
        }

        return range;
    }

    private static void CheckSplits(SettingsReader reader, ModelDefinition definition)
    {
        if (definition is { Splits: TimeSplits, Data.Time: null })
        {
            reader.Fault("data", "has no time, which splits by days go by: name the column of the date or timestamp as data.time, or divide the rows by chance with splits.shares");
        }
    }
}
