using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Data;

public sealed class PrepareDataTests : IDisposable
{
    private readonly StageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Rows_are_split_by_time_and_read_back()
    {
        var dataset = await PrepareAsync(("data/a.csv", FlightRows.Csv));

        dataset.Summary.Splits.Select(split => (split.Split, split.Rows)).Should().Equal(
            (DataSplit.Train, 90 * 4), (DataSplit.Validation, 30 * 4), (DataSplit.Test, 31 * 4), (DataSplit.Production, 30 * 4));
        dataset.Schema.Features.Should().Equal(new Feature("hour", FeatureKind.Numeric, false), new Feature("origin", FeatureKind.Categorical, false));
        var train = dataset.Read(DataSplit.Train, TestContext.Current.CancellationToken);
        train.Labels.Flags.Should().HaveCount(360).And.StartWith([true, false, false, false, false, true]);
        train.Features.Numeric.Should().StartWith([0f, 6f, 12f, 18f, 0f]);
        train.Features.Categories[0].Should().StartWith(["AX", "BY", "CX", "AY"]);
        dataset.Find(DataSplit.Train).Should().BeEquivalentTo(new { Positives = 72, FirstTime = new DateTime(2001, 1, 1), LastTime = new DateTime(2001, 3, 31, 18, 0, 0) });
        _fixture.Log.Should().ContainMatch("PrepareData: train 360 rows (20.0 % late), validation 120 rows*");
    }

    [Fact]
    public async Task The_same_rows_give_the_same_digest_whatever_the_files_and_the_culture()
    {
        var one = await PrepareAsync(("data/a.csv", FlightRows.Csv));
        using var _ = new CultureScope("de-DE");
        var lines = FlightRows.Lines.Reverse().ToList();
        var several = await PrepareAsync(
            ("data/a.csv", FlightRows.CsvOf(lines.Take(100)).Replace(',', ';')),
            ("data/sub/b.csv", FlightRows.CsvOf(lines.Skip(100).Take(300))),
            ("data/z.csv", FlightRows.CsvOf(lines.Skip(400))));
        var parquet = await PrepareAsync(("data/a.parquet", ToFile("a.csv", FlightRows.Csv, "parquet")));
        var json = await PrepareAsync(("data/a.json", ToFile("a.csv", FlightRows.Csv, "json")));

        new[] { several.Digest, parquet.Digest, json.Digest }.Should().AllBeEquivalentTo(one.Digest);
        several.Directory.Should().NotBe(one.Directory);
    }

    [Fact]
    public async Task Another_value_gives_another_digest()
    {
        var one = await PrepareAsync(("data/a.csv", FlightRows.Csv));

        var other = await PrepareAsync(("data/a.csv", FlightRows.CsvOf(FlightRows.Lines.Skip(1).Prepend("2001-01-01 00:00:00,true,0,AY\n"))));

        other.Digest.Should().NotBe(one.Digest);
    }

    [Fact]
    public async Task The_second_run_restores_the_first_ones_output()
    {
        var first = await PrepareAsync(("data/a.csv", FlightRows.Csv));
        var second = await PrepareAsync(("data/a.csv", FlightRows.Csv));

        second.Directory.Should().Be(first.Directory);
        second.Summary.Should().BeEquivalentTo(first.Summary);
        _fixture.Log.Should().ContainMatch("PrepareData: restored*");
        _fixture.Runner.Plan<Dataset>(PrepareDataStage.Key(Definition(), "code")).Plan.WillRun.Should().BeFalse();
        _fixture.Runner.Plan<Dataset>(PrepareDataStage.Key(Definition(), "other")).Plan.Why.Should().Be("changed: code: code → other");
    }

    [Fact]
    public async Task Missing_values_empty_texts_and_truth_values_are_told_apart()
    {
        var lines = FlightRows.Lines.Select((line, i) => line.TrimEnd() + (i % 3) switch { 0 => ",,\"\",true\n", 1 => ",1.5,#,false\n", _ => ",-0.0,,\n" });
        var csv = "departure,late,hour,origin,x,y,z\n" + string.Concat(lines);

        var dataset = await PrepareAsync(("data/a.csv", csv));

        dataset.Schema.Features.Select(feature => (feature.Name, feature.Kind, feature.AllowsMissing)).Should().Equal(
            ("hour", FeatureKind.Numeric, false),
            ("origin", FeatureKind.Categorical, false),
            ("x", FeatureKind.Numeric, true),
            ("y", FeatureKind.Categorical, true),
            ("z", FeatureKind.Categorical, true));
        var train = dataset.Read(DataSplit.Train, TestContext.Current.CancellationToken).Features;
        train.Numeric.Where((_, i) => i % 2 == 1).Take(3).Should().Equal(float.NaN, 1.5f, 0f);
        float.IsNegative(train.Numeric[5]).Should().BeFalse();
        train.Categories[1].Take(3).Should().Equal(string.Empty, "#", FeatureSchema.MissingCategory);
        train.Categories[2].Take(3).Should().Equal("true", "false", FeatureSchema.MissingCategory);
    }

    [Fact]
    public async Task Rows_outside_all_splits_are_counted_and_left_out()
    {
        var dataset = await PrepareAsync(("data/a.csv", FlightRows.Csv + "2001-07-01 00:00:00,,99,ZZ\n2000-12-31 23:59:59,true,99,ZZ\n"));

        dataset.Summary.RowsOutside.Should().Be(2);
        _fixture.Log.Should().Contain("PrepareData: 2 rows lie outside all splits and are left out");
    }

