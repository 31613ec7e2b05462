using System.Globalization;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Sources;
using Pipeline.Engine;
using Pipeline.Metrics;
using Pipeline.ModelPackage;
using Pipeline.OnnxExport;

namespace Pipeline.Delivery.Training;

/// <summary>dataset → candidate model: fits every trainer, or searches its settings, exports each trial to ONNX, keeps the best on the validation rows and checks it against ML.NET on every test row.</summary>
public sealed class TrainStage(StageRunner runner, SourceCode code)
{
    public const string Name = "Train";

    internal const string RepeatName = "TrainAgain";

    // More than these are in the report.
    private const int ShownTrials = 15;

    public Task<CandidateModel> RunAsync(Dataset dataset, ModelDefinition definition, CancellationToken cancellationToken) =>
        runner.RunAsync<CandidateModel>(
            Key(dataset, definition),
            (output, token) => TrainAsync(output, dataset, definition, token),
            cancellationToken);

    public StageKey Key(Dataset dataset, ModelDefinition definition) => new(Name, definition.Name, new StageInputs
    {
        ["dataset"] = dataset.Digest.ToString(),
        ["settings (training)"] = DefinitionDigest.OfTraining(definition),
        ["code"] = code.Input,
    });

    /// <summary>Trains the candidate's trainer once more, with the settings that won; of it the digest alone is kept.</summary>
    public Task<RepeatedTraining> RepeatAsync(CandidateModel candidate, Dataset dataset, ModelDefinition definition, CancellationToken cancellationToken)
    {
        var key = Key(dataset, definition);
        return runner.RunAsync<RepeatedTraining>(
            new StageKey(RepeatName, definition.Name, new Dictionary<string, string>(key.Parts) { ["model"] = candidate.Digest.ToString() }),
            async (output, token) =>
            {
                var rows = new TrainingRows(dataset, definition, token);
                var fit = await FitAsync(candidate.Report.Settings, rows, definition, token);
                await File.WriteAllBytesAsync(Path.Combine(output, RepeatedTraining.File), PackageJson.Serialize(new RepeatedTraining([Digest.Of(fit.Onnx)])), token);
            },
            cancellationToken);
    }

    private async Task TrainAsync(string output, Dataset dataset, ModelDefinition definition, CancellationToken cancellationToken)
    {
        var rows = new TrainingRows(dataset, definition, cancellationToken);
        var trials = await new TrialRun(runner.Log, definition, rows, FitAsync).RunAsync(cancellationToken);
        var best = trials.RequireBest();
        var outputs = WithThreshold(best, rows.Validation, definition);

        // Each takes a core, and neither needs the other.
        var curves = trials.WithCurvesAsync(cancellationToken);
        var parity = await CheckParityAsync(best, dataset, outputs, cancellationToken);
        var all = await curves;
        var report = new TrainingReport(
            best.Trial.Trainer,
            definition.Training.Metric,
            definition.Training.Seed,
            rows.Train.Labels.Count,
            best.Encoding.Schema,
            outputs,
            best.Settings,
            all,
            parity);
        await File.WriteAllBytesAsync(Path.Combine(output, PackageFiles.Onnx), best.Onnx, cancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(output, CandidateModel.ReportFile), PackageJson.Serialize(report), cancellationToken);
        Show(report, definition, rows);
    }

    private Task<FittedTrainer> FitAsync(TrainerSettings settings, TrainingRows rows, ModelDefinition definition, CancellationToken cancellationToken) =>
        // A trainer cannot be interrupted: on cancellation its thread is left to end with the process.
        Task.Run(() => Fit(settings, rows, definition), CancellationToken.None).WaitAsync(cancellationToken);

    private FittedTrainer Fit(TrainerSettings settings, TrainingRows rows, ModelDefinition definition)
    {
        var fitted = rows.EncodingWith(settings.Categories);
        var encoding = Trainers.NeedsStandardizedFeatures(settings) ? fitted.Standardized() : fitted;
        var start = runner.Log.Clock.GetTimestamp();
        var model = Trainers.Fit(definition.Task, settings, definition.Training.Seed, encoding, rows.Train, rows.Validation, rows.Weights);
        var fitTime = runner.Log.Clock.GetElapsedTime(start);
        var outputs = rows.Outputs;
        var onnx = ModelExport.ToOnnx(encoding, model, outputs);
        using var scorer = OnnxScorer.Load(onnx, encoding.Schema, $"the ONNX graph of {settings.Name}");
        var answers = scorer.ScoreOnAllCores(rows.Validation.Features, CancellationToken.None);
        var trial = new Trial(settings.Name, MetricEstimates.Values(AnswerSample.Of(rows.Validation.Labels, answers, outputs)), onnx.LongLength) { Parameters = Trainers.Parameters(settings) };
        return new FittedTrainer(trial, settings, encoding, model, onnx, fitTime, answers);
    }

