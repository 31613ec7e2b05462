using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Pipeline.Delivery.Reports;

/// <summary>
/// Text in GitHub's Markdown that shows as it is, also in a table's cell. A backslash keeps Markdown's own signs from meaning anything. Mentions, issue numbers and addresses are
/// found only after rendering, where an escape is gone: there a space of no width goes between.
/// </summary>
internal static partial class MarkdownText
{
    /// <summary>GitHub takes 65,536 characters in a comment.</summary>
    public const int MaxBytes = 60_000;

    private const string NoSpace = "&#8203;";

    /// <summary>One line, with nothing in it that could name a person, make a link or end a cell.</summary>
    public static string Of(string text)
    {
        var visible = Links().Replace(VisibleText.Of(text), match => match.Value.Insert(match.Value is "#" or "@" ? 1 : match.Value.Length - 1, "\0"));
        var escaped = new StringBuilder(visible.Length);
        for (var i = 0; i < visible.Length; i++)
        {
            escaped.Append(visible[i] switch
            {
                '\0' => NoSpace,
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '_' when IsWithinWord(visible, i) => "_",
                '|' or '`' or '*' or '_' or '[' or ']' or '\\' or '~' or '$' => $"\\{visible[i]}",
                var other => other.ToString(),
            });
        }

        return escaped.ToString();
    }

    /// <summary>As much of a text as fits, to a line's end: half a line might end within an escape.</summary>
    /// <param name="text">Lines.</param>
    /// <param name="maxBytes">In UTF-8, but for the sentence that says that there is more.</param>
    /// <param name="rest">The file that has all of it.</param>
    public static string Cut(string text, int maxBytes, string rest)
    {
        var left = new StringBuilder();
        var bytes = 0;
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            bytes += Encoding.UTF8.GetByteCount(line) + 1;
            if (bytes > maxBytes)
            {
                return left.Append(CultureInfo.InvariantCulture, $"\nThe rest is in `{rest}`.\n").ToString();
            }

            left.Append(line).Append('\n');
        }

        return left.ToString();
    }

    private static bool IsWithinWord(string text, int index) =>
        index > 0 && index < text.Length - 1 && char.IsAsciiLetterOrDigit(text[index - 1]) && char.IsAsciiLetterOrDigit(text[index + 1]);

    // @name; #12 and GH-12; https://… and www.…
    [GeneratedRegex("@|#(?=[0-9])|GH-(?=[0-9])|://|www\\.", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Links();
}
