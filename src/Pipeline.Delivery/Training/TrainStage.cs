using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Engine;
using Pipeline.Metrics;
using Pipeline.Metrics.Binary;
using Pipeline.ModelPackage;
using Pipeline.OnnxExport;

namespace Pipeline.Delivery.Training;

/// <summary>dataset → candidate model: fits every trainer, exports each to ONNX, keeps the best on the validation rows and checks it against ML.NET on every test row.</summary>
public sealed class TrainStage(StageRunner runner, Digest code)
{
    public const string Name = "Train";

    private const string RepeatName = "TrainAgain";

    public Task<CandidateModel> RunAsync(Dataset dataset, ModelDefinition definition, CancellationToken cancellationToken) =>
        runner.RunAsync<CandidateModel>(
            Key(dataset, definition),
            (output, token) => TrainAsync(output, dataset, definition, token),
            cancellationToken);

    public StageKey Key(Dataset dataset, ModelDefinition definition) => new(Name, definition.Name, new Dictionary<string, string>
    {
        ["dataset"] = dataset.Digest.ToString(),
        ["settings (training)"] = DefinitionDigest.OfTraining(definition).ToString(),
        ["code"] = code.ToString(),
    });

    /// <summary>Trains the candidate's trainer once more; of it the digests alone are kept.</summary>
    public Task<RepeatedTraining> RepeatAsync(CandidateModel candidate, Dataset dataset, ModelDefinition definition, CancellationToken cancellationToken)
    {
        var key = Key(dataset, definition);
        return runner.RunAsync<RepeatedTraining>(
            new StageKey(RepeatName, definition.Name, new Dictionary<string, string>(key.Parts) { ["model"] = candidate.Digest.ToString() }),
            async (output, token) =>
            {
                var train = dataset.Read(DataSplit.Train, token);
                var validation = dataset.Read(DataSplit.Validation, token);
                var winners = definition.Training with { Trainers = [.. definition.Training.Trainers.Where(trainer => trainer.Name == candidate.Report.Trainer)] };
                var fits = await FitAllAsync(FeatureEncoding.Fit(train.Features), train, validation, definition with { Training = winners }, token);
                await File.WriteAllBytesAsync(Path.Combine(output, RepeatedTraining.File), PackageJson.Serialize(new RepeatedTraining([.. fits.Select(fit => Digest.Of(fit.Onnx))])), token);
            },
            cancellationToken);
    }

    private async Task TrainAsync(string output, Dataset dataset, ModelDefinition definition, CancellationToken cancellationToken)
    {
        var train = dataset.Read(DataSplit.Train, cancellationToken);
        var validation = dataset.Read(DataSplit.Validation, cancellationToken);
        var encoding = FeatureEncoding.Fit(train.Features);
        var fits = await WithCurvesAsync(await FitAllAsync(encoding, train, validation, definition, cancellationToken), train, validation, cancellationToken);
        var best = Best(fits, definition);
        var parity = await CheckParityAsync(best, dataset, definition.Outputs, cancellationToken);
        var report = new TrainingReport(
            best.Trial.Trainer,
            definition.Training.Metric,
            definition.Training.Seed,
            train.Labels.Count,
            encoding.Schema,
            [.. InOrder(fits, definition.Training.Metric).Select(fit => fit.Trial)],
            parity);
        await File.WriteAllBytesAsync(Path.Combine(output, PackageFiles.Onnx), best.Onnx, cancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(output, CandidateModel.ReportFile), PackageJson.Serialize(report), cancellationToken);
        runner.Log.Info($"{Name}: {best.Trial.Trainer} is best of {fits.Count} by {definition.Training.Metric} on {validation.Labels.Count} validation rows; "
            + $"ONNX equals ML.NET on all {parity.Rows} test rows (largest difference {parity.MaxDifference.ToString("0.0e+0", CultureInfo.InvariantCulture)})");
    }

    private async Task<List<FittedTrainer>> FitAllAsync(
        FeatureEncoding encoding, LabeledBatch train, LabeledBatch validation, ModelDefinition definition, CancellationToken cancellationToken)
    {
        var settings = definition.Training;
        var fits = new List<FittedTrainer>();
        await using var progress = new TrainingProgress(runner.Log, settings.Trainers.Sum(Cost), train.Labels.Count);
        foreach (var trainer in settings.Trainers)
        {
            progress.Begin(trainer.Name, Cost(trainer));
            // A trainer cannot be interrupted: on cancellation its thread is left to end with the process.
            var fit = await Task.Run(() => Fit(trainer, definition, encoding, train, validation), CancellationToken.None).WaitAsync(cancellationToken);
            progress.End();
            fits.Add(fit);
            runner.Log.Info($"{Name}: {trainer.Name}: {settings.Metric} {MetricText.Of(fit.Trial.Validation[settings.Metric])} on the validation rows");
        }

        return fits;
    }

