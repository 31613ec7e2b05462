using System.Text.Json.Nodes;

namespace Pipeline.WorkflowReplay;

/// <summary>One JSON object laid over another: members of objects one by one, anything else as a whole.</summary>
internal static class JsonOverlay
{
    public static JsonObject Lay(JsonObject over, JsonObject under)
    {
        foreach (var (name, value) in over)
        {
            if (value is JsonObject members && under[name] is JsonObject existing)
            {
                Lay(members, existing);
            }
            else
            {
                under[name] = value?.DeepClone();
            }
        }

        return under;
    }
}
