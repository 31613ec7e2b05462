using System.Text;
using System.Text.RegularExpressions;
using Pipeline.Delivery.Definition.Yaml;
using Pipeline.Engine;
using Pipeline.ModelPackage;
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

    /// <summary>True if a model can be called so.</summary>
    public static bool IsName(string name) => NameForm().IsMatch(name) && name.Length <= MaxNameLength;

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
        var task = reader.Choice("task", ModelTask.Names, "a task");
        var definition = new ModelDefinition(
            directory,
            name,
            description,
            task,
            reader.Mapping("data", ReadData)!,
            reader.Mapping("splits", ReadSplits)!,
            ReadOutputs(reader, task),
            reader.Mapping("training", settings => ReadTraining(settings, task))!,
            reader.Mapping("evaluation", ReadEvaluation, isRequired: false) ?? EvaluationSettings.Default,
            reader.Mappings("gates", gate => ReadGate(gate, task)),
            reader.Mapping("drift", ReadDrift, isRequired: false) ?? DriftSettings.Default,
            ReadStages(reader));
        CheckSplits(reader, definition);
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

        if (!IsName(name))
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
            reader.Text("time", string.Empty) is { Length: > 0 } time ? time : null,
            reader.Integer("maxCategories", 2, 1_000_000, DataSettings.DefaultMaxCategories))
        {
            Attributes = reader.Texts("attributes", isRequired: false),
            Checks = reader.Mapping("checks", ReadChecks, isRequired: false) ?? DataCheckSettings.Default,
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

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]*[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();
}
