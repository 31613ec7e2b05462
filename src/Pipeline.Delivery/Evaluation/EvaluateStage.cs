using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation.Baselines;
using Pipeline.Delivery.Evaluation.Slices;
using Pipeline.Delivery.Sources;
using Pipeline.Delivery.Training;
using Pipeline.Engine;
using Pipeline.Metrics.Intervals;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Evaluation;

/// <summary>dataset, candidate model → metrics on the test rows.</summary>
public sealed class EvaluateStage(StageRunner runner, SourceCode code)
{
    public const string Name = "Evaluate";

    public Task<CandidateEvaluation> RunAsync(Dataset dataset, CandidateModel candidate, ModelDefinition definition, CancellationToken cancellationToken) =>
        runner.RunAsync<CandidateEvaluation>(
            Key(dataset, candidate, definition),
            (output, token) => Task.Run(() => Evaluate(output, dataset, candidate, definition, token), token),
            cancellationToken);

    public StageKey Key(Dataset dataset, CandidateModel candidate, ModelDefinition definition) => new(Name, definition.Name, new StageInputs
    {
        ["dataset"] = dataset.Digest.ToString(),
        ["model"] = candidate.Digest.ToString(),
        ["settings (outputs)"] = DefinitionDigest.OfEvaluation(definition),
        ["code"] = code.Input,
    });

    private void Evaluate(string output, Dataset dataset, CandidateModel candidate, ModelDefinition definition, CancellationToken cancellationToken)
    {
        var outputs = candidate.Report.Outputs;
        var test = dataset.Read(DataSplit.Test, cancellationToken);
        using var scorer = OnnxScorer.Load(candidate.OnnxPath, candidate.Schema);
        var answers = Array.ConvertAll(scorer.ScoreOnAllCores(test.Features, cancellationToken), answer => (double)answer);
        var slices = new SliceEvaluation(dataset, definition, test.Labels, answers, outputs);
        var report = EvaluationReports.Of(AnswerSample.Of(test.Labels, answers, outputs), outputs.Labels, new Resampling(definition.Evaluation.Resamples, Resampling.Default.Seed), cancellationToken) with
        {
            Baselines = new BaselineAnswers(dataset, test, outputs, cancellationToken).Reports(),
            Slices = slices.Declared(cancellationToken),
            WorstSlices = slices.Worst(cancellationToken),
            Fairness = slices.Fairness(cancellationToken),
            Importance = PermutationImportance.Of(scorer, test, outputs, cancellationToken),
        };
        File.WriteAllBytes(Path.Combine(output, CandidateEvaluation.ReportFile), PackageJson.Serialize(report));
        runner.Log.Info($"{Name}: {candidate.Report.Trainer} on {report.Rows} test rows: {MetricText.Headline(report)}");
    }
}
