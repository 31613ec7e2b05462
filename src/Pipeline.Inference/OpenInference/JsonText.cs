using System.Text.Json;

namespace Pipeline.Inference.OpenInference;

/// <summary>Names and strings of JSON, which may hold escapes that are no Unicode character: JSON's grammar allows them.</summary>
internal static class JsonText
{
    /// <summary>Whether the reader's name or string is this one.</summary>
    public static bool Is(ref readonly Utf8JsonReader reader, ReadOnlySpan<byte> utf8) =>
        reader.ValueIsEscaped ? IsEscaped(in reader, utf8) : reader.ValueSpan.SequenceEqual(utf8);

    /// <summary>The reader's name or string, for messages.</summary>
    public static string Of(ref readonly Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return "a text that is no valid Unicode";
        }
    }

    private static bool IsEscaped(ref readonly Utf8JsonReader reader, ReadOnlySpan<byte> utf8)
    {
        try
        {
            return reader.ValueTextEquals(utf8);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
