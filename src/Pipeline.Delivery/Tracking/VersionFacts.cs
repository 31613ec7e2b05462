using System.Globalization;
using System.Text;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Reports;
using Pipeline.ModelPackage;
using Pipeline.Tracking;

namespace Pipeline.Delivery.Tracking;

/// <summary>A package as a version of a registered model: what it is, and how the gates judged it.</summary>
internal static class VersionFacts
{
    public static Dictionary<string, string> Tags(PackagedModel package, GateVerdict verdict) => new()
    {
        [TrackingTags.Package] = package.Digest.ToString(),
        [TrackingNames.Version] = package.Version,
        [TrackingNames.Onnx] = verdict.ModelDigest.ToString(),
        [TrackingNames.Trainer] = package.Manifest.Trainer,
        [TrackingNames.Gate] = TextOf(verdict.Outcome()),
    };

    /// <summary>The gates' table in Markdown, as long as a registry takes it.</summary>
    public static string Description(ModelDefinition definition, PackagedModel package, GateVerdict verdict)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            {MarkdownText.Of(definition.Description)}

            Package `{package.Digest}`, gates: **{TextOf(verdict.Outcome())}**.

            | Gate | Value | 95 % interval | Threshold | Champion | Verdict |
            |---|--:|---|--:|--:|---|

            """);
        foreach (var row in verdict.Rows)
        {
            var line = string.Create(CultureInfo.InvariantCulture, $"| {MarkdownText.Of(row.Check)} | {row.ValueText} | {MetricText.Of(row.Interval)} | {Optional(row.Bound)} | {Optional(row.Champion)} | {row.OutcomeText} |\n");
            if (text.Length + line.Length > TrackingLimits.RegistryText)
            {
                break;
            }

            text.Append(line);
        }

        return text.ToString();
    }

    public static string TextOf(GateOutcome outcome) => outcome switch
    {
        GateOutcome.Pass => "pass",
        GateOutcome.Waived => "waived",
        GateOutcome.Fail => "fail",
        _ => "not enough data",
    };

    private static string Optional(double? value) => value is null ? "–" : MetricText.Of(value);
}
