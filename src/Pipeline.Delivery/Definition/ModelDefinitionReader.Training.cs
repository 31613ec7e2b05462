using Pipeline.Delivery.Evaluation;
using Pipeline.Metrics;
using Pipeline.Metrics.Binary;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Definition;

/// <content>What is predicted, and how it is trained.</content>
public static partial class ModelDefinitionReader
{
    private static OutputSettings ReadOutputs(SettingsReader reader, string task) => task switch
    {
        ModelTask.Multiclass => reader.Mapping("outputs", ReadMulticlassOutputs, isRequired: false) ?? new MulticlassOutputSettings(),
        ModelTask.Regression => reader.Mapping("outputs", ReadRegressionOutputs, isRequired: false) ?? new RegressionOutputSettings(Unit: null),
        _ => reader.Mapping("outputs", ReadBinaryOutputs)!,
    };

    private static MulticlassOutputSettings ReadMulticlassOutputs(SettingsReader reader)
    {
        reader.Fault("is not for this task: classes are called as data.label calls them; take it out");
        return new MulticlassOutputSettings();
    }

    private static RegressionOutputSettings ReadRegressionOutputs(SettingsReader reader) => new(reader.Text("unit", string.Empty) is { Length: > 0 } unit ? unit : null);

    private static BinaryOutputSettings ReadBinaryOutputs(SettingsReader reader)
    {
        var thresholdBy = reader.IsName("threshold") ? reader.Text("threshold") : null;
        if (thresholdBy is not null && !MetricsThatChooseThresholds.Contains(thresholdBy))
        {
            reader.Fault("threshold", $"must be a number strictly between 0 and 1, or the metric whose best value on the validation rows chooses it ({string.Join(", ", MetricsThatChooseThresholds)}); it is '{thresholdBy}'");
        }

        var settings = new BinaryOutputSettings(
            reader.Text("positive"),
            reader.Text("negative"),
            thresholdBy is null ? (float)reader.Number("threshold", NumberRange.BetweenZeroAndOne, BinaryOutputSettings.DefaultThreshold) : (float)BinaryOutputSettings.DefaultThreshold)
        {
            ThresholdBy = thresholdBy,
        };
        if (settings.Positive.Length > 0 && settings.Positive == settings.Negative)
        {
            reader.Fault("negative", $"'{settings.Negative}' is also the name of the positive class; give them different names");
        }

        return settings;
    }

    // Those that are best somewhere in the middle: of recall or precision alone an end is the best threshold.
    internal static IReadOnlyList<string> MetricsThatChooseThresholds { get; } =
        [BinaryMetricNames.F1, BinaryMetricNames.BalancedAccuracy, BinaryMetricNames.MatthewsCorrelation, BinaryMetricNames.Kappa, BinaryMetricNames.Accuracy];

    private static TrainingSettings ReadTraining(SettingsReader reader, string task)
    {
        var judges = ModelTask.Names.Contains(task)
            ? MetricCatalog.ByName(task).Values.Where(metric => metric.Direction != MetricDirection.Neither).Select(metric => metric.Name).ToList()
            : BinaryMetrics.NamesOfJudges;
        var search = reader.Mapping("search", ReadSearch, isRequired: false);
        var settings = new TrainingSettings(
            reader.Integer("seed", 0, int.MaxValue, TrainingSettings.DefaultSeed),
            reader.Choice("metric", judges, "a metric", TrainingSettings.DefaultMetric(task)),
            reader.Mappings("trainers", trainer => ReadTrainer(trainer, task, search is not null)))
        {
            Search = search,
            BalancedClasses = reader.Boolean("balancedClasses", fallback: false),
        };
        if (settings.BalancedClasses && task == ModelTask.Regression)
        {
            reader.Fault("balancedClasses", "is for classes; take it out");
        }

        if (search is not null && settings.Trainers.Count > search.Trials)
        {
            reader.Fault("search", FormattableString.Invariant($"has {search.Trials} trials for {settings.Trainers.Count} trainers; each needs at least one"));
        }

        return settings;
    }

    private static SearchSettings ReadSearch(SettingsReader reader) => new(
        reader.Integer("trials", 1, 100_000, SearchSettings.DefaultTrials),
        reader.Has("time") ? reader.Duration("time", TimeSpan.FromMinutes(1)) : NoTime(reader));

    // Known all the same, so that a misspelt name is told.
    private static TimeSpan? NoTime(SettingsReader reader)
    {
        _ = reader.Duration("time", TimeSpan.Zero);
        return null;
    }

    private static TrainerSettings ReadTrainer(SettingsReader reader, string task, bool isSearched)
    {
        var name = reader.Choice("name", TrainerNames.Of(task), ModelTask.Names.Contains(task) ? $"a trainer of {task} models" : "a trainer");
        var settings = TrainerSettings.Default(name);
        var searched = new Dictionary<string, SearchRange>(StringComparer.Ordinal);

        // With an unknown name the settings of every trainer are known, so that the name is the one fault.
        var parameters = TrainerNames.All.Contains(name) ? TrainerParameter.Of(name) : TrainerParameter.All;
        foreach (var parameter in parameters)
        {
            var (value, range) = reader.NumberOrRange(parameter.Name, parameter.Least, parameter.Most, parameter.IsInteger, isSearched);
            settings = value is { } given ? parameter.With(settings, given) : settings;
            if (range is not null && !isSearched)
            {
                reader.Fault(parameter.Name, "is a range to search, but nothing is searched: add training.search, such as { trials: 20 }, or write one number");
            }

            if (isSearched && value is null && (range ?? parameter.Range) is { } within)
            {
                searched.Add(parameter.Name, within);
            }
        }

        // Of trials in a row most have trees enough before the last.
        settings = isSearched && settings.IsTrees && !reader.Has("earlyStopping") ? settings with { EarlyStopping = TrainerSettings.SearchEarlyStopping } : settings;
        return searched.Count == 0 ? settings : settings with { Searched = searched };
    }
}
