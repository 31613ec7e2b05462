using Pipeline.Delivery.Evaluation;
using Pipeline.Metrics;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Definition;

/// <content>How a candidate is judged: evaluation and gates.</content>
public static partial class ModelDefinitionReader
{
    private static readonly string[] GateKinds = ["metric", "fairness", "operation", "reproducible"];

    private static EvaluationSettings ReadEvaluation(SettingsReader reader)
    {
        var defaults = EvaluationSettings.Default;
        var names = new HashSet<string>(StringComparer.Ordinal);
        return new EvaluationSettings(
            reader.Integer("minRows", 1, int.MaxValue, defaults.MinRows),
            reader.Integer("minRowsPerClass", 1, int.MaxValue, defaults.MinRowsPerClass),
            reader.Integer("resamples", 100, 100_000, defaults.Resamples))
        {
            Slices = reader.Has("slices") ? reader.Mappings("slices", ReadSlice) : NoSlices(reader),
            MinSliceRows = reader.Integer("minSliceRows", 30, int.MaxValue, EvaluationSettings.DefaultMinSliceRows),
            WorstSlices = reader.Integer("worstSlices", 0, 100, EvaluationSettings.DefaultWorstSlices),
        };

        SliceSettings ReadSlice(SettingsReader slice)
        {
            var column = slice.Text("column", string.Empty);
            var where = slice.Text("where", string.Empty);
            var name = slice.Text("name", string.Empty);
            if (slice.Has("column") == slice.Has("where"))
            {
                slice.Fault(slice.Has("column") ? "has column and where; keep one" : "has neither column nor where; add one of them");
            }
            else if (slice.Has("where") != slice.Has("name"))
            {
                slice.Fault(slice.Has("where") ? "has a condition and no name; add one, such as name: night" : "has a column and a name; the column's name is its name");
            }

            var settings = new SliceSettings(slice.Has("column") ? column : name, slice.Has("column") ? column : null, slice.Has("where") ? where : null);
            if (settings.Name.Length > 0 && !names.Add(settings.Name))
            {
                slice.Fault($"'{settings.Name}' is the name of an earlier slice; each has its own");
            }

            return settings;
        }
    }

    // Known all the same, so that a misspelt name is told.
    private static IReadOnlyList<SliceSettings> NoSlices(SettingsReader reader)
    {
        _ = reader.Texts("slices", isRequired: false);
        return [];
    }

    private static GateSettings ReadGate(SettingsReader reader, string task)
    {
        var kinds = GateKinds.Where(reader.Has).ToList();
        if (kinds.Count > 1)
        {
            reader.Fault($"has {string.Join(" and ", kinds)}; keep one and write a gate of its own for each other");
        }

        return kinds.FirstOrDefault() switch
        {
            "fairness" => ReadFairnessGate(reader, task),
            "operation" => ReadOperationGate(reader),
            "reproducible" => ReadReproducibilityGate(reader),
            _ => ReadMetricGate(reader, task),
        };
    }

    private static MetricGateSettings ReadMetricGate(SettingsReader reader, string task)
    {
        var metrics = MetricCatalog.ByName(ModelTask.Names.Contains(task) ? task : ModelTask.Binary);
        var metric = reader.Choice("metric", metrics.Keys.ToList(), ModelTask.Names.Contains(task) ? $"a metric of {task} models" : "a metric");
        var known = metrics.GetValueOrDefault(metric);
        var range = new NumberRange(known?.Least ?? double.NegativeInfinity, known?.Most ?? double.PositiveInfinity);
        var gate = new MetricGateSettings(metric, reader.OptionalNumber("min", range), reader.OptionalNumber("max", range), reader.OptionalNumber("maxRegression", NumberRange.NotNegative))
        {
            MaxRelativeRegression = reader.OptionalNumber("maxRelativeRegression", NumberRange.Share),
            MinGain = reader.OptionalNumber("minGain", NumberRange.NotNegative),
            Over = reader.Choice("over", BaselineNames.All, "a baseline", BaselineNames.OneFeature),
            Slices = reader.Texts("slices", isRequired: false),
        };
        RequireOne(reader, "min", "max", "maxRegression", "maxRelativeRegression", "minGain");
        if (known?.Direction == MetricDirection.Neither && (gate.IsComparison() || gate.MinGain is not null))
        {
            reader.Fault($"{metric} is not better one way, so that it cannot be worse than the champion's or better than a baseline's; use min or max");
        }

        if (reader.Has("over") && gate.MinGain is null)
        {
            reader.Fault("over", "is for minGain alone; take it out, or write minGain");
        }

        if (gate is { MinGain: not null, Slices.Count: > 0 })
        {
            reader.Fault("slices", "cannot be judged against a baseline; use min, max, maxRegression or maxRelativeRegression");
        }

        return gate;
    }

