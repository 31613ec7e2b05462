using FluentAssertions;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Training;
using Pipeline.Engine;
using Pipeline.ModelPackage;
using Xunit;

namespace Pipeline.Delivery.Tests;

/// <summary>Models of several classes and of a number go the same way as those of two classes.</summary>
public sealed class TaskStagesTests : IDisposable
{
    private readonly Stages _stages = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _stages.Dispose();

    [Fact]
    public async Task Several_classes_are_trained_judged_and_packaged()
    {
        var definition = TaskModels.WriteFlowers(_stages.ModelDirectory);

        var model = await _stages.PackageAsync(definition);

        string[] classes = ["daisy", "iris \"blue\"", "rose"];
        model.Dataset.Summary.Classes.Should().Equal(classes);
        model.Candidate.Report.Outputs.Should().Be(new MulticlassOutputs(classes));
        model.Candidate.Report.Parity.Should().Match<OnnxExport.ParityReport>(parity => parity.Passed && parity.LabelDisagreements == 0);
        model.Candidate.Report.Trials.Should().HaveCount(2);
        model.Evaluation.Report.Task.Should().Be(ModelTask.Multiclass);
        model.Evaluation.Report.Metrics["accuracy"].Value.Should().BeGreaterThan(0.8);
        model.Evaluation.Report.Importance.Should().HaveCount(3).And.OnlyContain(feature => feature.Feature != "bed");
        model.Evaluation.Report.Baselines.Should().HaveCount(2).And.OnlyContain(baseline => baseline.Metrics["accuracy"] < 0.99);
        model.GatePass.Verdict.Rows.Should().OnlyContain(row => row.Passed);
        var manifest = model.Stored.Package.Manifest;
        (manifest.Task, manifest.Outputs).Should().Be((ModelTask.Multiclass, (ModelOutputs)new MulticlassOutputs(classes)));
        var golden = PackageReader.ReadGoldenSample(model.Stored.Package).Rows;
        golden[0].Should().Match<GoldenRow>(row => row.Probabilities!.Count == 3 && row.Label == "daisy" && row.Probability == null);
        golden[1].Probabilities!.Sum().Should().BeApproximately(1, 1e-5f);
        PackageReader.ReadReferenceProfile(model.Stored.Package).Predictions.Test.Labels.Keys.Should().Equal(classes);
    }

