using System.Text.Json;

namespace Pipeline.Inference.Scoring;

/// <summary>What JSON values are called in messages.</summary>
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
}
