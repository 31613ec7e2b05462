using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Evaluation.Baselines;
using Pipeline.Delivery.Evaluation.Slices;
using Pipeline.Delivery.Training;
using Pipeline.Metrics;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Gates;

/// <summary>Judges a candidate by everything that it has to fulfil before it is packaged: what the definition asks, and what is asked of every model.</summary>
/// <param name="dataset">Has the test rows.</param>
/// <param name="candidate">The model.</param>
/// <param name="evaluation">Its metrics.</param>
/// <param name="definition">Has the gates.</param>
/// <param name="champions">Of the stages to be reached.</param>
/// <param name="training">Trains once more, for a gate on reproducibility.</param>
internal sealed class CandidateJudge(
    Dataset dataset, CandidateModel candidate, CandidateEvaluation evaluation, ModelDefinition definition, IReadOnlyList<Champion> champions, TrainStage training)
{
    /// <returns>
    /// Rows, bounds and comparisons over all test rows, gain over trivial models, slices, fairness, robustness, parity, reproducibility: what is asked of the metric first, as
    /// a reader asks it.
    /// </returns>
    public async Task<IReadOnlyList<GateRow>> JudgeAsync(CancellationToken cancellationToken)
    {
        var rows = await Task.Run(() => Judge(cancellationToken), cancellationToken);
        return definition.Gates.OfType<ReproducibilityGateSettings>().Any()
            ? [.. rows, ReproducibilityGate.Judge(candidate.Digest, (await training.RepeatAsync(candidate, dataset, definition, cancellationToken)).Digests, candidate.Report.Rows)]
            : rows;
    }

    private List<GateRow> Judge(CancellationToken cancellationToken)
    {
        var (settings, report) = (definition.Evaluation, evaluation.Report);
        var test = dataset.Read(DataSplit.Test, cancellationToken);
        using var scorer = OnnxScorer.Load(candidate.OnnxPath, candidate.Schema);
        var outputs = candidate.Report.Outputs;
        var samples = new Lazy<IMetricSample>(() => AnswerSample.Of(test.Labels, scorer.ScoreOnAllCores(test.Features, cancellationToken), outputs));
        var metricGates = definition.Gates.OfType<MetricGateSettings>().ToList();
        List<ComparedChampion> compared = metricGates.Exists(gate => gate.IsComparison())
            ? [.. champions.Select(champion => ChampionAnswers.To(champion, candidate.Digest, samples.Value, outputs, test, cancellationToken))]
            : [];
        var baselines = new Lazy<BaselineAnswers>(() => new BaselineAnswers(dataset, test, outputs, cancellationToken));
        var slices = new Lazy<IReadOnlyList<RowSlice>>(() => new SliceReader(dataset, definition).Declared(cancellationToken));
        var gain = new BaselineGate(report, samples, baselines, settings, cancellationToken);
        var ofSlices = new SliceGate(report, samples, slices, settings, cancellationToken);
        return
        [
            .. QualityGates.Judge(definition.Gates, settings, report, samples, compared, cancellationToken),
            .. metricGates.Where(gate => gate.MinGain is not null).Select(gain.Judge),
            .. metricGates.Where(gate => gate.Slices.Count > 0).SelectMany(gate => ofSlices.Judge(gate, compared)),
            .. definition.Gates.OfType<FairnessGateSettings>().Select(gate => FairnessGate.Judge(gate, report, settings)),
            RobustnessGate.Judge(batch => scorer.Score(batch, cancellationToken), outputs, test.Features),
            ParityGate.Judge(candidate.Report.Parity),
        ];
    }
}
