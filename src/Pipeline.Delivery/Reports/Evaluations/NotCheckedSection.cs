using Pipeline.Delivery.Definition;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>What a reader might think was checked and was not.</summary>
internal static class NotCheckedSection
{
    public static IReadOnlyList<string> Lines(EvaluationDocument document, ModelDefinition definition) =>
    [
        .. definition.Gates.OfType<MetricGateSettings>().Any(gate => gate.Slices.Count > 0) ? Array.Empty<string>() : ["No gate is on slices: a model that is good on all rows may be bad on some of them."],
        .. definition.Gates.OfType<FairnessGateSettings>().Any() ? Array.Empty<string>() : ["No gate is on fairness: whether groups of people are treated alike was not judged."],
        .. definition.Gates.OfType<MetricGateSettings>().Any(gate => gate.MinGain is not null) ? Array.Empty<string>() : ["No gate asks the model to beat a trivial one."],
        .. definition.Gates.OfType<ReproducibilityGateSettings>().Any() ? Array.Empty<string>() : ["Training was not repeated: whether it gives the same model again was not judged."],
        .. document.Operations is null ? ["Latency, memory and size are measured on the packaged service, which comes after this; SmokeTest adds them here."] : Array.Empty<string>(),
        .. document.Verdict.ComparedWith.Count == 0 ? ["There was no champion to compare with."] : Array.Empty<string>(),
        "Intervals are as if rows were independent of each other; rows of one customer or day are not, and true intervals are wider.",
        "Robustness was judged on the ONNX graph, one feature changed at a time; several changed together, and what an adversary would send, were not.",
        "The test rows are of one time span. Whether later ones are like them is for ./build.sh DriftCheck to say.",
    ];

    public static string Html(EvaluationDocument document, ModelDefinition definition) => $"""
        <h2>Not checked here</h2>
        <ul>
        {string.Join('\n', Lines(document, definition).Select(line => $"<li>{Text(line)}</li>"))}
        </ul>
        """;
}
