using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.DriftChecks;
using Pipeline.Delivery.DriftChecks.Files;
using Pipeline.Drift.Verdicts;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.DriftChecks.Files;

public sealed class ScoredRowsTests(TrainedStore trained) : IDisposable
{
    private static readonly WindowPlan Month = new(TimeSpan.FromDays(30), 1, new DateTimeOffset(2020, 5, 1, 0, 0, 0, TimeSpan.Zero));

    private readonly Stages _stages = trained.Copy();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _stages.Dispose();

    [Fact]
    public async Task The_test_rows_of_the_dataset_give_the_counts_of_the_reference()
    {
        var (model, dataset) = await ComparedAsync();

        var windows = await new DatasetDriftSource(model, dataset, DataSplit.Test).ReadAsync(Month, Token);

        var window = windows.Should().ContainSingle().Subject;
        ShouldBeTheTestRows(window.Profile, model);
        var test = dataset.Read(DataSplit.Test, Token);
        using var scorer = OnnxScorer.Load(model.Package.OnnxPath, model.Package.Manifest.Features);
        window.Scored.Should().Equal(scorer.Score(test.Features, Token).Zip(test.Labels.Flags, (probability, label) => new ScoredRow(probability, model.Package.Manifest.Outputs.LabelIndexOf([probability]), label ? 0 : 1)));
        window.Notes.Should().BeEmpty();
    }

    [Fact]
    public async Task Raw_rows_go_through_the_models_query()
    {
        var definition = _stages.WithQuery("SELECT price / 100.0 AS amount, discount, colour, shop, outcome = 'w' AS won, day FROM source WHERE outcome <> ''");
        var (model, _) = await ComparedAsync();
        var lines = (await File.ReadAllLinesAsync(Path.Combine(_stages.ModelDirectory, "data", "rows.csv"), Token))[1..].Select(line => line.Split(','));
        await File.WriteAllLinesAsync(
            Path.Combine(_stages.Fixture.Root, "raw.csv"),
            lines.Select(fields => $"{fields[0]},{fields[1].Replace(".", string.Empty, StringComparison.Ordinal).TrimStart('0')},{fields[2]},{fields[3]},{fields[4]},{(fields[5] == "true" ? 'w' : 'l')}").Prepend("day,price,discount,colour,shop,outcome"),
            Token);

        var windows = await Source(model with { Definition = definition }, "raw.csv").ReadAsync(Month, Token);

        ShouldBeTheTestRows(windows.Should().ContainSingle().Subject.Profile, model);
        windows[0].Notes.Should().Contain("The files hold raw rows; the features, times and labels are those that data.query of model.yaml makes from them.");
    }

    [Fact]
    public async Task Feature_columns_with_the_models_own_time_and_label_need_no_setting()
    {
        var (model, _) = await ComparedAsync();

        var windows = await Source(model, "models/bids/data/*.csv").ReadAsync(Month, Token);

        ShouldBeTheTestRows(windows.Should().ContainSingle().Subject.Profile, model);
    }

    [Fact]
    public async Task Of_many_rows_evenly_spaced_ones_are_scored()
    {
        var (model, _) = await ComparedAsync();
        using var database = new DuckDatabase(string.Empty);
        database.Execute($"COPY (SELECT i % 100 AS amount, i % 5 AS discount, 'red' AS colour, 'north' AS shop FROM range(250000) r(i)) TO {DuckDatabase.Literal(Path.Combine(_stages.Fixture.Root, "many.parquet"))} (FORMAT parquet)", Token);

        var window = (await Source(model, "many.parquet").ReadAsync(Month, Token)).Should().ContainSingle().Subject;

        window.Profile.Rows.Should().Be(250_000);
        window.Profile.Features["amount"].Rows.Should().Be(250_000);
        window.Profile.Predictions!.Bins.Sum().Should().Be(100_000);
        window.Profile.Predictions.Labels.Values.Sum().Should().Be(100_000);
        window.Scored.Should().HaveCount(100_000);
        window.Notes.Should().Contain("The model's answers are those to 100,000 evenly spaced rows of 250,000.").And.Contain("The rows have no time ('day' is no column), so that all of them are one window.");
    }

