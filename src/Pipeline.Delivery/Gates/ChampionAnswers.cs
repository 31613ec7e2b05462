using Pipeline.Delivery.Data;
using Pipeline.Delivery.Evaluation;
using Pipeline.Metrics;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Gates;

/// <summary>Has a champion answer the rows that the candidate is judged on: the same rows, so that what is hard about them counts for neither.</summary>
internal static class ChampionAnswers
{
    /// <param name="champion">The stage's model.</param>
    /// <param name="candidateModel">Digest of the candidate's model.onnx.</param>
    /// <param name="candidate">The candidate's answers.</param>
    /// <param name="outputs">What the candidate answers.</param>
    /// <param name="test">The rows.</param>
    /// <param name="cancellationToken">Stops scoring.</param>
    public static ComparedChampion To(Champion champion, Digest candidateModel, IMetricSample candidate, ModelOutputs outputs, LabeledBatch test, CancellationToken cancellationToken)
    {
        if (champion.Package is not { } package)
        {
            // The same ONNX file on the same rows gives the same probabilities, but the champion's decision threshold may be another.
            return new ComparedChampion(champion, champion.ModelDigest == candidateModel ? candidate : null, KnowsDecisions: false, $"it cannot be compared: {champion.WhyMissing}");
        }

        var features = package.Manifest.Features;
        if (RowAnswers.MissingColumns(features, test.Features.Schema) is { Count: > 0 } missing)
        {
            return new ComparedChampion(champion, null, KnowsDecisions: false, $"it cannot be compared: the champion needs columns that the query no longer gives as such ({string.Join(", ", missing)})");
        }

        if (RowAnswers.WhyNotComparable(package.Manifest.Outputs, outputs) is { } why)
        {
            return new ComparedChampion(champion, null, KnowsDecisions: false, $"it cannot be compared: the champion {why}");
        }

        var answers = RowAnswers.Of(package.OnnxPath, features, test, package.Manifest.Outputs, outputs, cancellationToken);
        return new ComparedChampion(champion, AnswerSample.Of(test.Labels, answers, RowAnswers.InOrderOf(package.Manifest.Outputs, outputs)), KnowsDecisions: true, null);
    }
}
