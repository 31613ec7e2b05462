using System.Text;
using System.Text.RegularExpressions;
using Pipeline.Delivery.Definition.Yaml;
using Pipeline.Engine;
using Pipeline.Metrics;
using Pipeline.Metrics.Binary;
using YamlDotNet.Core;

namespace Pipeline.Delivery.Definition;

/// <summary>Reads and validates a model.yaml. All of its faults are told at once, each with its path, line and fix.</summary>
public static partial class ModelDefinitionReader
{
    private const int MaxNameLength = 63;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads <c>model.yaml</c> in a model's folder.</summary>
    /// <exception cref="PipelineException">The file is not there or at fault; the message lists every fault.</exception>
    public static ModelDefinition Read(string modelDirectory)
    {
        var directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(modelDirectory));
        var path = Path.Combine(directory, ModelDefinition.FileName);
        var (definition, faults) = Parse(ReadText(path), directory);
        if (faults.Count > 0)
        {
            var lines = faults.OrderBy(fault => fault.Line).ThenBy(fault => fault.Column).Select(fault => $"  {fault}");
            throw new PipelineException(ExitCode.Usage, $"{path} has {(faults.Count == 1 ? "a fault" : $"{faults.Count} faults")} (line:column setting: what is wrong):\n{string.Join('\n', lines)}");
        }

