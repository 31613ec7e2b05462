using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Training;
using Pipeline.Engine;
using Pipeline.Metrics;
using Pipeline.Metrics.Binary;
using Pipeline.ModelPackage;
using Pipeline.OnnxExport;

namespace Pipeline.Delivery.Tests.Training;

public sealed class TrainStageTests(TrainedStore trained) : IDisposable
{
    private const string AlternatingLabel = "SELECT amount, day, row_number() OVER (ORDER BY day, amount, colour, shop, discount) % 2 = 0 AS won FROM source";

    private readonly Stages _stages = trained.Copy();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _stages.Dispose();

    [Theory]
    [InlineData(BinaryMetricNames.AveragePrecision)]
    [InlineData(BinaryMetricNames.LogLoss)]
    [InlineData(BinaryMetricNames.F1)]
    public async Task The_trainer_with_the_best_validation_metric_is_chosen(string metric)
    {
        var candidate = await _stages.TrainAsync(WithTraining(training => training with { Metric = metric }));

        var report = candidate.Report;
        var values = report.Trials.Select(trial => trial.Validation[metric]!.Value).ToList();
        report.Trials.Select(trial => trial.Trainer).Should().BeEquivalentTo(TrainerNames.Of(ModelTask.Binary));
        report.Trainer.Should().Be(report.Trials[0].Trainer);
        values.Should().BeEquivalentTo(BinaryMetrics.ByName[metric].Direction == MetricDirection.HigherIsBetter ? values.OrderDescending() : values.Order(), order => order.WithStrictOrdering());
        report.Should().BeEquivalentTo(new { Metric = metric, Seed = 1, Rows = 600, Parity = new { Rows = 290, LabelDisagreements = 0, Passed = true } });
        report.Trials[0].OnnxBytes.Should().Be(new FileInfo(candidate.OnnxPath).Length);
        _stages.Fixture.Log.Should().ContainMatch($"Train: {report.Trainer} is best of 3 by {metric} on 310 validation rows; ONNX equals ML.NET on all 290 test rows*");
    }

    [Theory]
    [InlineData(0, 1, TrainerSettings.LightGbm)]
    [InlineData(1, 0, TrainerSettings.FastTree)]
    public async Task Of_equally_good_trainers_the_first_in_the_definition_is_chosen(int first, int second, string chosen)
    {
        // Neither finds anything to split on.
        TrainerSettings[] equals = [.. _stages.Definition.Training.Trainers.Select(trainer => trainer with { MinExamplesPerLeaf = 10_000 })];

        var candidate = await _stages.TrainAsync(WithTraining(training => training with { Trainers = [equals[first], equals[second]] }));

        candidate.Report.Trials.Select(trial => trial.Validation[BinaryMetricNames.RocAuc]).Should().Equal(0.5, 0.5);
        candidate.Report.Trainer.Should().Be(chosen);
    }

    [Fact]
    public async Task The_decision_threshold_of_the_definition_counts_where_a_metric_needs_one()
    {
        var definition = WithTraining(training => training with { Metric = BinaryMetricNames.Recall }) with { Outputs = new BinaryOutputSettings("won", "lost", 0.02f) };

        var candidate = await _stages.TrainAsync(definition);

        candidate.Report.Trials[0].Validation[BinaryMetricNames.Recall].Should().BeGreaterThan(0.99, "nearly every row's probability is above so low a threshold");
    }

    [Fact]
    public async Task The_second_run_restores_the_first_ones_output()
    {
        var first = await _stages.TrainAsync();
        var second = await _stages.TrainAsync();

        second.Directory.Should().Be(first.Directory);
        second.Should().BeEquivalentTo(first);
        _stages.Fixture.Log.Count(line => line.StartsWith("Train: restored", StringComparison.Ordinal)).Should().Be(2);
    }

    [Fact]
    public async Task Another_store_gets_the_same_bytes()
    {
        using var other = new Stages();

        var elsewhere = await other.TrainAsync();
        var here = await _stages.TrainAsync();

        other.Fixture.Log.Should().ContainMatch("Train: done*");
        elsewhere.Directory.Should().NotBe(here.Directory);
        elsewhere.Digest.Should().Be(here.Digest);
        foreach (var path in Directory.EnumerateFiles(here.Directory))
        {
            Digest.OfFile(Path.Combine(elsewhere.Directory, Path.GetFileName(path))).Should().Be(Digest.OfFile(path), path);
        }
    }

