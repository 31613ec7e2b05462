using System.Text.RegularExpressions;

namespace Pipeline.Delivery.NewModels;

/// <summary>What names of columns say of times.</summary>
internal static partial class TimeNames
{
    /// <summary>True if a column of this name is likely to hold times.</summary>
    public static bool IsLikely(string name) => Likely().IsMatch(name);

    /// <summary>True if it is likely to be another time than the row's own: of birth, or of an end that is not known yet.</summary>
    public static bool IsOther(string name) => Other().IsMatch(name);

    [GeneratedRegex("date|time|timestamp|created|recorded|observed|departure|_at$|_ts$|^ts$|^day$|^when$|epoch|datum|zeit", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Likely();

    [GeneratedRegex("birth|dob|born|expir|valid|until|end|due|closed|resolved|deleted|cancel|updated|modified|geburt", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Other();
}
