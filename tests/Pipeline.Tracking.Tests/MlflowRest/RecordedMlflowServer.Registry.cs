using System.Globalization;
using System.Text.Json.Nodes;

namespace Pipeline.Tracking.Tests.MlflowRest;

internal sealed partial class RecordedMlflowServer
{
    private readonly Dictionary<string, Model> _models = [];

    private JsonObject? CallRegistry(string method, string endpoint, Arguments arguments) => (method, endpoint) switch
    {
        ("POST", "registered-models/create") => CreateModel(arguments),
        ("GET", "registered-models/get") => new() { ["registered_model"] = Json(FindModel(arguments)) },
        ("PATCH", "registered-models/update") => Done(() => FindModel(arguments).Description = arguments["description"] ?? string.Empty),
        ("POST", "registered-models/set-tag") => Done(() => FindModel(arguments).Tags[arguments.Require("key")] = arguments["value"]!),
        ("POST", "registered-models/alias") when !IsOld => Done(() => FindModel(arguments).Aliases[arguments.Require("alias")] = FindVersion(arguments).Number),
        ("DELETE", "registered-models/alias") when !IsOld => Done(() => FindModel(arguments).Aliases.Remove(arguments.Require("alias"))),
        ("GET", "registered-models/alias") when !IsOld => GetAlias(arguments),
        ("POST", "model-versions/create") => CreateVersion(arguments),
        ("GET", "model-versions/get") => new() { ["model_version"] = Json(FindModel(arguments), Read(FindVersion(arguments))) },
        ("PATCH", "model-versions/update") => Done(() => FindVersion(arguments).Description = arguments["description"] ?? string.Empty),
        ("POST", "model-versions/set-tag") => Done(() => FindVersion(arguments).Tags[arguments.Require("key")] = arguments["value"]!),
        ("DELETE", "model-versions/delete") => DeleteVersion(arguments),
        ("GET", "model-versions/search") => SearchVersions(arguments),
        _ => null,
    };

    private Model FindModel(Arguments arguments) => _models.GetValueOrDefault(arguments.Require("name")) ?? throw RecordedRefusal.Missing($"Registered Model with name={arguments["name"]}");

    private Version FindVersion(Arguments arguments) =>
        FindModel(arguments).Versions.SingleOrDefault(version => !version.IsDeleted && $"{version.Number}" == arguments["version"])
            ?? throw RecordedRefusal.Missing($"Model Version (name={arguments["name"]}, version={arguments["version"]})");

    private JsonObject CreateModel(Arguments arguments)
    {
        var name = arguments.Require("name");
        if (_models.ContainsKey(name))
        {
            throw new RecordedRefusal(400, "RESOURCE_ALREADY_EXISTS", $"Registered Model (name={name}) already exists.");
        }

        return new() { ["registered_model"] = Json(_models[name] = new Model(name, arguments["description"] ?? string.Empty, arguments.Pairs("tags"))) };
    }

    private JsonObject CreateVersion(Arguments arguments)
    {
        var model = FindModel(arguments);
        var version = new Version(model.Versions.Count + 1, arguments.Require("source"), arguments["run_id"] ?? string.Empty, arguments.Pairs("tags"))
        {
            Description = arguments["description"] ?? string.Empty,
            PendingReads = PendingReads,
        };
        model.Versions.Add(version);
        return new() { ["model_version"] = Json(model, version) };
    }

    private JsonObject GetAlias(Arguments arguments)
    {
        var model = FindModel(arguments);
        // "Invalid", not "missing".
        return model.Aliases.TryGetValue(arguments.Require("alias"), out var number)
            ? new() { ["model_version"] = Json(model, model.Versions[number - 1]) }
            : throw RecordedRefusal.Invalid($"Registered model alias {arguments["alias"]} not found.");
    }

    private JsonObject DeleteVersion(Arguments arguments)
    {
        var version = FindVersion(arguments);
        version.IsDeleted = true;
        var model = FindModel(arguments);
        foreach (var alias in model.Aliases.Where(alias => alias.Value == version.Number).Select(alias => alias.Key).ToList())
        {
            model.Aliases.Remove(alias);
        }

        return [];
    }

    private JsonObject SearchVersions(Arguments arguments)
    {
        var filter = arguments["filter"];
        var name = filter?["name='".Length..^1];
        if (filter is not null && (filter != $"name='{name}'" || name!.Contains('\'', StringComparison.Ordinal)))
        {
            throw RecordedRefusal.Invalid($"Invalid filter: {filter}");
        }

        var versions = _models.Values.Where(model => name is null || model.Name == name).SelectMany(model => model.Versions.Where(version => !version.IsDeleted).Select(version => (model, version)));
        // A search names no aliases.
        return Paged("model_versions", versions, found => Json(found.model, found.version, hasAliases: false), arguments);
    }

    private static Version Read(Version version)
    {
        version.PendingReads = Math.Max(0, version.PendingReads - 1);
        return version;
    }

    private static JsonObject Json(Model model) => new()
    {
        ["name"] = model.Name,
        ["description"] = model.Description,
        ["tags"] = Json(model.Tags),
        ["aliases"] = new JsonArray([.. model.Aliases.Select(alias => new JsonObject { ["alias"] = alias.Key, ["version"] = alias.Value.ToString(CultureInfo.InvariantCulture) })]),
    };

    private JsonObject Json(Model model, Version version, bool hasAliases = true) => new()
    {
        ["name"] = model.Name,
        ["version"] = version.Number.ToString(CultureInfo.InvariantCulture),
        ["creation_timestamp"] = Integer(1_767_225_600_000),
        ["source"] = version.Source,
        ["run_id"] = version.Run,
        ["description"] = version.Description,
        ["status"] = FailsRegistration ? "FAILED_REGISTRATION" : version.PendingReads > 0 ? "PENDING_REGISTRATION" : "READY",
        ["status_message"] = FailsRegistration ? "the store is full" : string.Empty,
        ["tags"] = Json(version.Tags),
        ["aliases"] = new JsonArray([.. model.Aliases.Where(alias => hasAliases && alias.Value == version.Number).Select(alias => (JsonNode)alias.Key)]),
    };

    private sealed class Model(string name, string description, Dictionary<string, string> tags)
    {
        public string Name => name;

        public string Description { get; set; } = description;

        public Dictionary<string, string> Tags => tags;

        public Dictionary<string, int> Aliases { get; } = [];

        public List<Version> Versions { get; } = [];
    }

    private sealed class Version(int number, string source, string run, Dictionary<string, string> tags)
    {
        public int Number => number;

        public string Source => source;

        public string Run => run;

        public string Description { get; set; } = string.Empty;

        public Dictionary<string, string> Tags => tags;

        public bool IsDeleted { get; set; }

        public int PendingReads { get; set; }
    }
}
