using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pipeline.WorkflowReplay;

/// <summary>What is replayed, and with which values.</summary>
/// <param name="Repository">The repository's root; its commit that is checked out is replayed.</param>
/// <param name="Workflow">The workflow's file.</param>
/// <param name="Jobs">Jobs to replay; all if empty.</param>
/// <param name="Values">Assumed contexts (github, vars, secrets, inputs, matrix, needs) and <c>answers</c> of gh, laid over the defaults.</param>
/// <param name="KeepsFolder">Whether the replay's folder is left for a look.</param>
public sealed record ReplayOptions(string Repository, string Workflow, IReadOnlyList<string> Jobs, JsonObject Values, bool KeepsFolder)
{
    private const string Usage = "usage: replay.sh WORKFLOW [JOB…] [--values FILE.json] [--set CONTEXT.NAME=VALUE…] [--keep]";

    /// <param name="arguments">Repository root, then what replay.sh was called with; relative paths are the current folder's.</param>
    /// <exception cref="ReplayUsageException">They are not of that form.</exception>
    public static ReplayOptions Parse(IReadOnlyList<string> arguments)
    {
        var names = new List<string>();
        var (values, isToKeep) = (new JsonObject(), false);
        for (var i = 1; i < arguments.Count; i++)
        {
            string Next() => ++i < arguments.Count ? arguments[i] : throw new ReplayUsageException($"{arguments[i - 1]} needs a value; {Usage}");
            switch (arguments[i])
            {
                case "--values":
                    JsonOverlay.Lay(ReadValues(Next()), values);
                    break;
                case "--set":
                    Set(values, Next());
                    break;
                case "--keep":
                    isToKeep = true;
                    break;
                case var option when option.StartsWith('-'):
                    throw new ReplayUsageException($"there is no option {option}; {Usage}");
                case var name:
                    names.Add(name);
                    break;
            }
        }

        return names is [var workflow, .. var jobs]
            ? new ReplayOptions(arguments[0], FindWorkflow(arguments[0], workflow), jobs, values, isToKeep)
            : throw new ReplayUsageException(Usage);
    }

    private static string FindWorkflow(string repository, string name) =>
        new[] { name, Path.Combine(repository, ".github", "workflows", name), Path.Combine(repository, ".github", "workflows", $"{name}.yml") }.FirstOrDefault(File.Exists)
        ?? throw new ReplayUsageException($"there is no workflow '{name}', neither here nor in .github/workflows");

    private static JsonObject ReadValues(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw new ReplayUsageException($"--values {path}: it is no JSON object");
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            throw new ReplayUsageException($"--values {path}: {e.Message}");
        }
    }

    private static void Set(JsonObject values, string written)
    {
        if (written.Split('=', 2) is not [var path, var value] || path.Split('.') is not [var context, .. var rest] || rest.Length == 0)
        {
            throw new ReplayUsageException($"--set {written}: write it as CONTEXT.NAME=VALUE, such as inputs.stage=staging");
        }

        JsonNode leaf = JsonValue.Create(value);
        foreach (var name in rest.Reverse())
        {
            leaf = new JsonObject { [name] = leaf };
        }

        JsonOverlay.Lay(new JsonObject { [context] = leaf }, values);
    }
}
