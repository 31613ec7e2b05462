namespace Pipeline.Delivery.Reports.Comparisons;

/// <summary>Where the forms of a comparison lie.</summary>
/// <param name="Html">For people: one offline page.</param>
/// <param name="Markdown">For a pull request or the summary of a CI step.</param>
/// <param name="Json">For programs.</param>
public sealed record ComparisonFiles(string Html, string Markdown, string Json)
{
    public const string HtmlName = "compare.html";
    public const string MarkdownName = "compare.md";
    public const string JsonName = "compare.json";
}
