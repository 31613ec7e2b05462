using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pipeline.Tracking.Tests.MlflowRest;

internal sealed partial class RecordedMlflowServer
{
    private static readonly string[] Statuses = ["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"];

    private readonly Dictionary<string, Experiment> _experiments = [];
    private readonly Dictionary<string, Run> _runs = [];

    public int RunCount
    {
        get
        {
            lock (_lock)
            {
                return _runs.Count;
            }
        }
    }

    /// <summary>A silent change of what was asked, as of a server that does not know a status.</summary>
    public bool IgnoresStatus { get; set; }

    /// <summary>The most runs and points on a page, however many are asked for.</summary>
    public int PageSize { get; set; } = int.MaxValue;

    /// <summary>Another client logs the first point of the next batch just before this one does.</summary>
    public bool IsRacedForPoints { get; set; }

    /// <summary>Another client makes each experiment just before this one does.</summary>
    public bool IsRacedForExperiments { get; set; }

    private JsonObject? CallRuns(string method, string endpoint, Arguments arguments) => (method, endpoint) switch
    {
        ("GET", "experiments/get-by-name") => new() { ["experiment"] = Json(_experiments.Values.FirstOrDefault(experiment => experiment.Name == arguments["experiment_name"]) ?? throw RecordedRefusal.Missing("Experiment")) },
        ("POST", "experiments/create") => CreateExperiment(arguments.Require("name")),
        ("POST", "experiments/search") => new() { ["experiments"] = new JsonArray([.. _experiments.Values.Where(experiment => experiment.IsDeleted == (arguments["view_type"] == "DELETED_ONLY")).Select(Json)]) },
        ("POST", "experiments/delete") => SetDeleted(arguments, true),
        ("POST", "experiments/restore") => SetDeleted(arguments, false),
        ("POST", "runs/create") => CreateRun(arguments),
        ("POST", "runs/delete") => Done(() => FindRun(arguments).IsDeleted = true),
        ("POST", "runs/update") => UpdateRun(arguments),
        ("POST", "runs/log-batch") => LogBatch(arguments),
        ("POST", "runs/log-inputs") when !IsOld => LogInputs(arguments),
        ("GET", "runs/get") => new() { ["run"] = Json(FindRun(arguments)) },
        ("POST", "runs/search") => SearchRuns(arguments),
        ("GET", "metrics/get-history") => GetHistory(arguments),
        ("GET", "artifacts/list") => ListFiles(FindRun(arguments), arguments["path"]),
        _ => null,
    };

    private static JsonObject Done(Action action)
    {
        action();
        return [];
    }

    private static JsonObject Json(Experiment experiment) =>
        new() { ["experiment_id"] = experiment.Id, ["name"] = experiment.Name, ["lifecycle_stage"] = experiment.IsDeleted ? "deleted" : "active" };

    private static JsonArray Json(Dictionary<string, string> pairs) => [.. pairs.Select(pair => new JsonObject { ["key"] = pair.Key, ["value"] = pair.Value })];

    private JsonObject CreateExperiment(string name)
    {
        if (IsRacedForExperiments)
        {
            AddExperiment(name);
        }

        return _experiments.Values.Any(experiment => experiment.Name == name)
            ? throw new RecordedRefusal(400, "RESOURCE_ALREADY_EXISTS", $"Experiment(name={name}) already exists.")
            : new() { ["experiment_id"] = AddExperiment(name) };
    }

    private string AddExperiment(string name)
    {
        var id = $"{_experiments.Count + 1}";
        _experiments[id] = new Experiment(id, name);
        return id;
    }

    private JsonObject SetDeleted(Arguments arguments, bool isDeleted)
    {
        var experiment = _experiments.GetValueOrDefault(arguments.Require("experiment_id"));
        if (experiment is null || experiment.IsDeleted == isDeleted)
        {
            throw RecordedRefusal.Missing("Experiment");
        }

        experiment.IsDeleted = isDeleted;
        foreach (var run in _runs.Values.Where(run => run.Experiment == experiment.Id))
        {
            run.IsDeleted = isDeleted;
        }

        return [];
    }

    private Run FindRun(Arguments arguments) => _runs.GetValueOrDefault(arguments.Require("run_id")) ?? throw RecordedRefusal.Missing($"Run with id={arguments["run_id"]}");

