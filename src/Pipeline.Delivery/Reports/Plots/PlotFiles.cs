using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Pipeline.Delivery.Reports.Plots;

/// <summary>The plots of a report's page as pictures of their own, for those who show pictures and no pages.</summary>
internal static partial class PlotFiles
{
    /// <param name="page">A page of this pipeline, with <see cref="PlotFrame"/>'s figures.</param>
    /// <returns>Names such as <c>roc-curve.svg</c>, and their contents, in the page's order.</returns>
    public static IReadOnlyList<(string Name, string Svg)> Of(string page)
    {
        var style = StyleSheet().Match(page).Groups[1].Value;
        var names = new HashSet<string>(StringComparer.Ordinal);
        var files = new List<(string, string)>();
        foreach (Match figure in Figure().Matches(page))
        {
            var title = NameOf(WebUtility.HtmlDecode(figure.Groups["title"].Value));
            var name = title;
            for (var number = 2; !names.Add(name); number++)
            {
                name = FormattableString.Invariant($"{title}-{number}");
            }

            files.Add((
                $"{name}.svg",
                $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"800\" {figure.Groups["attributes"].Value}>\n<style><![CDATA[{style}\nsvg {{ background: var(--paper); }}]]></style>\n{figure.Groups["content"].Value}</svg>\n"));
        }

        return files;
    }

    private static string NameOf(string title)
    {
        var name = new StringBuilder();
        foreach (var letter in title)
        {
            name.Append(char.IsAsciiLetterOrDigit(letter) ? char.ToLowerInvariant(letter) : '-');
        }

        return Dashes().Replace(name.ToString(), "-").Trim('-') is { Length: > 0 } text ? text : "plot";
    }

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex StyleSheet();

    [GeneratedRegex("<figure><figcaption>(?<title>[^<]*)</figcaption><svg (?<attributes>[^>]*)>(?<content>.*?)</svg></figure>", RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Figure();

    [GeneratedRegex("-{2,}", RegexOptions.CultureInvariant)]
    private static partial Regex Dashes();
}
