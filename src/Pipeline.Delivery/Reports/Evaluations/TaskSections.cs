using Pipeline.Delivery.Evaluation;

namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>What the reports show of one task and not of the others.</summary>
internal static class TaskSections
{
    /// <summary>What was judged on, to go on a sentence that ends with "test rows".</summary>
    public static string Subject(EvaluationReport report) => report switch
    {
        { Binary: { } binary } => BinarySections.Subject(binary),
        _ => string.Empty,
    };

    /// <summary>Headings and what is below them.</summary>
    public static string Html(EvaluationReport report) => report switch
    {
        { Binary: { } binary } => BinarySections.Html(report, binary),
        _ => string.Empty,
    };

    /// <summary>Headings and what is below them; it begins with an empty line.</summary>
    public static string Markdown(EvaluationReport report) => report switch
    {
        { Binary: { } binary } => BinarySections.Markdown(binary),
        _ => string.Empty,
    };
}
