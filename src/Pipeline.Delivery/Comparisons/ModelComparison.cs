using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Comparisons;

/// <summary>Two models on the same test rows, the content of compare.json. It judges nothing.</summary>
/// <param name="SchemaVersion">Of this format; it grows when a member changes its meaning or is gone.</param>
/// <param name="Name">The name of the model that both are versions of.</param>
/// <param name="DatasetDigest">Of the dataset whose test rows both answered.</param>
/// <param name="Rows">Test rows.</param>
/// <param name="Positives">Of them with a true label; null if the models are not of two classes.</param>
/// <param name="This">The candidate, or what <c>--and</c> named.</param>
/// <param name="Other">What <c>--with</c> named.</param>
/// <param name="Metrics">All, in the order in which reports show them.</param>
/// <param name="Decisions">Of both, row by row; null if they answer a number.</param>
/// <param name="Correlation">Pearson's, of what both answer: the probabilities of the positive class, of the most probable class, or the numbers; null if one says the same of every row.</param>
/// <param name="Features">Columns that both do not take alike, by name.</param>
/// <param name="ThisCurves">Of the first; null if the models are not of two classes.</param>
/// <param name="OtherCurves">Of the second, likewise.</param>
public sealed record ModelComparison(
    int SchemaVersion,
    string Name,
    Digest DatasetDigest,
    int Rows,
    int? Positives,
    ComparedModel This,
    ComparedModel Other,
    IReadOnlyList<ComparedMetric> Metrics,
    ComparedDecisions? Decisions,
    double? Correlation,
    IReadOnlyList<FeatureDifference> Features,
    AnswerCurves? ThisCurves,
    AnswerCurves? OtherCurves)
{
    public const int CurrentSchemaVersion = 2;

    /// <summary>One sentence on what the intervals say.</summary>
    internal string Summary()
    {
        if (This.ModelDigest == Other.ModelDigest && This.Outputs == Other.Outputs)
        {
            return This.Outputs is BinaryOutputs
                ? "Both are the same model.onnx with the same threshold, so that they cannot differ."
                : "Both are the same model.onnx, so that they cannot differ.";
        }

        var counts = Metrics.CountBy(metric => metric.Outcome).ToDictionary();
        int Count(ComparedOutcome outcome) => counts.GetValueOrDefault(outcome);
        var told = string.Join(", ", new[] { Part(Count(ComparedOutcome.Better), "better"), Part(Count(ComparedOutcome.Worse), "worse"), Part(Count(ComparedOutcome.Differs), "different") }.OfType<string>());
        return told.Length == 0
            ? $"No interval of a difference leaves 0 out: these {Rows} rows do not tell the two models apart."
            : $"{This.Name} against {Other.Name}: {told} of {Metrics.Count} metrics by the 95 % interval; the others do not tell them apart.";
    }

    /// <summary>What a reader must know before trusting the numbers.</summary>
    internal IReadOnlyList<string> Notes() =>
    [
        .. new[] { This, Other }.Where(model => model.DataDigest != DatasetDigest).Select(model => $"{model.Name} was trained on other data than the dataset of now. If that held any of these test rows, its numbers here are too good."),
        .. This.Outputs is BinaryOutputs one && Other.Outputs is BinaryOutputs other && one.PositiveLabel != other.PositiveLabel
            ? [$"{This.Name} calls its positive class '{one.PositiveLabel}', {Other.Name} '{other.PositiveLabel}': if these are not the same class, nothing here can be compared."]
            : Array.Empty<string>(),
        $"{Metrics.Count} intervals at 95 % are looked at: of two models that are alike in truth, one metric in twenty differs by chance.",
    ];

    private static string? Part(int count, string what) => count == 0 ? null : FormattableString.Invariant($"{what} in {count}");
}
