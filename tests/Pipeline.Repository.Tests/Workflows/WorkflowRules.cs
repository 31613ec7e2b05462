using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pipeline.Repository.Tests.Workflows;

/// <summary>What every workflow here keeps to, beyond what actionlint knows: GitHub's page "Secure use reference", and the house's own.</summary>
internal static partial class WorkflowRules
{
    private static readonly string[] s_building = ["build.sh", "dotnet ", ".ci/run", "promote.sh", "rollback.sh", "drift-check.sh"];

    public static IEnumerable<string> Faults(WorkflowText workflow) =>
        [.. OfTheWhole(workflow), .. Pins(workflow), .. workflow.Jobs.SelectMany(job => OfJob(workflow, job.Id, job.Job))];

    private static IEnumerable<string> OfTheWhole(WorkflowText workflow)
    {
        if (workflow.Content["permissions"] is not JsonObject permissions || permissions.Any(permission => (string?)permission.Value != "read"))
        {
            yield return "permissions of the whole workflow are not empty or read";
        }

        if (Triggers(workflow.Content["on"]).FirstOrDefault(trigger => trigger is "pull_request_target" or "workflow_run") is { } trigger)
        {
            yield return $"{trigger} gives a token that writes to code that nobody reviewed";
        }

        if (workflow.Content["concurrency"] is null && workflow.Jobs.Any(job => job.Job["concurrency"] is null))
        {
            yield return "no concurrency";
        }
    }

    private static IEnumerable<string> Pins(WorkflowText workflow) =>
        UsesLine().Matches(workflow.Text).Select(match => match.Value.Trim()).Where(line => !PinnedLine().IsMatch(line)).Select(line => $"not pinned by SHA with its version in a comment: {line}");

    private static IEnumerable<string> OfJob(WorkflowText workflow, string id, JsonObject job)
    {
        if (job["timeout-minutes"] is null)
        {
            yield return $"{id}: no timeout-minutes";
        }

        if (job["permissions"] is not JsonObject permissions)
        {
            yield return $"{id}: no permissions of its own";
            permissions = [];
        }

        if (permissions.ContainsKey("id-token"))
        {
            yield return $"{id}: id-token, and nothing here signs in by OIDC";
        }

        if (permissions.Any(permission => (string?)permission.Value == "write" && permission.Key != "packages") && WorkflowText.Steps(job).Any(Builds))
        {
            yield return $"{id}: runs what was built with a token that writes";
        }

        foreach (var step in WorkflowText.Steps(job))
        {
            if (WorkflowText.Run(step)?.Contains("${{", StringComparison.Ordinal) == true)
            {
                yield return $"{id}: an expression within run, where text of others becomes a command: {WorkflowText.Run(step)}";
            }

            if (WorkflowText.Uses(step)?.StartsWith("actions/checkout@", StringComparison.Ordinal) == true && step["with"]?["persist-credentials"]?.ToJsonString() != "false")
            {
                yield return $"{id}: checkout leaves the token in .git/config";
            }

            if (WorkflowText.Uses(step)?.StartsWith("actions/cache", StringComparison.Ordinal) == true && BranchName().IsMatch($"{step["with"]?["key"]} {step["with"]?["restore-keys"]}"))
            {
                yield return $"{id}: a cache by the branch's name";
            }

            if (WorkflowText.Uses(step)?.StartsWith("actions/cache", StringComparison.Ordinal) == true && workflow.Name is "promote.yml" or "rollback.yml")
            {
                yield return $"{id}: a release restores no cache";
            }
        }
    }

    private static bool Builds(JsonObject step) =>
        WorkflowText.Uses(step)?.StartsWith("actions/setup-dotnet", StringComparison.Ordinal) == true || (WorkflowText.Run(step) is { } run && s_building.Any(part => run.Contains(part, StringComparison.Ordinal)));

    private static IEnumerable<string> Triggers(JsonNode? on) => on switch
    {
        JsonObject triggers => triggers.Select(trigger => trigger.Key),
        JsonArray names => names.Select(name => (string)name!),
        _ => [(string)on!],
    };

    [GeneratedRegex(@"^\s*-?\s*uses:.*$", RegexOptions.Multiline)]
    private static partial Regex UsesLine();

    [GeneratedRegex(@"uses: (?:\./\S+|[\w.-]+(?:/[\w.-]+)+@[0-9a-f]{40} # v\d+(?:\.\d+)*)$")]
    private static partial Regex PinnedLine();

    [GeneratedRegex(@"github\.(?:ref|head_ref|base_ref)")]
    private static partial Regex BranchName();
}
