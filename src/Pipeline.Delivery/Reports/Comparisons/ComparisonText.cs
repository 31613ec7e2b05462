using System.Globalization;
using Pipeline.Delivery.Comparisons;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Reports.Comparisons;

/// <summary>What every form of a comparison says, in plain text.</summary>
internal static class ComparisonText
{
    // Hundreds of airports or postcodes help nobody; compare.json has them all.
    private const int ShownCategories = 8;
    private const int CategoryWidth = 24;

    /// <summary>What stands over the columns of <see cref="Cells"/>; the second to the fourth hold numbers.</summary>
    public static IReadOnlyList<string> Headers(ModelComparison comparison) => ["Metric", comparison.This.Name, comparison.Other.Name, "Difference", "95 % interval", $"{comparison.This.Name} is"];

    public static IReadOnlyList<string> Cells(ComparedMetric metric) =>
    [
        metric.Name,
        MetricText.Of(metric.This),
        MetricText.Of(metric.Other),
        metric.Difference is null ? "–" : DifferenceText.Of(metric.Difference.Value),
        metric.Difference is null ? "–" : DifferenceText.Of(metric.Difference.Interval),
        metric.OutcomeText,
    ];

    /// <summary>What was decided alike, and who was right where it was not.</summary>
    public static IReadOnlyList<(string What, string Value)> Decisions(ModelComparison comparison)
    {
        var correlation = ($"Correlation of {(comparison.Decisions is null ? "the predictions" : comparison.Positives is null ? "the greatest probabilities" : "the probabilities")}", MetricText.Of(comparison.Correlation));
        if (comparison.Decisions is not { } decisions)
        {
            return [correlation];
        }

        return
        [
            ("Rows decided alike", (decisions.Agreement * 100).ToString("0.00", CultureInfo.InvariantCulture) + " %"),
            ($"Rows that only {comparison.This.Name} has right", ReportHtml.Number(decisions.OnlyThisRight)),
            ($"Rows that only {comparison.Other.Name} has right", ReportHtml.Number(decisions.OnlyOtherRight)),
            ("McNemar's p of both being right equally often", DifferenceText.OfP(decisions.PValue)),
            correlation,
        ];
    }

    /// <summary>What both answered, to go on "test rows".</summary>
    public static string Subject(ModelComparison comparison) => comparison.Positives is { } positives ? $", {ReportHtml.Number(positives)} of them positive" : string.Empty;

    /// <summary>What each model is.</summary>
    public static IReadOnlyList<(string What, string This, string Other)> Models(ModelComparison comparison)
    {
        (string, string, string) Fact(string what, Func<ComparedModel, string> of) => (what, of(comparison.This), of(comparison.Other));
        return
        [
            Fact("Package", model => model.PackageDigest is { } package ? package.Abbreviated : "not packaged"),
            Fact("model.onnx", model => model.ModelDigest.Abbreviated),
            Fact("Size of model.onnx", model => $"{ReportHtml.Number(model.OnnxBytes)} bytes"),
            Fact("Trainer", model => model.Trainer),
            .. comparison is { This.Outputs: BinaryOutputs, Other.Outputs: BinaryOutputs }
                ? [Fact("Decision threshold", model => ((BinaryOutputs)model.Outputs).Threshold.ToString(CultureInfo.InvariantCulture)), Fact("Positive class", model => VisibleText.Name(((BinaryOutputs)model.Outputs).PositiveLabel))]
                : Array.Empty<(string, string, string)>(),
            Fact("Trained on the rows", model => model.DataDigest.Abbreviated),
        ];
    }

    /// <summary>How a column differs, after its name.</summary>
    public static string HowItDiffers(FeatureDifference feature) => feature.Change switch
    {
        FeatureChange.Added => "only this model takes it",
        FeatureChange.Removed => "only the other model takes it",
        FeatureChange.Kind => "numeric for one model, categorical for the other",
        _ => string.Join("; ", new[] { Listed("only this model knows", feature.AddedCategories), Listed("only the other knows", feature.RemovedCategories) }.OfType<string>()),
    };

    private static string? Listed(string what, IReadOnlyList<string> categories)
    {
        var more = categories.Count > ShownCategories ? FormattableString.Invariant($" and {categories.Count - ShownCategories} more") : string.Empty;
        return categories.Count == 0 ? null : $"{what} {string.Join(", ", categories.Take(ShownCategories).Select(category => VisibleText.Name(category, CategoryWidth)))}{more}";
    }
}