    private Run ActiveRun(Arguments arguments) =>
        FindRun(arguments) is { IsDeleted: false } run ? run : throw RecordedRefusal.Invalid($"The run {arguments["run_id"]} must be in the 'active' state. Current state is deleted.");

    private JsonObject CreateRun(Arguments arguments)
    {
        var experiment = arguments.Require("experiment_id");
        if (!_experiments.TryGetValue(experiment, out var found) || found.IsDeleted)
        {
            throw RecordedRefusal.Missing($"No Experiment with id={experiment} exists");
        }

        var run = new Run(Guid.NewGuid().ToString("N"), experiment, arguments["run_name"] ?? string.Empty, arguments["user_id"] ?? string.Empty, long.Parse(arguments["start_time"] ?? "0", CultureInfo.InvariantCulture));
        foreach (var (key, value) in arguments.Pairs("tags"))
        {
            run.Tags[key] = value;
        }

        _runs[run.Id] = run;
        return new() { ["run"] = Json(run) };
    }

    private JsonObject UpdateRun(Arguments arguments)
    {
        var run = ActiveRun(arguments);
        // A word that it does not know is left out, and all is said to be well.
        run.Status = Statuses.Contains(arguments["status"]) && !IgnoresStatus ? arguments["status"]! : run.Status;
        run.End = arguments["end_time"] is { } end ? long.Parse(end, CultureInfo.InvariantCulture) : run.End;
        return new() { ["run_info"] = Info(run) };
    }

    private JsonObject LogBatch(Arguments arguments)
    {
        var run = ActiveRun(arguments);
        var (metrics, parameters, tags) = (arguments.Items("metrics").Select(PointOf).ToList(), arguments.Items("params").ToList(), arguments.Pairs("tags"));
        if (metrics.Count > 1000 || parameters.Count > 100 || tags.Count > 100 || metrics.Count + parameters.Count + tags.Count > 1000)
        {
            throw RecordedRefusal.Invalid("A batch logging request can contain at most 1000 metrics, 100 params, 100 tags, and 1000 in total.");
        }

        var limit = IsOld ? 500 : 6000;
        foreach (var (key, value) in parameters.Select(pair => (pair["key"]!.ToString(), pair["value"]!.ToString())))
        {
            if (IsOld && value.Length > limit)
            {
                throw RecordedRefusal.Invalid($"Param value '{value}' had length {value.Length}, which exceeded length limit of {limit}");
            }

            if (run.Parameters.TryGetValue(key, out var before) && before != value)
            {
                throw RecordedRefusal.Invalid($"Changing param values is not allowed. Param with key='{key}' was already logged with value='{before}' for run ID='{run.Id}'.");
            }
        }

        if (IsRacedForPoints && metrics.Count > 0)
        {
            IsRacedForPoints = false;
            run.Points.Add(metrics[0]);
        }

        if (metrics.Any(point => double.IsNaN(point.Value) && run.Points.Contains(point)))
        {
            throw new RecordedRefusal(400, "BAD_REQUEST", "(sqlite3.IntegrityError) UNIQUE constraint failed: metrics.key, metrics.timestamp, metrics.step, metrics.run_uuid, metrics.value, metrics.is_nan");
        }

        foreach (var pair in parameters)
        {
            var value = pair["value"]!.ToString();
            run.Parameters[pair["key"]!.ToString()] = value.Length > limit ? value[..limit] : value;
        }

        foreach (var (key, value) in tags)
        {
            run.Tags[key] = value;
            run.Name = key == TrackingTags.RunName ? value : run.Name;
        }

        run.Points.UnionWith(metrics);
        return [];
    }

