using System.Text.Json.Nodes;

namespace Pipeline.WorkflowReplay;

/// <summary>The contexts that a workflow's expressions ask: defaults for a push to main, with the assumed values over them.</summary>
internal static class ReplayContexts
{
    public static JsonObject Create(ReplayMachine machine, JsonObject workflow, ReplayOptions options)
    {
        var contexts = new JsonObject
        {
            ["github"] = new JsonObject
            {
                ["event_name"] = FirstTrigger(workflow["on"]),
                ["ref"] = "refs/heads/main",
                ["ref_name"] = "main",
                ["sha"] = machine.Commit,
                ["repository"] = "Example/pipeline",
                ["repository_owner"] = "Example",
                ["actor"] = "replay",
                ["run_id"] = "1001",
                ["run_number"] = "1",
                ["run_attempt"] = "1",
                ["server_url"] = "https://git.example",
                ["api_url"] = "https://git.example/api",
                ["token"] = "no-token",
                ["workflow"] = workflow["name"]?.DeepClone(),
                ["workspace"] = machine.Workspace,
                ["base_ref"] = string.Empty,
                ["head_ref"] = string.Empty,
                ["event"] = new JsonObject { ["repository"] = new JsonObject { ["default_branch"] = "main" } },
            },
            ["vars"] = new JsonObject(),
            ["secrets"] = new JsonObject { ["GITHUB_TOKEN"] = "no-token" },
            ["inputs"] = Inputs(workflow["on"]),
            ["runner"] = new JsonObject { ["temp"] = machine.Temp, ["os"] = "Linux", ["arch"] = "X64" },
            ["env"] = new JsonObject(),
            ["matrix"] = new JsonObject(),
            ["needs"] = new JsonObject(),
            ["steps"] = new JsonObject(),
        };
        JsonOverlay.Lay(new JsonObject(options.Values.Where(value => value.Key is "github" or "vars" or "secrets" or "inputs").Select(value => KeyValuePair.Create(value.Key, value.Value?.DeepClone()))), contexts);
        var expression = new Expression(contexts, (name, _) => throw new ReplayException($"An answer of gh cannot ask for {name}()."));
        machine.Answer((options.Values["answers"] as JsonObject ?? []).Select(answer => KeyValuePair.Create(answer.Key, Template.Fill(ExpressionValue.Text(answer.Value), expression))));
        return contexts;
    }

    private static string FirstTrigger(JsonNode? on) => on switch
    {
        JsonObject triggers => triggers.ContainsKey("push") ? "push" : triggers.First().Key,
        JsonArray names => ExpressionValue.Text(names[0]),
        _ => ExpressionValue.Text(on),
    };

    private static JsonObject Inputs(JsonNode? on) =>
        new(((on as JsonObject)?["workflow_dispatch"]?["inputs"] as JsonObject ?? []).Select(input => KeyValuePair.Create(input.Key, input.Value?["default"]?.DeepClone())));
}