    [Fact]
    public async Task A_number_is_trained_judged_and_packaged()
    {
        var definition = TaskModels.WriteFlats(_stages.ModelDirectory);

        var model = await _stages.PackageAsync(definition);

        model.Candidate.Report.Outputs.Should().Be(new RegressionOutputs("price", "EUR"));
        model.Candidate.Report.Metric.Should().Be("rmse", "the size of errors chooses if nothing else is said");
        model.Candidate.Report.Trials.Should().HaveCount(3).And.OnlyContain(trial => trial.Validation["r2"] > 0.5);
        model.Candidate.Report.Trials.Select(trial => trial.Validation["rmse"]).Should().BeInAscendingOrder();
        model.Evaluation.Report.Task.Should().Be(ModelTask.Regression);
        model.Evaluation.Report.Metrics["r2"].Value.Should().BeGreaterThan(0.8);
        model.Evaluation.Report.Importance[0].Should().Match<Pipeline.Delivery.Evaluation.FeatureImportance>(feature => feature.Feature == "area" && feature.Loss > 0.5);
        model.GatePass.Verdict.Rows.Should().OnlyContain(row => row.Passed);
        var golden = PackageReader.ReadGoldenSample(model.Stored.Package).Rows;
        golden[0].Prediction.Should().BeInRange(150_000, 350_000);
        golden[0].Label.Should().BeNull();
        (await File.ReadAllTextAsync(Path.Combine(model.Stored.Package.Directory, PackageFiles.ModelCard), Token)).Should().Contain("price in EUR, a number");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_second_training_gives_the_same_bytes(bool areFlats)
    {
        using var others = new Stages();
        var (mine, theirs) = areFlats
            ? (TaskModels.WriteFlats(_stages.ModelDirectory), TaskModels.WriteFlats(others.ModelDirectory))
            : (TaskModels.WriteFlowers(_stages.ModelDirectory), TaskModels.WriteFlowers(others.ModelDirectory));

        (await others.TrainAsync(theirs)).Digest.Should().Be((await _stages.TrainAsync(mine)).Digest);
    }

    [Fact]
    public async Task A_champion_is_compared_with_class_by_class_whatever_their_order()
    {
        var definition = TaskModels.WriteFlowers(_stages.ModelDirectory);
        var champion = await _stages.ChampionAsync(definition with { Training = definition.Training with { Trainers = [definition.Training.Trainers[1]] } });

        var pass = await _stages.GateAsync(definition, champion);

        pass.Verdict.Rows.Should().Contain(row => row.Check.StartsWith("logLoss at most 0.05 above the champion's") && row.Passed && row.Champion > 0);
    }

    [Fact]
    public async Task A_champion_of_another_task_cannot_be_compared_with_and_says_so()
    {
        var champion = await _stages.ChampionAsync(_stages.Definition);
        var definition = TaskModels.WriteFlowers(_stages.ModelDirectory);

        var act = () => _stages.GateAsync(definition, champion);

        (await act.Should().ThrowAsync<PipelineException>()).WithMessage("*it cannot be compared: the champion *").Which.ExitCode.Should().Be(ExitCode.Refused);
    }

    [Fact]
    public async Task Rows_of_one_group_lie_in_one_split_and_shares_are_about_as_asked()
    {
        var dataset = await _stages.PrepareAsync(TaskModels.WriteFlowers(_stages.ModelDirectory));

        var beds = new[] { DataSplit.Train, DataSplit.Validation, DataSplit.Test }.Select(split => Beds(dataset, split)).ToList();
        beds[0].Should().NotIntersectWith(beds[1]).And.NotIntersectWith(beds[2]);
        beds[1].Should().NotIntersectWith(beds[2]);
        beds.Sum(ofSplit => ofSplit.Count).Should().Be(300);
        dataset.Find(DataSplit.Train)!.Rows.Should().BeInRange(650, 850);
        dataset.Summary.Time.Should().BeNull();
        dataset.Find(DataSplit.Train)!.FirstTime.Should().BeNull();
    }

    [Fact]
    public async Task A_row_stays_in_its_split_when_others_come()
    {
        var definition = TaskModels.WriteFlats(_stages.ModelDirectory);
        var before = Prices(await _stages.PrepareAsync(definition), DataSplit.Test);
        await File.AppendAllTextAsync(Path.Combine(_stages.ModelDirectory, "data", "rows.csv"), "99.5,4,east,1\n98.5,4,east,2\n97.5,4,west,3\n", Token);

        var after = Prices(await _stages.PrepareAsync(definition), DataSplit.Test);

        after.Should().Contain(before).And.HaveCountLessThan(before.Count + 4);
    }

    [Fact]
    public async Task A_class_that_training_does_not_have_is_told()
    {
        var definition = TaskModels.WriteFlowers(_stages.ModelDirectory);
        await File.AppendAllTextAsync(Path.Combine(_stages.ModelDirectory, "data", "rows.csv"), "9999,5.5,1.5,white,orchid\n", Token);

        var act = () => _stages.PrepareAsync(definition with { Splits = new ShareSplits(0.0001, 0.4999, 0.5, 1, "bed") });

        (await act.Should().ThrowAsync<PipelineException>()).WithMessage("*that no row of splits.train has*").Which.ExitCode.Should().Be(ExitCode.NotEnoughData);
    }

    [Theory]
    [InlineData("price > 100000", "*data.label 'price' has type BOOLEAN; it must be a number, for example CAST(price AS DOUBLE) AS price; for classes write task: multiclass*")]
    [InlineData("district", "*data.label 'price' has type VARCHAR; it must be a number*")]
    [InlineData("CASE WHEN area > 120 THEN 1e300 ELSE price END", "*data.label 'price' is NaN, infinite or beyond a 32-bit float in * rows of splits.train*")]
    public async Task Labels_that_are_no_numbers_are_refused(string expression, string message)
    {
        var definition = TaskModels.WriteFlats(_stages.ModelDirectory);

        var act = () => _stages.PrepareAsync(definition with { Data = definition.Data with { Query = $"SELECT area, {expression} AS price FROM source" } });

        (await act.Should().ThrowAsync<PipelineException>()).WithMessage(message).Which.ExitCode.Should().Be(ExitCode.Usage);
    }

    private static HashSet<int> Beds(Dataset dataset, DataSplit split) => [.. Read(dataset, split, "CAST(bed AS INTEGER)").Select(bed => (int)bed)];

    private static List<double> Prices(Dataset dataset, DataSplit split) => Read(dataset, split, "CAST(price AS DOUBLE)");

    private static List<double> Read(Dataset dataset, DataSplit split, string expression)
    {
        var values = new List<double>();
        using var database = new DuckDatabase(spillDirectory: string.Empty);
        database.Read($"SELECT CAST({expression} AS DOUBLE) FROM read_parquet({DuckDatabase.Literal(dataset.PathOf(split))})", reader => values.Add(reader.GetDouble(0)), Token);
        return values;
    }
}