    private static Point PointOf(JsonObject metric)
    {
        var value = metric["value"]!.ToString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.MaxValue,
            "-Infinity" => double.MinValue,
            var text => double.Parse(text, CultureInfo.InvariantCulture),
        };
        return new Point(metric["key"]!.ToString(), value, metric["timestamp"]!.GetValue<long>(), metric["step"]!.GetValue<long>());
    }

    private JsonObject LogInputs(Arguments arguments)
    {
        var run = ActiveRun(arguments);
        foreach (var input in arguments.Items("datasets"))
        {
            run.Inputs[$"{input["dataset"]!["name"]} {input["dataset"]!["digest"]}"] = input.ToJsonString();
        }

        return [];
    }

    private JsonObject SearchRuns(Arguments arguments)
    {
        var filter = arguments["filter"] ?? string.Empty;
        var tags = TagPattern().Matches(filter).ToList();
        if (filter.Length > 0 && string.Join(" and ", tags.Select(tag => tag.Value)) != filter)
        {
            throw RecordedRefusal.Invalid($"Invalid clause(s) in filter string: {filter}");
        }

        // Letters' case does not matter, as in MySQL.
        var runs = _runs.Values.Where(run => !run.IsDeleted && arguments.Texts("experiment_ids").Contains(run.Experiment)
            && tags.All(tag => run.Tags.TryGetValue(tag.Groups["key"].Value, out var value) && value.Equals(tag.Groups["value"].Value, StringComparison.OrdinalIgnoreCase)))
            .OrderByDescending(run => run.Start).ThenBy(run => run.Id);
        return Paged("runs", runs, Json, arguments);
    }

    private JsonObject GetHistory(Arguments arguments)
    {
        var points = FindRun(arguments).Points.Where(point => point.Key == arguments["metric_key"]).ToList();
        // Without a limit, 3.x answers with nothing but a page's name.
        return arguments["max_results"] is null && points.Count > 0 ? new() { ["next_page_token"] = "0" } : Paged("metrics", points, Json, arguments);
    }

    private JsonObject Paged<T>(string name, IEnumerable<T> items, Func<T, JsonObject> json, Arguments arguments)
    {
        var skip = int.Parse(arguments["page_token"] ?? "0", CultureInfo.InvariantCulture);
        var take = Math.Min(int.Parse(arguments["max_results"] ?? "1000", CultureInfo.InvariantCulture), PageSize);
        var rest = items.Skip(skip).ToList();
        var answer = new JsonObject();
        if (rest.Count > 0)
        {
            answer[name] = new JsonArray([.. rest.Take(take).Select(json)]);
        }

        if (rest.Count > take)
        {
            answer["next_page_token"] = $"{skip + take}";
        }

        return answer;
    }

    private JsonObject Info(Run run)
    {
        var info = new JsonObject
        {
            ["run_id"] = run.Id,
            ["run_uuid"] = run.Id,
            ["run_name"] = run.Name,
            ["experiment_id"] = run.Experiment,
            ["user_id"] = run.User,
            ["status"] = run.Status,
            ["start_time"] = Integer(run.Start),
            ["artifact_uri"] = $"{ArtifactRoot}{run.Experiment}/{run.Id}/artifacts",
            ["lifecycle_stage"] = run.IsDeleted ? "deleted" : "active",
        };
        if (run.End is { } end)
        {
            info["end_time"] = Integer(end);
        }

        return info;
    }

    private JsonObject Json(Point point) => new()
    {
        ["key"] = point.Key,
        ["value"] = double.IsNaN(point.Value) ? "NaN" : point.Value,
        ["timestamp"] = Integer(point.Time),
        ["step"] = Integer(point.Step),
    };

    private JsonObject Json(Run run) => new()
    {
        ["info"] = Info(run),
        ["data"] = new JsonObject
        {
            ["metrics"] = new JsonArray([.. run.Points.GroupBy(point => point.Key).Select(points => Json(points.OrderBy(point => point.Step).ThenBy(point => point.Time).ThenBy(point => point.Value).Last()))]),
            ["params"] = Json(run.Parameters),
            ["tags"] = Json(run.Tags),
        },
        ["inputs"] = new JsonObject { ["dataset_inputs"] = new JsonArray([.. run.Inputs.Values.Select(input => JsonNode.Parse(input))]) },
    };

    [GeneratedRegex("tags\\.`(?<key>[^`]+)` = '(?<value>[^']*)'")]
    private static partial Regex TagPattern();

    private sealed record Point(string Key, double Value, long Time, long Step);

    private sealed class Experiment(string id, string name)
    {
        public string Id => id;

        public string Name => name;

        public bool IsDeleted { get; set; }
    }

    private sealed class Run(string id, string experiment, string name, string user, long start)
    {
        public string Id => id;

        public string Experiment => experiment;

        public string Name { get; set; } = name;

        public string User => user;

        public long Start => start;

        public long? End { get; set; }

        public string Status { get; set; } = "RUNNING";

        public bool IsDeleted { get; set; }

        public Dictionary<string, string> Parameters { get; } = [];

        public Dictionary<string, string> Tags { get; } = [];

        public Dictionary<string, string> Inputs { get; } = [];

        public HashSet<Point> Points { get; } = [];
    }
}
