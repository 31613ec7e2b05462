namespace Pipeline.Delivery.DriftChecks.Outputs;

/// <summary>Where the forms of a drift report lie.</summary>
/// <param name="Html">For people: one offline page.</param>
/// <param name="Markdown">For a comment or the summary of a CI step.</param>
/// <param name="JUnit">For CI servers.</param>
/// <param name="Metrics">For a Pushgateway or the node exporter's text collector.</param>
/// <param name="Json">For programs: the report itself.</param>
public sealed record DriftFiles(string Html, string Markdown, string JUnit, string Metrics, string Json)
{
    public const string HtmlName = "drift.html";
    public const string MarkdownName = "drift.md";
    public const string JUnitName = "drift.junit.xml";
    public const string MetricsName = "drift.prom";
    public const string JsonName = "drift.json";
}