    [Fact]
    public async Task The_key_knows_the_training_settings_and_nothing_of_gates_stages_and_descriptions()
    {
        var dataset = await _stages.PrepareAsync();
        var definition = _stages.Definition;
        var stage = new TrainStage(_stages.Runner, Stages.Code);
        var key = stage.Key(dataset, definition).Hash;

        stage.Key(dataset, definition with { Gates = [], Stages = [], Description = "other" }).Hash.Should().Be(key);
        stage.Key(dataset, WithTraining(training => training with { Seed = 2 })).Hash.Should().NotBe(key);
        stage.Key(dataset, WithTraining(training => training with { Trainers = [.. training.Trainers.Reverse()] })).Hash.Should().NotBe(key);
        stage.Key(dataset, definition with { Outputs = (BinaryOutputSettings)definition.Outputs with { Threshold = 0.4f } }).Hash.Should().NotBe(key);
        new TrainStage(_stages.Runner, Digest.OfText("other code")).Key(dataset, definition).Hash.Should().NotBe(key);
    }

    [Fact]
    public async Task A_metric_that_is_undefined_for_every_trainer_ends_training_and_says_why()
    {
        var definition = WithTraining(training => training with { Metric = BinaryMetricNames.Precision }) with { Outputs = new BinaryOutputSettings("won", "lost", 0.9999f) };
        var before = _stages.StoredFiles(TrainStage.Name);

        var act = () => _stages.TrainAsync(definition);

        var refusal = (await act.Should().ThrowAsync<PipelineException>().WithMessage("Train: precision is undefined on the validation rows for every trainer*threshold 0.9999*")).Which;
        refusal.ExitCode.Should().Be(ExitCode.NotEnoughData);
        _stages.StoredFiles(TrainStage.Name).Should().BeEquivalentTo(before);
    }

    [Fact]
    public async Task LightGbm_that_finds_nothing_to_split_on_says_which_setting_to_lower()
    {
        var definition = WithTraining(training => training with { Trainers = [training.Trainers[0] with { MinExamplesPerLeaf = 10_000 }] });

        var act = () => _stages.TrainAsync(definition with { Data = definition.Data with { Query = AlternatingLabel } });

        (await act.Should().ThrowAsync<PipelineException>().WithMessage("lightgbm finds nothing*minExamplesPerLeaf (10000)*")).Which.ExitCode.Should().Be(ExitCode.NotEnoughData);
    }

    [Fact]
    public async Task A_cancelled_run_leaves_nothing()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var dataset = await _stages.PrepareAsync();
        var before = _stages.Fixture.Stored;
        var slow = WithTraining(training => training with { Trainers = [training.Trainers[1], training.Trainers[1] with { Trees = 500, Leaves = 50, MinExamplesPerLeaf = 1 }] });
        var run = new TrainStage(_stages.Runner, Stages.Code).RunAsync(dataset, slow, source.Token);
        while (!_stages.Fixture.Log.Any(line => line.StartsWith("Train: fast-tree", StringComparison.Ordinal)))
        {
            await Task.Delay(5, Token);
        }

        await source.CancelAsync();

        var act = () => run;
        await act.Should().ThrowAsync<OperationCanceledException>();
        _stages.Fixture.Stored.Should().BeEquivalentTo(before);
    }

    [Fact]
    public async Task A_graph_that_predicts_otherwise_than_ML_NET_is_refused_with_its_worst_row()
    {
        var dataset = await _stages.PrepareAsync();
        var train = dataset.Read(DataSplit.Train, Token);
        var test = dataset.Read(DataSplit.Test, Token).Features;
        var encoding = FeatureEncoding.Fit(train.Features);
        var model = Trainers.Fit(ModelTask.Binary, _stages.Definition.Training.Trainers[1], 1, encoding, train, train, weights: null);
        using var scorer = OnnxScorer.Load(ModelExport.ToOnnx(encoding, model, new BinaryOutputs("won", "lost", 0.5f)), encoding.Schema, "the graph");
        var exact = ParityCheck.ScoreInMlNet(encoding, model, test, Token);
        exact[17] = 1 - exact[17];

        var act = () => TrainStage.RequireParity(ParityCheck.Compare(exact, scorer.Score(test, Token), new BinaryOutputs("won", "lost", 0.5f)), "fast-tree", test);

        var refusal = act.Should().Throw<PipelineException>().WithMessage("The ONNX graph of fast-tree does not predict as ML.NET does*worst is row 17*amount = *colour = '*").Which;
        refusal.ExitCode.Should().Be(ExitCode.Refused);
    }

    private ModelDefinition WithTraining(Func<TrainingSettings, TrainingSettings> change) => _stages.Definition with { Training = change(_stages.Definition.Training) };
}
