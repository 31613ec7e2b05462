namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>Where the forms of an evaluation lie.</summary>
/// <param name="Html">For people: one offline page.</param>
/// <param name="Markdown">For a pull request or the summary of a CI step.</param>
/// <param name="JUnit">For CI servers: a gate is a test case.</param>
/// <param name="Json">For programs.</param>
public sealed record EvaluationFiles(string Html, string Markdown, string JUnit, string Json)
{
    public const string HtmlName = "report.html";
    public const string MarkdownName = "report.md";
    public const string JUnitName = "report.junit.xml";
    public const string JsonName = "report.json";
}
