using System.Buffers;

namespace Pipeline.Inference.MlflowScoring;

/// <summary>
/// What Python's <c>json</c> writes and JSON does not have: <c>NaN</c>. MLflow's own client sends it for each value that a data frame misses, and MLflow's server takes it.
/// </summary>
internal static class PythonJson
{
    /// <summary>The document with <c>null</c> for each <c>NaN</c> that is no part of a string; the same one if there is none.</summary>
    /// <param name="json">JSON, perhaps broken.</param>
    public static ReadOnlySpan<byte> WithNullForNaN(ReadOnlySpan<byte> json)
    {
        var count = json.Count("NaN"u8);
        return count == 0 ? json : Replace(json, new ArrayBufferWriter<byte>(json.Length + count));
    }

    private static ReadOnlySpan<byte> Replace(ReadOnlySpan<byte> json, ArrayBufferWriter<byte> replaced)
    {
        while (json.IndexOfAny((byte)'"', (byte)'N') is var next and >= 0)
        {
            if (json[next] == '"')
            {
                var end = next + LengthOfString(json[next..]);
                replaced.Write(json[..end]);
                json = json[end..];
            }
            else if (json[next..].StartsWith("NaN"u8))
            {
                replaced.Write(json[..next]);
                replaced.Write("null"u8);
                json = json[(next + 3)..];
            }
            else
            {
                replaced.Write(json[..(next + 1)]);
                json = json[(next + 1)..];
            }
        }

        replaced.Write(json);
        return replaced.WrittenSpan;
    }

    // With both quotes; to the end if the second is missing.
    private static int LengthOfString(ReadOnlySpan<byte> json)
    {
        for (var at = 1; json[at..].IndexOfAny((byte)'"', (byte)'\\') is var next and >= 0;)
        {
            at += next + 1;
            if (json[at - 1] == '"')
            {
                return at;
            }

            // What is escaped can't end the string.
            if (at++ == json.Length)
            {
                break;
            }
        }

        return json.Length;
    }
}
