using System.Globalization;
using System.Text;

namespace Pipeline.Delivery.DriftChecks.Counters.Prometheus;

/// <summary>Pieces of PromQL. Only selectors are needed, which all versions of Prometheus, and what speaks its language, understand alike.</summary>
internal static class PromQl
{
    public static string Quote(string value) => $"\"{value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"";

    /// <summary>A matcher for any of some values, such as <c>instance=~"a:80|b:80"</c>.</summary>
    public static string AnyOf(string label, IEnumerable<string> values) => $"{label}=~{Quote(string.Join('|', values.Select(Escape)))}";

    /// <summary>A range selector: left-closed in version 2, left-open in version 3, so that who asks has to drop what lies outside.</summary>
    public static string Range(string selector, long milliseconds) => string.Create(CultureInfo.InvariantCulture, $"{selector}[{milliseconds}ms]");

    /// <summary>A time as the API takes it.</summary>
    public static string Time(long milliseconds) => (milliseconds / 1000m).ToString("0.000", CultureInfo.InvariantCulture);

    // What is special to RE2; .NET's own escaping also escapes blanks and '#', which RE2 refuses.
    private static string Escape(string value)
    {
        var text = new StringBuilder();
        foreach (var c in value)
        {
            if (@"\.+*?()|[]{}^$".Contains(c, StringComparison.Ordinal))
            {
                text.Append('\\');
            }

            text.Append(c);
        }

        return text.ToString();
    }
}