    [Fact]
    public async Task Values_themselves_are_compared_in_the_last_window_where_the_training_rows_are_at_hand()
    {
        var (model, dataset) = await ComparedAsync();
        var compared = new List<(double[] Reference, double[] Current)>();
        var distance = new SampleDistance(0.1, 0.2, 0.3, 0.4);
        var withTraining = model with { Training = new TrainingSample(dataset, Compare) };

        var windows = await new DatasetDriftSource(withTraining, dataset, DataSplit.Test).ReadAsync(new WindowPlan(TimeSpan.FromDays(15), 2, Month.End), Token);

        windows[0].Samples.Should().BeNull();
        windows[1].Samples.Should().Equal(new Dictionary<string, SampleDistance> { ["amount"] = distance, ["discount"] = distance });
        var training = dataset.Read(DataSplit.Train, Token).Features;
        compared.OrderByDescending(pair => pair.Reference[^1]).Select(pair => pair.Reference).Should().BeEquivalentTo(
            Enumerable.Range(0, 2).Select(slot => training.Numeric.Where((_, i) => i % 2 == slot).Select(value => (double)value).Order()), options => options.WithStrictOrdering());
        compared.Select(pair => (long)pair.Current.Length).Should().AllBeEquivalentTo(windows[1].Profile.Rows);
        compared.Should().OnlyContain(pair => pair.Current.SequenceEqual(pair.Current.Order()));

        SampleDistance Compare(double[] reference, double[] current)
        {
            lock (compared)
            {
                compared.Add((reference, current));
            }

            return distance;
        }
    }

    [Fact]
    public async Task A_dataset_without_the_split_or_with_other_columns_is_refused()
    {
        var (model, dataset) = await ComparedAsync();
        var other = await _stages.PrepareAsync(_stages.WithQuery("SELECT amount, shop, won, day FROM source"));

        var noRows = () => new DatasetDriftSource(model, dataset).ReadAsync(Month, Token);
        var noColumns = () => new DatasetDriftSource(model, other, DataSplit.Test).ReadAsync(Month, Token);

        (await noRows.Should().ThrowAsync<PipelineException>()).WithMessage("The dataset has no production rows to compare; add splits.production to model.yaml, or name files of rows.").Which.ExitCode.Should().Be(ExitCode.Usage);
        (await noColumns.Should().ThrowAsync<PipelineException>()).WithMessage("The dataset * has other columns than bids:* was trained on (not: discount, colour).*").Which.ExitCode.Should().Be(ExitCode.Usage);
    }

    private static void ShouldBeTheTestRows(LiveProfile profile, ComparedModel model)
    {
        profile.Rows.Should().Be(model.Reference.TestRows);
        foreach (var feature in model.Reference.Features)
        {
            profile.Features[feature.Name].Should().BeEquivalentTo(feature.Test, options => options.WithStrictOrdering(), feature.Name);
        }

        profile.Predictions.Should().BeEquivalentTo(model.Reference.Predictions.Test, options => options.WithStrictOrdering());
        profile.Labels!.Values.Sum().Should().Be(model.Reference.TestRows);
    }

    private FileDriftSource Source(ComparedModel model, string pattern) => new(model, new FileRows(_stages.Fixture.Root, [pattern]), _stages.Runner.Store);

    private async Task<(ComparedModel Model, Dataset Dataset)> ComparedAsync()
    {
        var judged = await _stages.PackageAsync();
        return (new ComparedModel(judged.Stored.Package, PackageReader.ReadReferenceProfile(judged.Stored.Package), _stages.Definition), judged.Dataset);
    }
}