    /// <summary>What the best model answers, with the threshold that the definition says or that is best on the validation rows.</summary>
    private ModelOutputs WithThreshold(FittedTrainer best, LabeledBatch validation, ModelDefinition definition)
    {
        if (definition.Outputs is not BinaryOutputSettings { ThresholdBy: { } metric } settings)
        {
            return OutputsOf(definition, validation.Labels);
        }

        var threshold = DecisionThreshold.Choose(MetricCatalog.ByName(definition.Task)[metric], validation.Labels.Flags, best.ValidationAnswers)
            ?? throw new PipelineException(ExitCode.NotEnoughData, $"{Name}: no decision threshold can be chosen by {metric} on {validation.Labels.Count} validation rows: the model says the same of each. Write a number as outputs.threshold in model.yaml.");
        runner.Log.Info(FormattableString.Invariant($"{Name}: decision threshold {threshold}, of the best {metric} on the validation rows"));
        return new BinaryOutputs(settings.Positive, settings.Negative, threshold);
    }

    /// <summary>What a model of the definition answers; a threshold that is still to be chosen is a half.</summary>
    internal static ModelOutputs OutputsOf(ModelDefinition definition, RowLabels labels) => definition.Outputs switch
    {
        BinaryOutputSettings binary => new BinaryOutputs(binary.Positive, binary.Negative, binary.Threshold),
        RegressionOutputSettings number => new RegressionOutputs(definition.Data.Label, number.Unit),
        _ => new MulticlassOutputs(labels.ClassNames),
    };

    private static async Task<ParityReport> CheckParityAsync(FittedTrainer best, Dataset dataset, ModelOutputs outputs, CancellationToken cancellationToken)
    {
        var test = dataset.Read(DataSplit.Test, cancellationToken);
        using var scorer = OnnxScorer.Load(best.Onnx, best.Encoding.Schema, $"the ONNX graph of {best.Trial.Trainer}");
        var parity = await Task.Run(
            () => ParityCheck.Run(best.Encoding, best.Model, scorer, test.Features, outputs, cancellationToken: cancellationToken),
            cancellationToken);
        return RequireParity(parity, best.Trial.Trainer, test.Features);
    }

    internal static ParityReport RequireParity(ParityReport parity, string trainer, FeatureBatch rows) => parity.Passed
        ? parity
        : throw new PipelineException(
            ExitCode.Refused,
            $"The ONNX graph of {trainer} does not predict as ML.NET does, so it must not be shipped: {ParityCheck.Describe(parity, rows)}");

    private void Show(TrainingReport report, ModelDefinition definition, TrainingRows rows)
    {
        if (definition.Training.Search is not null)
        {
            runner.Log.Table(
                ["trial", "trainer", definition.Training.Metric, "settings"],
                report.Trials.Take(ShownTrials).Select(trial => new[]
                {
                    trial.Number.ToString(CultureInfo.InvariantCulture),
                    trial.Trainer,
                    trial.Failure ?? MetricText.Of(trial.Validation.GetValueOrDefault(report.Metric)),
                    string.Join(", ", trial.Parameters.Select(parameter => $"{parameter.Key} {parameter.Value}")),
                }));
            if (report.Trials.Count > ShownTrials)
            {
                runner.Log.Info(FormattableString.Invariant($"{Name}: the best {ShownTrials} of {report.Trials.Count} trials; the report has all"));
            }
        }

        runner.Log.Info($"{Name}: {report.Trainer} is best of {report.Trials.Count} by {report.Metric} on {rows.Validation.Labels.Count} validation rows; "
            + $"ONNX equals ML.NET on all {report.Parity.Rows} test rows (largest difference {report.Parity.MaxDifference.ToString("0.0e+0", CultureInfo.InvariantCulture)})");
    }
}
