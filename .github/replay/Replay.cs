using System.Text.Json.Nodes;

namespace Pipeline.WorkflowReplay;

/// <summary>Replays a workflow's jobs in the order of their needs, each leg of a matrix by itself.</summary>
public sealed class Replay(ReplayMachine machine, ReplayOptions options, TextWriter output)
{
    private readonly List<ReplayedJob> _done = [];

    /// <exception cref="ReplayException">The workflow has something in it that is not known here.</exception>
    public ReplayReport Run()
    {
        var workflow = WorkflowFile.Read(options.Workflow);
        var contexts = ReplayContexts.Create(machine, workflow, options);
        var jobs = workflow["jobs"]?.AsObject() ?? throw new ReplayException($"{options.Workflow} has no jobs.");
        if (options.Jobs.FirstOrDefault(name => !jobs.ContainsKey(name)) is { } unknown)
        {
            throw new ReplayException($"{options.Workflow} has no job '{unknown}'; it has {string.Join(", ", jobs.Select(job => job.Key))}.");
        }

        output.WriteLine($"replay of {Path.GetFileName(options.Workflow)} at {machine.Commit[..12]} in {machine.Root}; what git ignores stays from job to job");
        if (machine.LeavesChangesOut)
        {
            output.WriteLine("note: changes that are in no commit are left out");
        }

        foreach (var id in InOrder(jobs))
        {
            ReplayJob(workflow, id, jobs[id]!.AsObject(), contexts);
        }

        return Close();
    }

    private void ReplayJob(JsonObject workflow, string id, JsonObject job, JsonObject contexts)
    {
        contexts["needs"] = Needs(job);
        var state = new Expression(contexts, (name, _) => JsonValue.Create(State(name, job)));
        if (!Template.Holds(job["if"], state))
        {
            output.WriteLine($"\n== job {id}: skipped, its condition does not hold: {ExpressionValue.Text(job["if"] ?? "success()")}");
            _done.Add(new ReplayedJob(id, id, ReplayResult.Skipped, [], []));
            return;
        }

        foreach (var leg in Matrix.Legs(job["strategy"]?["matrix"], options.Values["matrix"] as JsonObject, state))
        {
            var legContexts = contexts.DeepClone().AsObject();
            legContexts["matrix"] = leg;
            var title = leg.Count == 0 ? id : $"{id} ({string.Join(", ", leg.Select(value => ExpressionValue.Text(value.Value)))})";
            _done.Add(new JobReplay(machine, output, workflow, job, legContexts).Run(id, title));
        }
    }

    private IEnumerable<string> InOrder(JsonObject jobs)
    {
        var left = jobs.Select(job => job.Key).Where(id => options.Jobs.Count == 0 || options.Jobs.Contains(id)).ToList();
        while (left.Count > 0)
        {
            var next = left.Find(id => !NeedsOf(jobs[id]!.AsObject()).Any(left.Contains)) ?? throw new ReplayException($"The jobs {string.Join(", ", left)} need each other.");
            left.Remove(next);
            yield return next;
        }
    }

    /// <summary>Results and outputs of the jobs before; of those that are not replayed, what the values say, or success.</summary>
    private JsonObject Needs(JsonObject job) => new(NeedsOf(job).Select(id => KeyValuePair.Create<string, JsonNode?>(id, Need(id))));

    private JsonObject Need(string id)
    {
        var legs = _done.Where(job => job.Id == id).ToList();
        var need = new JsonObject { ["result"] = "success", ["outputs"] = new JsonObject() };
        if (legs.Count > 0)
        {
            need["result"] = Word(legs.Any(leg => leg.Result == ReplayResult.Failure) ? ReplayResult.Failure : legs[^1].Result);
            need["outputs"] = legs[^1].Outputs.DeepClone();
        }

        return options.Values["needs"]?[id] is JsonObject assumed ? JsonOverlay.Lay(assumed, need) : need;
    }

    private bool State(string name, JsonObject job)
    {
        var results = NeedsOf(job).Select(id => Need(id)["result"]!.GetValue<string>()).ToList();
        return name.ToUpperInvariant() switch
        {
            "ALWAYS" => true,
            "CANCELLED" => false,
            "SUCCESS" => results.TrueForAll(result => result == "success"),
            "FAILURE" => results.Contains("failure"),
            _ => throw new ReplayException($"The function {name}() is not known here."),
        };
    }

    private ReplayReport Close()
    {
        var report = new ReplayReport(_done, File.ReadAllLines(machine.Calls));
        output.WriteLine("\n== summary");
        foreach (var job in report.Jobs)
        {
            output.WriteLine($"{Word(job.Result),-8} job {job.Title}");
            foreach (var step in job.Steps)
            {
                output.WriteLine($"  {Word(step.Result),-8} {step.Name}{(step.Note.Length > 0 ? $": {step.Note}" : string.Empty)}");
            }
        }

        foreach (var call in report.Calls)
        {
            output.WriteLine($"noted, not carried out: {call}");
        }

        output.WriteLine(report.Failed ? "replay: failed" : "replay: every step that was replayed ended well");
        return report;
    }

    private static List<string> NeedsOf(JsonObject job) => job["needs"] switch
    {
        JsonArray names => [.. names.Select(ExpressionValue.Text)],
        JsonValue name => [ExpressionValue.Text(name)],
        _ => [],
    };

    internal static string Word(ReplayResult result) => result.ToString().ToLowerInvariant();
}