    [Fact]
    public async Task A_value_missing_after_training_only_is_warned_of()
    {
        var csv = FlightRows.CsvOf(FlightRows.Lines.Select((line, i) => i == 400 ? line.Replace("AX", string.Empty, StringComparison.Ordinal).Replace("BX", string.Empty, StringComparison.Ordinal) : line));

        await PrepareAsync(("data/a.csv", csv));

        _fixture.Log.Should().ContainMatch("PrepareData: 'origin' is missing in 1 rows of splits.validation, but never in training*");
    }

    [Fact]
    public async Task Columns_in_one_file_only_and_whole_number_labels_are_fine()
    {
        var lines = FlightRows.Lines.Select(line => line.Replace("true", "1", StringComparison.Ordinal).Replace("false", "0", StringComparison.Ordinal)).ToList();
        var extra = "departure,late,hour,origin,gate\n" + string.Concat(lines.Take(200).Select(line => line.TrimEnd() + ",7\n"));

        var dataset = await PrepareAsync(("data/a.csv", extra), ("data/b.csv", FlightRows.CsvOf(lines.Skip(200))));

        dataset.Summary.Columns.Single(column => column.Name == "gate").MissingInTraining.Should().Be(160);
        dataset.Read(DataSplit.Train, TestContext.Current.CancellationToken).Labels.Flags.Count(label => label).Should().Be(72);
    }

    [Fact]
    public async Task A_query_may_end_with_a_comment_and_name_columns_as_it_likes()
    {
        var dataset = await PrepareAsync(
            new DataSettings(["data/*"], "SELECT departure AS \"when\", late, hour AS \"it's an \"\"hour\"\"\" FROM source; -- done", "late", "when", 50),
            [("data/a.csv", FlightRows.Csv)]);

        dataset.Read(DataSplit.Test, TestContext.Current.CancellationToken).Features.Schema.Features.Single().Name.Should().Be("it's an \"hour\"");
    }

    [Fact]
    public async Task The_query_reads_nothing_but_its_source()
    {
        var secret = Path.Combine(_fixture.Root, "secret.csv");
        await File.WriteAllTextAsync(secret, FlightRows.Csv, TestContext.Current.CancellationToken);

        var act = () => PrepareAsync(DataFolder.AllFiles with { Query = $"SELECT * FROM read_csv('{secret.Replace("'", "''", StringComparison.Ordinal)}')" }, [("data/a.csv", FlightRows.Csv)]);

        (await act.Should().ThrowAsync<PipelineException>()).WithMessage("data.query of model flights fails*disabled by configuration*");
    }

    [Fact]
    public async Task A_run_can_be_cancelled_in_the_middle_of_a_query()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        source.CancelAfter(TimeSpan.FromMilliseconds(500));
        var query = "SELECT s.*, x.n FROM source s, (SELECT count(*) AS n FROM range(10000000000) a, range(1000) b WHERE hash(a.range, b.range) = 7) x";
        var definition = Definition(DataFolder.AllFiles with { Query = query });
        Write(("data/a.csv", FlightRows.Csv));

        var act = () => new PrepareDataStage(_fixture.Runner).RunAsync(definition, "code", source.Token);

        await act.Should().ThrowAsync<OperationCanceledException>();
        _fixture.Stored.Should().BeEmpty();
    }

    [Fact]
    public async Task The_repository_s_sample_gives_six_months_of_flights()
    {
        var definition = ModelDefinitionReader.Read(Path.Combine(Repository.Models, "flight-delay"));

        var dataset = await new PrepareDataStage(_fixture.Runner).RunAsync(definition, "code", TestContext.Current.CancellationToken);

        dataset.Summary.Splits.Select(split => split.Rows).Should().Equal(75_000, 25_000, 25_000, 25_000);
        dataset.Summary.RowsOutside.Should().Be(0);
        dataset.Schema.Features.Select(feature => feature.Name).Should().Equal("hour", "day_of_week", "distance", "origin", "destination");
        var golden = GoldenRequests.Read(definition.GoldenRequestsPath, dataset.Schema);
        golden.Rows.Should().HaveCount(9);
        golden.Features.Categories[0].Except(dataset.Read(DataSplit.Train, TestContext.Current.CancellationToken).Features.Categories[0]).Should().Equal("BER");
    }

    private byte[] ToFile(string name, string csv, string format)
    {
        var from = Path.Combine(_fixture.Root, name);
        var to = Path.Combine(_fixture.Root, "converted." + format);
        File.WriteAllText(from, csv);
        using var database = new DuckDatabase(spillDirectory: string.Empty);
        database.Execute($"COPY (SELECT * FROM read_csv({DuckDatabase.Literal(from)})) TO {DuckDatabase.Literal(to)} (FORMAT {format})", TestContext.Current.CancellationToken);
        return File.ReadAllBytes(to);
    }

    private Task<Dataset> PrepareAsync(params (string Path, object Content)[] files) =>
        PrepareAsync(DataFolder.AllFiles, files);

    private Task<Dataset> PrepareAsync(DataSettings settings, (string Path, object Content)[] files)
    {
        Write(files);
        return new PrepareDataStage(_fixture.Runner).RunAsync(Definition(settings), "code", TestContext.Current.CancellationToken);
    }

    private void Write(params (string Path, object Content)[] files) => DataFolder.Write(_fixture, files);

    private ModelDefinition Definition(DataSettings? settings = null) => DataFolder.Definition(_fixture, settings);
}
