using System.Text.Json.Nodes;

namespace Pipeline.WorkflowReplay;

/// <summary>Replays the steps of one job in order; after one that failed, only those whose condition says so.</summary>
internal sealed class JobReplay(ReplayMachine machine, TextWriter output, JsonObject workflow, JsonObject job, JsonObject contexts)
{
    private static readonly string[] s_files = ["GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY"];

    private readonly Dictionary<string, string> _written = [];
    private readonly JsonObject _steps = [];
    private bool _failed;

    private Expression Expression => new(contexts, Call);

    public ReplayedJob Run(string id, string title)
    {
        contexts["steps"] = _steps;
        machine.CheckOut();
        output.WriteLine($"\n== job {title}");
        if (job["environment"] is { } environment)
        {
            output.WriteLine($"   environment {ExpressionValue.Text(Template.Resolve(environment is JsonObject named ? named["name"] : environment, Expression))}: its reviewers are not asked here");
        }

        var done = new List<ReplayedStep>();
        foreach (var step in (job["steps"] as JsonArray ?? throw new ReplayException($"The job {id} has no steps.")).OfType<JsonObject>())
        {
            contexts["env"] = Environment(step);
            var replayed = ReplayStep(step);
            done.Add(replayed);
            output.WriteLine($"   {Replay.Word(replayed.Result)}{(replayed.Note.Length > 0 ? $": {replayed.Note}" : string.Empty)}");
        }

        var outputs = Template.Resolve(job["outputs"] ?? new JsonObject(), Expression)!.AsObject();
        return new ReplayedJob(id, title, _failed ? ReplayResult.Failure : ReplayResult.Success, outputs, done);
    }

    private ReplayedStep ReplayStep(JsonObject step)
    {
        var name = NameOf(step);
        output.WriteLine($"\n-- {name}");
        if (!Template.Holds(step["if"], Expression))
        {
            Remember(step, ReplayResult.Skipped, ReplayResult.Skipped, []);
            return new ReplayedStep(name, ReplayResult.Skipped, _failed ? "an earlier step failed" : "its condition does not hold");
        }

        var (isWell, note, outputs) = step["uses"] is { } uses ? Use(ExpressionValue.Text(uses), step) : RunScript(step);
        var outcome = isWell ? ReplayResult.Success : ReplayResult.Failure;
        var isForgiven = !isWell && ExpressionValue.IsTrue(Template.Resolve(step["continue-on-error"], Expression));
        _failed |= !isWell && !isForgiven;
        Remember(step, outcome, isForgiven ? ReplayResult.Success : outcome, outputs);
        return new ReplayedStep(name, isForgiven ? ReplayResult.Success : outcome, isForgiven ? $"{note}, and the step may fail" : note);
    }

    private (bool IsWell, string Note, JsonObject Outputs) Use(string action, JsonObject step)
    {
        var inputs = Template.Resolve(step["with"] ?? new JsonObject(), Expression)!.AsObject();
        var (isWell, note) = action.Split('@')[0] switch
        {
            "actions/upload-artifact" => ArtifactShelf.Put(machine, inputs),
            "actions/download-artifact" => ArtifactShelf.Get(machine, inputs),
            var other => (true, $"not replayed: {other}"),
        };
        return (isWell, note, []);
    }

    private (bool IsWell, string Note, JsonObject Outputs) RunScript(JsonObject step)
    {
        var script = Path.Combine(machine.Temp, "step.sh");
        File.WriteAllText(script, Template.Fill(ExpressionValue.Text(step["run"]), Expression));
        var files = s_files.ToDictionary(name => name, name => Path.Combine(machine.Temp, $"{name}.txt"));
        foreach (var file in files.Values)
        {
            File.WriteAllText(file, string.Empty);
        }

        var variables = machine.Environment(contexts["github"]!.AsObject());
        foreach (var (name, value) in contexts["env"]!.AsObject().Select(variable => (variable.Key, ExpressionValue.Text(variable.Value))).Concat(files.Select(file => (file.Key, file.Value))))
        {
            variables[name] = value;
        }

        var folder = Path.Combine(machine.Workspace, ExpressionValue.Text(Template.Resolve(step["working-directory"] ?? Default("working-directory"), Expression)));
        var exitCode = ShellProcess.Run("bash", [.. ShellOptions(step), script], folder, variables, output);
        foreach (var (name, value) in CommandFile.Read(files["GITHUB_ENV"]))
        {
            _written[name] = value;
        }

        if (new FileInfo(files["GITHUB_STEP_SUMMARY"]).Length is > 0 and var length)
        {
            output.WriteLine($"   step summary: {length} bytes, beginning with: {File.ReadLines(files["GITHUB_STEP_SUMMARY"]).First()}");
        }

        var outputs = new JsonObject();
        foreach (var (name, value) in CommandFile.Read(files["GITHUB_OUTPUT"]))
        {
            outputs[name] = value;
        }

        return (exitCode == 0, exitCode == 0 ? string.Empty : $"exit code {exitCode}", outputs);
    }

    private IEnumerable<string> ShellOptions(JsonObject step) => ExpressionValue.Text(step["shell"] ?? Default("shell")) switch
    {
        "" => ["-e"],
        "bash" => ["--noprofile", "--norc", "-eo", "pipefail"],
        var other => throw new ReplayException($"A step with the shell '{other}' is not replayed."),
    };

    private JsonNode? Default(string name) => job["defaults"]?["run"]?[name] ?? workflow["defaults"]?["run"]?[name];

    /// <summary>The workflow's, the job's, what earlier steps wrote, then the step's own.</summary>
    private JsonObject Environment(JsonObject step)
    {
        var variables = new JsonObject();
        contexts["env"] = variables;
        foreach (var level in new[] { workflow["env"], job["env"], new JsonObject(_written.Select(value => KeyValuePair.Create<string, JsonNode?>(value.Key, value.Value))), step["env"] }.OfType<JsonObject>())
        {
            foreach (var (name, value) in level)
            {
                variables[name] = ReferenceEquals(level, workflow["env"]) || ReferenceEquals(level, job["env"]) || ReferenceEquals(level, step["env"])
                    ? ExpressionValue.Text(Template.Resolve(value, Expression))
                    : value?.DeepClone();
            }
        }

        return variables.DeepClone().AsObject();
    }

    private void Remember(JsonObject step, ReplayResult outcome, ReplayResult conclusion, JsonObject outputs)
    {
        if (step["id"] is { } id)
        {
            _steps[ExpressionValue.Text(id)] = new JsonObject { ["outcome"] = Replay.Word(outcome), ["conclusion"] = Replay.Word(conclusion), ["outputs"] = outputs };
        }
    }

    private string NameOf(JsonObject step) => step["name"] is { } name
        ? Template.Fill(ExpressionValue.Text(name), Expression)
        : ExpressionValue.Text(step["uses"] ?? step["run"]).Split('\n')[0];

    private JsonNode? Call(string name, IReadOnlyList<JsonNode?> arguments) => name.ToUpperInvariant() switch
    {
        "ALWAYS" => true,
        "CANCELLED" => false,
        "SUCCESS" => !_failed,
        "FAILURE" => _failed,
        // Keys of caches alone ask for it, and no cache is replayed.
        "HASHFILES" => "0",
        _ => throw new ReplayException($"The function {name}() is not known here."),
    };
}