    private static FairnessGateSettings ReadFairnessGate(SettingsReader reader, string task)
    {
        if (task is ModelTask.Multiclass or ModelTask.Regression)
        {
            reader.Fault("fairness", "is defined for binary models alone; judge groups with a metric gate on evaluation.slices");
        }

        var measure = reader.Choice("fairness", FairnessMeasures.Names, "a measure of fairness");
        var gate = new FairnessGateSettings(measure, reader.Text("by"), reader.OptionalNumber("min", NumberRange.Share), reader.OptionalNumber("max", NumberRange.Share));
        RequireOne(reader, "min", "max");
        if (FairnessMeasures.Names.Contains(measure) && FairnessMeasures.IsRatio(measure) != gate.Min is not null && gate.Min is null != gate.Max is null)
        {
            reader.Fault(FairnessMeasures.IsRatio(measure) ? $"{measure} is better the greater it is; use min" : $"{measure} is better the less it is; use max");
        }

        return gate;
    }

    private static OperationGateSettings ReadOperationGate(SettingsReader reader)
    {
        var measure = reader.Choice("operation", OperationMeasures.Names, "a measure of the service");
        var gate = new OperationGateSettings(measure, reader.OptionalNumber("max", NumberRange.NotNegative), reader.OptionalNumber("maxRelativeRegression", NumberRange.NotNegative));
        RequireOne(reader, "max", "maxRelativeRegression");
        return gate;
    }

    private static ReproducibilityGateSettings ReadReproducibilityGate(SettingsReader reader)
    {
        if (!reader.Boolean("reproducible", fallback: true))
        {
            reader.Fault("reproducible", "must be true; take the gate out to do without it");
        }

        return new ReproducibilityGateSettings();
    }

    private static void RequireOne(SettingsReader reader, params string[] bounds)
    {
        var written = bounds.Where(reader.Has).ToList();
        if (written.Count != 1)
        {
            reader.Fault(written.Count == 0
                ? $"has no bound; add one of {string.Join(", ", bounds[..^1])} and {bounds[^1]}"
                : $"has {string.Join(" and ", written)}; keep one and write a gate of its own for each other");
        }
    }

    /// <summary>What a gate names must be there to be judged.</summary>
    private static void CheckSliceNames(SettingsReader reader, ModelDefinition definition)
    {
        var slices = definition.Evaluation.Slices;
        foreach (var name in definition.Gates.OfType<MetricGateSettings>().SelectMany(gate => gate.Slices).Distinct().Where(name => slices.All(slice => slice.Name != name)))
        {
            reader.Fault("gates", $"the slice '{name}' is not in evaluation.slices{HintOf(name, slices.Select(slice => slice.Name).ToList())}");
        }

        var columns = slices.Select(slice => slice.Column).OfType<string>().ToList();
        foreach (var name in definition.Gates.OfType<FairnessGateSettings>().Select(gate => gate.By).Distinct().Where(name => name.Length > 0 && !columns.Contains(name)))
        {
            reader.Fault("gates", $"fairness by '{name}' needs that column in evaluation.slices{HintOf(name, columns)}");
        }
    }

    private static string HintOf(string name, List<string> known) => known.Count == 0 ? ", which has none" : NearestName.Hint(name, known);
}
