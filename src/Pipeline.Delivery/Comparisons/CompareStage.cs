using Pipeline.Delivery.Data;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Promotion;
using Pipeline.Engine;
using Pipeline.Metrics;
using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Comparisons;
using Pipeline.Metrics.Intervals;
using Pipeline.Metrics.Multiclass;
using Pipeline.ModelPackage;

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
        if (RowAnswers.WhyNotComparable(other.Model.Outputs, one.Model.Outputs) is { } why)
        {
            throw new PipelineException(ExitCode.ToolError, $"{Name}: {other.Model.Name} {why}, so that it cannot be compared with {one.Model.Name}. Compare with another stage or version.");
        }

        var test = dataset.Read(DataSplit.Test, cancellationToken);
        ThrowIfLabelsAreOthers(one, test);
        var like = one.Model.Outputs;
        var (mine, others) = (Score(one, like, test, cancellationToken), Score(other, like, test, cancellationToken));
        var (answers, otherAnswers) = (AnswerSample.Of(test.Labels, mine, like), AnswerSample.Of(test.Labels, others, RowAnswers.InOrderOf(other.Model.Outputs, like)));
        var (values, otherValues) = (MetricEstimates.Values(answers), MetricEstimates.Values(otherAnswers));
        var differences = PairedDifferences.Of(answers, otherAnswers, new Resampling(resamples, Resampling.Default.Seed), cancellationToken);
        return new ModelComparison(
            ModelComparison.CurrentSchemaVersion,
            name,
            dataset.Digest,
            answers.Rows,
            (answers as BinarySample)?.Positives,
            one.Model,
            other.Model,
            [.. answers.Metrics.Select(metric => ComparedMetric.Of(metric, values[metric.Name], otherValues[metric.Name], differences[metric.Name]))],
            Decisions(answers, otherAnswers),
            Correlation.Pearson(ScoresOf(mine, like), ScoresOf(others, like)),
            FeatureDifference.Of(one.Features, other.Features),
            Curves(answers, test, mine),
            Curves(otherAnswers, test, others));
    }

    private static ComparedDecisions? Decisions(IMetricSample answers, IMetricSample others)
    {
        switch (answers, others)
        {
            case (BinarySample one, BinarySample other):
                // Of two classes: where the decisions differ, one of them is right.
                var binary = one.CompareDecisions(other);
                return new ComparedDecisions(1 - ((double)(binary.OnlyFirst + binary.OnlySecond) / one.Rows), binary.OnlyFirst, binary.OnlySecond, binary.PValue);
            case (MulticlassSample one, MulticlassSample other):
                var classes = one.CompareDecisions(other);
                return new ComparedDecisions(one.AgreementWith(other), classes.OnlyFirst, classes.OnlySecond, classes.PValue);
            default:
                return null;
        }
    }

    private static AnswerCurves? Curves(IMetricSample answers, LabeledBatch test, double[] probabilities) =>
        answers is BinarySample binary ? new AnswerCurves(binary.Curve(CurvePoints), CalibrationBin.Of(test.Labels.Flags, probabilities)) : null;

    private static double[] ScoresOf(double[] answers, ModelOutputs outputs) =>
        outputs is MulticlassOutputs ? [.. answers.Chunk(outputs.Width).Select(row => row.Max())] : answers;

    // A model whose classes are not those of the rows of now has no answer to some of them.
    private static void ThrowIfLabelsAreOthers(ModelFiles model, LabeledBatch test)
    {
        if (model.Model.Outputs.Task != test.Labels.Task || (model.Model.Outputs is MulticlassOutputs multiclass && !multiclass.Classes.SequenceEqual(test.Labels.ClassNames, StringComparer.Ordinal)))
        {
            throw new PipelineException(ExitCode.ToolError, $"{Name}: {model.Model.Name} answers other labels than the rows of now have. Compare with another stage or version.");
        }
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

    private static double[] Score(ModelFiles model, ModelOutputs like, LabeledBatch test, CancellationToken cancellationToken)
    {
        try
        {
            return RowAnswers.Of(model.OnnxPath, model.Features, test, model.Model.Outputs, like, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new PipelineException(ExitCode.ToolError, $"{Name}: {model.Model.Name} cannot be asked: {e.Message} Compare with another stage or version.", e);
        }
    }
}
