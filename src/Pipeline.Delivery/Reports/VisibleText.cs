using System.Globalization;
using System.Text;

namespace Pipeline.Delivery.Reports;

/// <summary>Names and sentences as they may be shown: columns and categories are named by whoever made the data, and may hold anything.</summary>
internal static class VisibleText
{
    /// <summary>Names are cut to this width, in columns of a terminal; drift.json has them whole.</summary>
    public const int NameWidth = 48;

    private const char ControlPictures = '\u2400';
    private const char Replacement = '\uFFFD';
    private const string Cut = "…";

    // A letter with its marks may be of any length; a real one is not.
    private const int LongestElement = 32;

    // Roughly: from Hangul on, scripts are mostly as wide as high.
    private const int FirstWideCharacter = 0x1100;

    /// <summary>Line breaks and other controls as their pictures, so that a name stays on its line; what turns the direction of the text beside it, and what is no character, as �.</summary>
    public static string Of(string text)
    {
        var visible = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            visible.Append(rune.Value switch
            {
                < 0x20 => ((char)(ControlPictures + rune.Value)).ToString(),
                0x7F => "\u2421",
                >= 0x80 and < 0xA0 or 0x2028 or 0x2029 or 0xFEFF or 0x200B => Replacement.ToString(),
                0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) => Replacement.ToString(),
                >= 0xFDD0 and <= 0xFDEF => Replacement.ToString(),
                var value when (value & 0xFFFE) == 0xFFFE => Replacement.ToString(),
                _ => rune.ToString(),
            });
        }

        return visible.ToString();
    }

    /// <summary>The visible text, cut to a width with an ellipsis; letters stay whole.</summary>
    /// <param name="text">Any.</param>
    /// <param name="width">At least 1; East Asian characters and emoji take two.</param>
    public static string Name(string text, int width = NameWidth)
    {
        // What is beyond is not shown in any case.
        var visible = Of(text.Length <= width * LongestElement ? text : text[..(width * LongestElement)]);
        var name = new StringBuilder();
        var used = 0;
        var fitting = 0;
        for (var elements = StringInfo.GetTextElementEnumerator(visible); elements.MoveNext();)
        {
            var element = elements.GetTextElement() is { Length: <= LongestElement } whole ? whole : Replacement.ToString();
            used += Rune.GetRuneAt(element, 0).Value >= FirstWideCharacter ? 2 : 1;
            if (used > width)
            {
                return name.ToString(0, fitting) + Cut;
            }

            name.Append(element);
            fitting = used < width ? name.Length : fitting;
        }

        return name.ToString();
    }

    /// <summary>A sentence, cut to a length that a page can take.</summary>
    public static string Sentence(string text) => Name(text, 600);
}
