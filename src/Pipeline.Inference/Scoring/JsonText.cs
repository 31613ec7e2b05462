using System.Buffers.Text;
using System.Text.Json;

namespace Pipeline.Inference.Scoring;

/// <summary>
/// Tells names and strings that are text from those with half a character as an escape, such as <c>\ud800</c> alone. <see cref="Utf8JsonReader"/> throws for these; an
/// exception takes tens of microseconds, and a hostile request has room for millions.
/// </summary>
internal static class JsonText
{
    private const int EscapeLength = 6;

    /// <param name="reader">On a name or string of valid UTF-8.</param>
    public static bool IsText(ref readonly Utf8JsonReader reader) => !reader.ValueIsEscaped || HasWholeCharacters(reader.ValueSpan);

    /// <summary>The name or string that the reader stands on; null if it is no text.</summary>
    public static string? Of(ref readonly Utf8JsonReader reader) => IsText(in reader) ? reader.GetString() : null;

    // The reader has seen to it that a backslash is followed by what may follow it.
    private static bool HasWholeCharacters(ReadOnlySpan<byte> escaped)
    {
        while (escaped.IndexOf((byte)'\\') is var at and >= 0)
        {
            escaped = escaped[at..];
            if (escaped[1] != 'u')
            {
                escaped = escaped[2..];
                continue;
            }

            var unit = UnitOf(escaped);
            escaped = escaped[EscapeLength..];
            if (char.IsHighSurrogate(unit) && escaped.StartsWith("\\u"u8) && char.IsLowSurrogate(UnitOf(escaped)))
            {
                escaped = escaped[EscapeLength..];
            }
            else if (char.IsSurrogate(unit))
            {
                return false;
            }
        }

        return true;
    }

    private static char UnitOf(ReadOnlySpan<byte> escape) => Utf8Parser.TryParse(escape[2..EscapeLength], out ushort unit, out _, 'x') ? (char)unit : '\0';
}