    private static FittedTrainer Fit(TrainerSettings settings, ModelDefinition definition, FeatureEncoding fitted, LabeledBatch train, LabeledBatch validation)
    {
        var encoding = BinaryTrainers.NeedsStandardizedFeatures(settings) ? fitted.Standardized() : fitted;
        var model = BinaryTrainers.Fit(settings, definition.Training.Seed, encoding.ToDataView(train.Features, train.Labels));
        var onnx = ModelExport.ToOnnx(encoding, model, OutputsOf(definition.Outputs));
        using var scorer = OnnxScorer.Load(onnx, encoding.Schema, $"the ONNX graph of {settings.Name}");
        var probabilities = Array.ConvertAll(scorer.Score(validation.Features, CancellationToken.None), p => (double)p);
        var trial = new Trial(settings.Name, BinaryMetrics.Compute(validation.Labels.Flags, probabilities, definition.Outputs.Threshold), onnx.LongLength) { Parameters = BinaryTrainers.Parameters(settings) };
        return new FittedTrainer(trial, encoding, model, onnx);
    }

    // Not while fitting: what is trained once more for its digest needs none.
    private static Task<List<FittedTrainer>> WithCurvesAsync(List<FittedTrainer> fits, LabeledBatch train, LabeledBatch validation, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            var some = train.Every(LearningCurves.TrainingStep(train.Labels.Count));
            return fits.ConvertAll(fit => BoostingHistory.Of(fit.Encoding, fit.Model) is { } history
                ? fit with { Trial = fit.Trial with { LearningCurve = LearningCurves.Of(history, some, validation, cancellationToken) } }
                : fit);
        },
        cancellationToken);

    private static async Task<ParityReport> CheckParityAsync(FittedTrainer best, Dataset dataset, OutputSettings outputs, CancellationToken cancellationToken)
    {
        var test = dataset.Read(DataSplit.Test, cancellationToken);
        using var scorer = OnnxScorer.Load(best.Onnx, best.Encoding.Schema, $"the ONNX graph of {best.Trial.Trainer}");
        var parity = await Task.Run(
            () => ParityCheck.Run(
                best.Encoding, best.Model, scorer, test.Features, OutputsOf(outputs), cancellationToken: cancellationToken),
            cancellationToken);
        return RequireParity(parity, best.Trial.Trainer, test.Features);
    }

    private static BinaryOutputs OutputsOf(OutputSettings outputs) => new(outputs.Positive, outputs.Negative, outputs.Threshold);

    internal static ParityReport RequireParity(ParityReport parity, string trainer, FeatureBatch rows) => parity.Passed
        ? parity
        : throw new PipelineException(
            ExitCode.Refused,
            $"The ONNX graph of {trainer} does not predict as ML.NET does, so it must not be shipped: {ParityCheck.Describe(parity, rows)}");

    private static FittedTrainer Best(List<FittedTrainer> fits, ModelDefinition definition)
    {
        var metric = definition.Training.Metric;
        var best = InOrder(fits, metric).First();
        return best.Trial.Validation[metric] is not null
            ? best
            : throw new PipelineException(
                ExitCode.NotEnoughData,
                $"{Name}: {metric} is undefined on the validation rows for every trainer. "
                + (BinaryMetrics.ByName[metric].NeedsThreshold
                    ? FormattableString.Invariant($"Is a probability ever at least outputs.threshold {definition.Outputs.Threshold}? Change it or training.metric in model.yaml.")
                    : "The validation split needs rows of both classes."));
    }

    // Ties go to the trainer that model.yaml names first: OrderBy keeps the order of equals.
    private static IEnumerable<FittedTrainer> InOrder(List<FittedTrainer> fits, string metric) =>
        fits.OrderByDescending(fit => fit.Trial.Validation[metric] is { } value ? (BinaryMetrics.ByName[metric].Direction == MetricDirection.HigherIsBetter ? value : -value) : double.NegativeInfinity);

    private static double Cost(TrainerSettings trainer) => trainer.Name == TrainerSettings.LogisticRegression ? 2_000 : (double)trainer.Trees * trainer.Leaves;

    private sealed record FittedTrainer(Trial Trial, FeatureEncoding Encoding, ISingleFeaturePredictionTransformer<CalibratedModelParametersBase> Model, byte[] Onnx);
}
