using System.Text.Json.Nodes;
using Pipeline.WorkflowReplay;

namespace Pipeline.Repository.Tests.Workflows;

/// <summary>A workflow of this repository: its text and what it says.</summary>
internal sealed record WorkflowText(string Name, string Text, JsonObject Content)
{
    public static TheoryData<string> Names => [.. Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Root, ".github", "workflows"), "*.yml").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    public IEnumerable<(string Id, JsonObject Job)> Jobs => Content["jobs"]!.AsObject().Select(job => (job.Key, job.Value!.AsObject()));

    public static WorkflowText Read(string name) => ReadFile(Path.Combine(RepositoryFolder.Root, ".github", "workflows", name));

    public static WorkflowText ReadFile(string path) => new(Path.GetFileName(path), File.ReadAllText(path), WorkflowFile.Read(path));

    public static IEnumerable<JsonObject> Steps(JsonObject job) => (job["steps"]?.AsArray() ?? []).OfType<JsonObject>();

    public static string? Run(JsonObject step) => (string?)step["run"];

    public static string? Uses(JsonObject step) => (string?)step["uses"];
}
