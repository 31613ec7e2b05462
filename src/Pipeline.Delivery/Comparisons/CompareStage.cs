using Pipeline.Delivery.Data;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Promotion;
using Pipeline.Engine;
using Pipeline.Metrics;
using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Comparisons;
using Pipeline.Metrics.Intervals;

namespace Pipeline.Delivery.Comparisons;

/// <summary>dataset, two models → what differs between them on the same test rows. Nothing is judged or stored.</summary>
internal static class CompareStage
{
    public const string Name = "Compare";

    private const int CurvePoints = 200;

    /// <summary>The files of a package that was named.</summary>
    /// <param name="package">Which.</param>
    /// <param name="champions">Where packages come from.</param>
    /// <param name="scratch">A folder that outlives the comparison.</param>
    /// <param name="cancellationToken">Stops a pull.</param>
    /// <exception cref="PipelineException">They cannot be had.</exception>
    public static async Task<ModelFiles> FindAsync(NamedPackage package, ChampionSource champions, string scratch, CancellationToken cancellationToken)
    {
        var (found, why) = await champions.FindAsync(package.Digest, package.Records, Path.Combine(scratch, package.Digest.Hex), cancellationToken);
        if (found is not null)
        {
            return ModelFiles.Of(package.Name, found);
        }

        var commit = package.Records.Select(record => record.Statement.Predicate.Commit).FirstOrDefault(commit => commit is not null);
        throw new PipelineException(
            ExitCode.ToolError,
            $"{Name}: the package {package.Digest.Abbreviated}{(package.Stage is null ? string.Empty : $" that {package.Stage} runs")} is neither whole in the store nor to be had from an image ({why}). "
            + $"To make it anew, run ./build.sh Package on {(commit is null ? "the commit that made it" : $"commit {commit}")}; or compare with another stage or version.");
    }

    /// <param name="name">Of the model that both are versions of.</param>
    /// <param name="one">The model that the differences are of.</param>
    /// <param name="other">The model that it is compared with.</param>
    /// <param name="dataset">Whose test rows both answer.</param>
    /// <param name="resamples">Of the bootstrap.</param>
    /// <param name="cancellationToken">Stops scoring and resampling.</param>
    /// <exception cref="PipelineException">A model needs columns that the rows do not have, or cannot be loaded.</exception>
    public static ModelComparison Compare(string name, ModelFiles one, ModelFiles other, Dataset dataset, int resamples, CancellationToken cancellationToken)
    {
        ThrowIfColumnsAreMissing(name, one, dataset);
        ThrowIfColumnsAreMissing(name, other, dataset);
        var test = dataset.Read(DataSplit.Test, cancellationToken);
        var (probabilities, others) = (Score(one, test, cancellationToken), Score(other, test, cancellationToken));
        var (answers, otherAnswers) = (BinarySample.Of(test.Labels.Flags, probabilities, one.Model.Threshold), BinarySample.Of(test.Labels.Flags, others, other.Model.Threshold));
        var (values, otherValues) = (MetricEstimates.Values(answers), MetricEstimates.Values(otherAnswers));
        var differences = PairedDifferences.Of(answers, otherAnswers, new Resampling(resamples, Resampling.Default.Seed), cancellationToken);
        var decisions = answers.CompareDecisions(otherAnswers);
        return new ModelComparison(
            ModelComparison.CurrentSchemaVersion,
            name,
            dataset.Digest,
            answers.Rows,
            answers.Positives,
            one.Model,
            other.Model,
            [.. answers.Metrics.Select(metric => ComparedMetric.Of(metric, values[metric.Name], otherValues[metric.Name], differences[metric.Name]))],

            // Of two classes: where the decisions differ, one of them is right.
            new ComparedDecisions(1 - ((double)(decisions.OnlyFirst + decisions.OnlySecond) / answers.Rows), decisions.OnlyFirst, decisions.OnlySecond, decisions.PValue, Correlation.Pearson(probabilities, others)),
            FeatureDifference.Of(one.Features, other.Features),
            new AnswerCurves(answers.Curve(CurvePoints), CalibrationBin.Of(test.Labels.Flags, probabilities)),
            new AnswerCurves(otherAnswers.Curve(CurvePoints), CalibrationBin.Of(test.Labels.Flags, others)));
    }

    private static void ThrowIfColumnsAreMissing(string name, ModelFiles model, Dataset dataset)
    {
        if (RowAnswers.MissingColumns(model.Features, dataset.Schema) is { Count: > 0 } missing)
        {
            throw new PipelineException(
                ExitCode.ToolError,
                $"{Name}: {model.Model.Name} needs columns that the query no longer gives as such ({string.Join(", ", missing)}). Put them back into data.query of models/{name}/model.yaml, or compare with another stage or version.");
        }
    }

    private static double[] Score(ModelFiles model, LabeledBatch test, CancellationToken cancellationToken)
    {
        try
        {
            return RowAnswers.Probabilities(model.OnnxPath, model.Features, test, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new PipelineException(ExitCode.ToolError, $"{Name}: {model.Model.Name} cannot be asked: {e.Message} Compare with another stage or version.", e);
        }
    }
}
