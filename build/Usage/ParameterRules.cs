using System.Globalization;
using Nuke.Common;
using Pipeline.Delivery;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.DriftChecks;
using Pipeline.Engine;
using Pipeline.ModelPackage;

/// <summary>What each parameter's value must be. NUKE itself only warns of a bad value, and goes on with the default.</summary>
static class ParameterRules
{
    /// <summary>Set by build.sh to the folder that it was called from.</summary>
    public const string CallerDirectoryVariable = "PIPELINE_CALLER_DIRECTORY";

    /// <summary>Options of NUKE's that both engines have. The others (--continue, --profile, --partition) would skip or change what is checked here.</summary>
    public static IReadOnlyList<CommandOption> BuiltIn { get; } =
    [
        new("Target", Arity.Targets, _ => null),
        new("Skip", Arity.Targets, _ => null),
        new("Plan", Arity.Switch, Switch),
        new("Help", Arity.Switch, Switch),
        new("NoLogo", Arity.Switch, Switch),
        new("Verbosity", Arity.One, value => OneOf(value, Enum.GetNames<Verbosity>())),
        new("Host", Arity.One, value => OneOf(value, ["Terminal", "GitHubActions", "GitLab", "AzurePipelines", "TeamCity", "Jenkins"])),
        new("Root", Arity.One, value => Directory.Exists(Path.Combine(value, ".nuke")) ? null : "it must be a folder that holds .nuke"),
    ];

    /// <summary>The rule of one of this build's own parameters.</summary>
    public static Func<string, string?> For(string name, Type type) => name switch
    {
        "Model" => MakesModel ? NewModel : Model,
        "Task" => value => OneOf(value, ModelTask.Names),
        "Port" => Port,
        "Stage" => Stage,
        "Registry" => Registry,
        "BaseImage" => value => value.Any(char.IsWhiteSpace) || value.Contains("://", StringComparison.Ordinal) ? "write it as NAME:TAG or NAME@DIGEST, without a scheme or spaces" : null,
        "Source" => Source,
        "Window" => value => DurationText.TryParse(value, out _) ? null : $"it must be {DurationText.Form}",
        "Force" => StageGraph.FaultOf,
        "Keep" => value => DataSize.TryParse(value, out _) ? null : $"it must be {DataSize.Form}",
        "OnDrift" => value => OneOf(value, ["none", "retrain"]),
        "ModelSigningKey" => value => File.Exists(Path.Combine(Environment.GetEnvironmentVariable(CallerDirectoryVariable) ?? string.Empty, value)) ? null : "there is no such file",
        "Package" => value => Path.Exists(Path.Combine(Environment.GetEnvironmentVariable(CallerDirectoryVariable) ?? string.Empty, value)) ? null : "there is no such file or folder",
        _ => type == typeof(bool) ? Switch : _ => null,
    };

    public static string? OneOf(string value, IReadOnlyCollection<string> names) =>
        names.Contains(value, StringComparer.OrdinalIgnoreCase) ? null : Suggest(value, names) ?? $"it must be one of {string.Join(", ", names)}";

    public static string? Suggest(string value, IReadOnlyCollection<string> names) => NearestName.Of(value, names) is { } nearest ? $"did you mean '{nearest}'?" : null;

    private static string? Switch(string value) => bool.TryParse(value, out _) ? null : "it must be true or false";

    private static string? Source(string value)
    {
        try
        {
            _ = DriftSourceName.Parse(value);
            return null;
        }
        catch (PipelineException e)
        {
            return e.Message.Split(": ", 2)[^1].TrimEnd('.');
        }
    }

    private static string? Port(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535 ? null : "it must be a port, 1 to 65535";

    private static string? Registry(string value)
    {
        var port = value.Split('/')[0].Split(':', 2) is [_, var number] ? number : "443";
        return value.Contains("://", StringComparison.Ordinal) || value.Any(char.IsWhiteSpace) || value.StartsWith(':') || Port(port) is not null
            ? "write it as HOST:PORT, without a scheme"
            : null;
    }

    /// <summary>A stage of some model; whether it is one of the chosen model's is known when that one has been read.</summary>
    private static string? Stage(string value)
    {
        var stages = ModelCatalog.Names(".").SelectMany(StagesOf).Distinct(StringComparer.Ordinal).ToList();
        return stages.Count == 0 ? null : OneOf(value, stages);
    }

    private static IEnumerable<string> StagesOf(string model)
    {
        try
        {
            return ModelDefinitionReader.Read(ModelCatalog.Find(".", model)).Stages.Select(stage => stage.Name);
        }
        catch (PipelineException)
        {
            // What is wrong with it is told when it is run.
            return [];
        }
    }

    private static bool MakesModel => Environment.GetCommandLineArgs().Skip(1).Any(argument => string.Equals(argument, "New", StringComparison.OrdinalIgnoreCase));

    private static string? NewModel(string value) => ModelDefinitionReader.IsName(value) ? null : "it must be at most 63 lower-case letters, digits and dashes, with no dash first or last";

    private static string? Model(string value)
    {
        var models = Directory.Exists("models") ? Directory.GetDirectories("models").Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal).ToList() : [];
        return models.Contains(value, StringComparer.Ordinal) ? null
            : Suggest(value, models) ?? (models.Count == 0 ? "there is no folder under models/" : $"there are: {string.Join(", ", models)}");
    }
}