        return definition!;
    }

    /// <summary>Reads a definition from its text.</summary>
    /// <param name="text">The content of a model.yaml.</param>
    /// <param name="directory">Absolute path of the model's folder.</param>
    /// <returns>The definition, null if there are faults; and the faults.</returns>
    public static (ModelDefinition? Definition, IReadOnlyList<DefinitionFault> Faults) Parse(string text, string directory)
    {
        var faults = new List<DefinitionFault>();
        try
        {
            switch (YamlTree.Read(text))
            {
                case YamlMapping root:
                    var reader = new SettingsReader(root, string.Empty, faults);
                    var definition = ReadDefinition(reader, directory);
                    reader.Finish();
                    return (faults.Count == 0 ? definition : null, faults);
                case null or YamlScalar { IsNull: true }:
                    faults.Add(new DefinitionFault(string.Empty, 1, 1, "The file is empty; begin with 'name: " + Path.GetFileName(directory) + "'."));
                    break;
                case var other:
                    faults.Add(new DefinitionFault(string.Empty, other.Line, other.Column, "The file must hold settings such as 'name: " + Path.GetFileName(directory) + "'."));
                    break;
            }
        }
        catch (YamlException e)
        {
            faults.Add(new DefinitionFault(string.Empty, (int)e.Start.Line, (int)e.Start.Column, $"This is not YAML: {e.Message}"));
        }

        return (null, faults);
    }

    private static string ReadText(string path)
    {
        if (Directory.Exists(path))
        {
            throw new PipelineException(ExitCode.Usage, $"{path} is a folder; a model's settings are a file of that name.");
        }

        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new PipelineException(ExitCode.Usage, $"There is no {path}. A model is a folder with a {ModelDefinition.FileName}; copy another model's to begin with.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PipelineException(ExitCode.Usage, $"{path} cannot be read: {e.Message}", e);
        }

        try
        {
            return StrictUtf8.GetString(bytes is [0xEF, 0xBB, 0xBF, ..] ? bytes.AsSpan(3) : bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new PipelineException(ExitCode.Usage, FormattableString.Invariant($"{path} is not UTF-8 (byte {e.Index + 1}). Save it as UTF-8."), e);
        }
    }

    private static ModelDefinition ReadDefinition(SettingsReader reader, string directory)
    {
        var name = ReadName(reader, Path.GetFileName(directory));
        var description = reader.Text("description", string.Empty);
        var task = reader.Choice("task", [ModelDefinition.BinaryTask], "a task");
        var definition = new ModelDefinition(
            directory,
            name,
            description,
            task,
            reader.Mapping("data", ReadData)!,
            reader.Mapping("splits", ReadSplits)!,
            reader.Mapping("outputs", ReadOutputs)!,
            reader.Mapping("training", ReadTraining)!,
            reader.Mapping("evaluation", ReadEvaluation, isRequired: false) ?? EvaluationSettings.Default,
            reader.Mappings("gates", ReadGate),
            reader.Mapping("drift", ReadDrift, isRequired: false) ?? DriftSettings.Default,
            ReadStages(reader));
        CheckSliceNames(reader, definition);
        return definition;
    }

    private static string ReadName(SettingsReader reader, string folder)
    {
        var name = reader.Text("name");
        if (name.Length == 0)
        {
            return name;
        }

        if (!NameForm().IsMatch(name) || name.Length > MaxNameLength)
        {
            reader.Fault("name", $"'{name}' must be at most {MaxNameLength} lower-case letters, digits and dashes, with no dash first or last");
        }
        else if (name != folder)
        {
            reader.Fault("name", $"'{name}' must be the name of the folder, '{folder}'; change one of them");
        }

        return name;
    }

    private static DataSettings ReadData(SettingsReader reader)
    {
        var settings = new DataSettings(
            reader.Texts("files"),
            reader.Text("query"),
            reader.Text("label"),
            reader.Text("time"),
            reader.Integer("maxCategories", 2, 1_000_000, DataSettings.DefaultMaxCategories))
        {
            Attributes = reader.Texts("attributes", isRequired: false),
        };
        if (settings.Label.Length > 0 && string.Equals(settings.Label, settings.Time, StringComparison.OrdinalIgnoreCase))
        {
            reader.Fault("time", $"'{settings.Time}' is the label; name the column of the date or timestamp");
        }

        foreach (var (index, name) in settings.Attributes.Index())
        {
            if (name == settings.Label || name == settings.Time || settings.Attributes.Take(index).Contains(name))
            {
                reader.Fault("attributes", $"'{name}' is {(name == settings.Label ? "the label" : name == settings.Time ? "the time" : "there twice")}; take it out");
            }
        }

        return settings;
    }

    private static SplitSettings ReadSplits(SettingsReader reader)
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

        return new SplitSettings(train!, validation!, test!, production);

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

    private static OutputSettings ReadOutputs(SettingsReader reader)
    {
        var settings = new OutputSettings(
            reader.Text("positive"),
            reader.Text("negative"),
            (float)reader.Number("threshold", NumberRange.BetweenZeroAndOne, OutputSettings.DefaultThreshold));
        if (settings.Positive.Length > 0 && settings.Positive == settings.Negative)
        {
            reader.Fault("negative", $"'{settings.Negative}' is also the name of the positive class; give them different names");
        }

        return settings;
    }

    private static TrainingSettings ReadTraining(SettingsReader reader) => new(
        reader.Integer("seed", 0, int.MaxValue, TrainingSettings.DefaultSeed),
        reader.Choice("metric", BinaryMetrics.NamesOfJudges, "a metric", TrainingSettings.DefaultMetric),
        reader.Mappings("trainers", ReadTrainer));

    private static TrainerSettings ReadTrainer(SettingsReader reader)
    {
        var name = reader.Choice("name", TrainerSettings.Names, "a trainer");
        var settings = new TrainerSettings(
            name,
            TrainerSettings.DefaultTrees,
            TrainerSettings.DefaultLeaves,
            TrainerSettings.DefaultLearningRate,
            TrainerSettings.DefaultMinExamplesPerLeaf,
            TrainerSettings.DefaultL2);

        // With an unknown name the settings of every trainer are known, so that the name is the one fault.
        if (name is not TrainerSettings.LogisticRegression)
        {
            settings = settings with
            {
                Trees = reader.Integer("trees", 1, 10_000, TrainerSettings.DefaultTrees),
                Leaves = reader.Integer("leaves", 2, 10_000, TrainerSettings.DefaultLeaves),
                LearningRate = reader.Number("learningRate", new NumberRange(0.0001, 1), TrainerSettings.DefaultLearningRate),
                MinExamplesPerLeaf = reader.Integer("minExamplesPerLeaf", 1, 1_000_000, TrainerSettings.DefaultMinExamplesPerLeaf),
            };
        }

        return name is TrainerSettings.LightGbm or TrainerSettings.FastTree
            ? settings
            : settings with { L2 = reader.Number("l2", NumberRange.NotNegative, TrainerSettings.DefaultL2) };
    }

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]*[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();
}
