using System.Globalization;
using System.Text.RegularExpressions;

namespace Pipeline.Delivery.Tests.Reports;

/// <summary>Colours of the reports against WCAG 2.1, level AA, in light and in dark: 4.5 to 1 for text, 3 to 1 for what is drawn (success criteria 1.4.3 and 1.4.11).</summary>
public sealed partial class ContrastTests
{
    private static readonly string[] Texts = ["ink", "quiet", "pass", "fail", "warn", "bar"];
    private static readonly string[] Drawn = ["bar", "second", "third", "fourth", "reference", "cella", "cellb", "cellc", "celld", "celle"];
    private static readonly string[] Tints = ["tinta", "tintb", "tintc", "tintd", "tinte"];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Colours_are_legible(int scheme)
    {
        var colours = Colours(scheme);
        var papers = new[] { "paper", "soft" };

        foreach (var (text, paper) in Texts.SelectMany(text => papers.Select(paper => (text, paper))))
        {
            Contrast(colours[text], colours[paper]).Should().BeGreaterThanOrEqualTo(4.5, $"{text} on {paper}");
        }

        foreach (var tint in Tints)
        {
            Contrast(colours["ink"], colours[tint]).Should().BeGreaterThanOrEqualTo(4.5, $"ink on {tint}");
        }

        foreach (var line in Drawn)
        {
            Contrast(colours[line], colours["paper"]).Should().BeGreaterThanOrEqualTo(3, line);
        }
    }

    [Fact]
    public void Contrast_is_that_of_the_guideline()
    {
        Contrast("#ffffff", "#000000").Should().BeApproximately(21, 1e-9);
        Contrast("#777777", "#ffffff").Should().BeApproximately(4.48, 0.005, "WCAG's own example of what just fails");
    }

    /// <summary>The first :root of each style sheet is for light, the second for dark.</summary>
    private static Dictionary<string, string> Colours(int scheme)
    {
        var sheets = new[] { "Reports/report.css", "Reports/Evaluations/evaluation.css", "DriftChecks/Outputs/Html/drift.css" };
        var colours = new Dictionary<string, string>();
        foreach (var sheet in sheets)
        {
            var roots = Root().Matches(File.ReadAllText(Path.Combine(Repository.Root, "src", "Pipeline.Delivery", sheet)));
            roots.Should().HaveCount(2, sheet);
            foreach (Match colour in Colour().Matches(roots[scheme].Value))
            {
                colours[colour.Groups[1].Value] = colour.Groups[2].Value;
            }
        }

        return colours;
    }

    private static double Contrast(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string colour)
    {
        double Channel(int at) => int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0 is var c && c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
        return (0.2126 * Channel(1)) + (0.7152 * Channel(3)) + (0.0722 * Channel(5));
    }

    [GeneratedRegex(@":root \{[^}]*\}", RegexOptions.CultureInvariant)]
    private static partial Regex Root();

    [GeneratedRegex("--([a-z]+): (#[0-9a-f]{6})", RegexOptions.CultureInvariant)]
    private static partial Regex Colour();
}
