using System.Text.Json;

namespace Pipeline.Inference.Scoring;

/// <summary>What readers of JSON have in common: what values are called in messages, and that a document is broken.</summary>
internal static class JsonKinds
{
    public static string NameOf(JsonTokenType token) => token switch
    {
        JsonTokenType.Null => "null",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        JsonTokenType.Number => "a number",
        JsonTokenType.String => "a string",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.StartObject => "an object",
        _ => "nothing",
    };

    /// <summary>Notes that the JSON ends before its end.</summary>
    public static void NoteBroken(FaultList faults, JsonException e) =>
        faults.Add(null, null, "valid JSON", $"broken JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine}: {e.Message.Split(" LineNumber:")[0].TrimEnd('.')}");
}
