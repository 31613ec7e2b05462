using System.Globalization;
using System.Text.Json.Nodes;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.DriftChecks;
using Pipeline.Delivery.DriftChecks.Files;
using Pipeline.Delivery.Tests.Definition;
using Pipeline.Drift;
using Pipeline.Drift.Verdicts;
using Pipeline.Engine;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Delivery.Tests.DriftChecks.Files;

/// <summary>Files of rows for models of several classes and of a number.</summary>
public sealed class TaskRowsTests : IDisposable
{
    private static readonly MulticlassOutputs Classes = new(TestModel.Classes);

    private readonly RowFolder _folder = new();
    private readonly StageFixture _fixture = new();

    private static IReadOnlyList<TestModelRow> Rows => TestModelReference.TestRows;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Dispose();
        _fixture.Dispose();
    }

    [Fact]
    public async Task Rows_are_scored_and_counted_as_the_reference_counts_them_and_without_a_time_they_are_one_window()
    {
        var model = ClassModel();
        _folder.Write("rows.csv", Csv(Rows.Select((row, index) => (row, Text(TrueClass(row, index))))));

        var window = await _folder.ReadOneAsync(new FileRows(_folder.Path, ["rows.csv"]), model);

        ShouldBeTheTestRows(window, model);
        (window.Profile.From, window.Profile.To).Should().Be((null, null));
        window.Profile.Labels.Should().Equal(model.Reference.Labels!.Test);
        window.Profile.Target.Should().BeNull();
        window.Scored!.Count(row => row.Answer == row.Label).Should().Be((int)model.Reference.Predictions.Hits!.Bins.Sum(cell => cell.Right));
        window.Notes.Should().Equal("The rows have no time ('departure' is no column), so that all of them are one window.");
    }

    [Fact]
    public async Task Numbers_are_scored_and_their_labels_counted_in_bins()
    {
        var model = NumberModel();
        _folder.Write("rows.csv", Csv(Rows.Select(row => (row, Number(TestModel.Number(row) + 0.5f)))));

        var window = await _folder.ReadOneAsync(new FileRows(_folder.Path, ["rows.csv"]), model);

        ShouldBeTheTestRows(window, model);
        window.Profile.Target.Should().BeEquivalentTo(model.Reference.Target!.Test);
        window.Profile.Labels.Should().BeNull();
        window.Scored.Should().BeEmpty();
    }

    [Theory]
    [InlineData(ModelTask.Multiclass, "jsonl")]
    [InlineData(ModelTask.Multiclass, "parquet")]
    [InlineData(ModelTask.Regression, "jsonl")]
    [InlineData(ModelTask.Regression, "parquet")]
    public async Task The_prediction_log_has_the_answers(string task, string format)
    {
        var model = task == ModelTask.Multiclass ? ClassModel() : NumberModel();
        _folder.Write("log/rows.jsonl", string.Concat(Rows.Select((row, index) => LogLine(model, row, index))));
        if (format == "parquet")
        {
            // As the service writes them: 32-bit numbers.
            var answer = task == ModelTask.Multiclass ? "CAST(probabilities AS FLOAT[]) AS probabilities" : "CAST(prediction AS FLOAT) AS prediction";
            _folder.WriteParquet("log.parquet", $"SELECT * REPLACE ({answer}) FROM '{_folder.Path.Replace("'", "''", StringComparison.Ordinal)}/log/rows.jsonl'");
        }

        var window = await _folder.ReadOneAsync(new FileRows(_folder.Path, [format == "parquet" ? "log.parquet" : "log/*"]), model);

        ShouldBeTheTestRows(window, model);
        window.Profile.From.Should().Be(new DateTimeOffset(2024, 5, 1, 0, 0, 0, TimeSpan.Zero));
        window.Profile.Labels.Should().BeNull("the log's label is the model's answer");
        window.Profile.Target.Should().BeNull();
        window.Notes.Should().BeEmpty();
    }

    [Fact]
    public async Task A_list_that_is_none_of_the_models_is_no_answer_and_of_classes_that_tie_the_first_is_meant()
    {
        const string Columns = "7 AS hour, 'ATL' AS origin, 1 AS distance, 'LAX' AS destination";
        _folder.WriteParquet("rows.parquet", $"SELECT {Columns}, [0.25, 0.25, 0.5] AS score UNION ALL SELECT {Columns}, [0.4, 0.2, 0.4] UNION ALL SELECT {Columns}, [0.5, 0.5] UNION ALL SELECT {Columns}, NULL UNION ALL SELECT {Columns}, [NULL, NULL, NULL]");

        var window = await _folder.ReadOneAsync(new FileRows(_folder.Path, ["rows.parquet"]) { Answer = "score" }, ClassModel());

        window.Profile.Rows.Should().Be(5);
        window.Profile.Predictions!.Labels.Should().Equal(new Dictionary<string, long> { [TestModel.Classes[0]] = 1, [TestModel.Classes[1]] = 0, [TestModel.Classes[2]] = 1 });
        window.Scored.Should().Equal(new ScoredRow(0.5f, 2, null), new ScoredRow(0.4f, 0, null));
        window.Notes.Should().Contain("3 rows have no probabilities that are numbers; their answers are not counted.");
    }

    [Fact]
    public async Task Labels_that_are_none_of_the_models_are_taken_for_unknown()
    {
        _folder.Write("classes.csv", Csv([(Rows[0], "early"), (Rows[1], "never heard of"), (Rows[2], string.Empty)]));
        _folder.Write("numbers.csv", Csv([(Rows[0], "1.5"), (Rows[1], "inf"), (Rows[2], string.Empty)]));

        var classes = await _folder.ReadOneAsync(new FileRows(_folder.Path, ["classes.csv"]), ClassModel());
        var numbers = await _folder.ReadOneAsync(new FileRows(_folder.Path, ["numbers.csv"]), NumberModel());

        classes.Profile.Labels!.Values.Sum().Should().Be(1);
        classes.Notes.Should().Contain("1 labels are none of the model's and are taken for unknown.");
        numbers.Profile.Target!.Rows.Should().Be(1);
        numbers.Notes.Should().Contain("1 labels are none of the model's and are taken for unknown.");
    }

    [Theory]
    [InlineData(ModelTask.Multiclass, "score", null, "rows.parquet: the column 'score' is VARCHAR; probabilities are a list of numbers")]
    [InlineData(ModelTask.Multiclass, "probs", null, "rows.parquet: there is no column 'probs', which was named for the probabilities")]
    [InlineData(ModelTask.Multiclass, null, "list", "rows.parquet: the column 'list' is VARCHAR[]; a label is the name of a class")]
    [InlineData(ModelTask.Regression, "score", null, "rows.parquet: the column 'score' is VARCHAR; a prediction is a number")]
    [InlineData(ModelTask.Regression, null, "score", "rows.parquet: the column 'score' is VARCHAR; a label is a number")]
    public async Task A_column_that_was_named_and_cannot_be_used_is_told(string task, string? answer, string? label, string fault)
    {
        _folder.WriteParquet("rows.parquet", "SELECT 7 AS hour, 'ATL' AS origin, 1 AS distance, 'LAX' AS destination, 'x' AS score, ['a'] AS list");
        var rows = new FileRows(_folder.Path, ["rows.parquet"]) { Answer = answer, Label = label };

        var act = () => _folder.ReadOneAsync(rows, task == ModelTask.Multiclass ? ClassModel() : NumberModel());

        (await act.Should().ThrowAsync<PipelineException>().WithMessage($"*{fault}*")).Which.ExitCode.Should().Be(ExitCode.Usage);
    }

    [Fact]
    public async Task A_check_of_classes_tells_the_accuracy_as_it_is_to_be_expected_and_as_it_is()
    {
        var model = ClassModel();
        _folder.Write("rows.csv", Csv(Enumerable.Repeat(Rows, 10).SelectMany(rows => rows.Select((row, index) => (row, Text(TrueClass(row, index)))))));

        var report = await CheckAsync(model, "rows.csv");

        report.Windows.Should().ContainSingle();
        report.Windows[0].Drift.Subjects.Skip(4).Select(subject => (subject.Name, subject.Verdict)).Should().Equal(("prediction", DriftVerdict.Ok), ("predicted label", DriftVerdict.Ok), ("label", DriftVerdict.Ok));
        var accuracy = report.Windows[0].Performance.Should().ContainSingle().Subject;
        (accuracy.Metric, accuracy.LabeledRows).Should().Be(("accuracy", 510));
        accuracy.Realized.Should().BeApproximately(accuracy.Reference!.Value, 1e-12);
        accuracy.Estimate.Should().BeInRange(accuracy.EstimateLow!.Value, accuracy.EstimateHigh!.Value);
    }

    [Fact]
    public async Task A_check_of_numbers_finds_labels_that_moved_and_says_that_nothing_is_estimated()
    {
        var model = NumberModel();
        _folder.Write("same.csv", Csv(Enumerable.Repeat(Rows, 10).SelectMany(rows => rows.Select(row => (row, Number(TestModel.Number(row) + 0.5f))))));
        _folder.Write("moved.csv", Csv(Enumerable.Repeat(Rows, 10).SelectMany(rows => rows.Select(row => (row, Number(TestModel.Number(row) + 80))))));

        var same = await CheckAsync(model, "same.csv");
        var moved = await CheckAsync(model, "moved.csv");

        same.Windows[0].Drift.Subjects.Select(subject => subject.Name).Should().EndWith(["destination", "prediction", "label"]);
        same.Windows[0].Drift.Subjects[^1].Verdict.Should().Be(DriftVerdict.Ok);
        same.Windows[0].Performance.Should().BeEmpty();
        same.Notes.Should().Contain("Not estimated: how the model does without labels. How far off its numbers are does not show in them.");
        moved.Verdict.Should().Be(DriftVerdict.Drift);
        moved.Windows[0].Drift.Subjects[^1].Should().BeEquivalentTo(new { Name = "label", Kind = SubjectKind.Label, Verdict = DriftVerdict.Drift });
        moved.Windows[0].Drift.Subjects[^2].Verdict.Should().Be(DriftVerdict.Ok);
    }

    [Fact]
    public async Task Rows_without_a_time_have_no_season()
    {
        _folder.Write("rows.csv", Csv(Enumerable.Repeat(Rows, 10).SelectMany(rows => rows.Select(row => (row, Number(TestModel.Number(row) + 0.5f))))));

        var report = await CheckAsync(NumberModel(), "rows.csv", DriftSettings.Default with { Season = DriftSeason.Weekly });

        report.Windows.Should().ContainSingle().Which.Notes.Should().Contain("The rows have no time, and therefore no season: compared with the training rows.");
    }

    private Task<DriftReport> CheckAsync(ComparedModel model, string file, DriftSettings? settings = null)
    {
        var source = new FileDriftSource(model, new FileRows(_folder.Path, [file]), _fixture.Runner.Store);
        return new DriftCheckStage(model.Package, model.Reference, settings ?? DriftSettings.Default, _fixture.Runner.Log).RunAsync(source, stage: null, windowCount: 3, earlier: [], Token);
    }

    private ComparedModel ClassModel() => Compared(TestModel.WriteClassesPackage(Path.Combine(_fixture.Root, "classes")));

    private ComparedModel NumberModel() => Compared(TestModel.WriteNumberPackage(Path.Combine(_fixture.Root, "number")));

    private ComparedModel Compared(PackagedModel package)
    {
        var definition = ModelDefinitionReader.Parse(DefinitionText.Good, Path.Combine(_folder.Path, "flights")).Definition!;
        return new ComparedModel(package, PackageReader.ReadReferenceProfile(package), definition with { Data = new DataSettings(["data/*"], "SELECT * FROM source", "outcome", "departure", 50) });
    }

    private static void ShouldBeTheTestRows(SourceWindow window, ComparedModel model)
    {
        window.Profile.Rows.Should().Be(model.Reference.TestRows);
        foreach (var feature in model.Reference.Features)
        {
            window.Profile.Features[feature.Name].Should().BeEquivalentTo(feature.Test, feature.Name);
        }

        window.Profile.Predictions.Should().BeEquivalentTo(model.Reference.Predictions.Test);
    }

    // As TestModelReference has them.
    private static string TrueClass(TestModelRow row, int index) => index % 4 == 0 ? "on time" : Classes.LabelOf(TestModel.ClassProbabilities(row, TestModel.Classes))!;

    private static string Csv(IEnumerable<(TestModelRow Row, string Outcome)> rows) => string.Join('\n', rows.Select(pair =>
        $"{Number(pair.Row.Hour)},{Text(pair.Row.Origin)},{(pair.Row.Distance is { } distance ? Number(distance) : string.Empty)},{(pair.Row.Destination is { } destination ? Text(destination) : string.Empty)},{pair.Outcome}").Prepend("hour,origin,distance,destination,outcome"));

    private static string LogLine(ComparedModel model, TestModelRow row, int index)
    {
        var answer = model.Package.Manifest.Outputs is MulticlassOutputs outputs ? TestModel.ClassProbabilities(row, outputs.Classes) : [TestModel.Number(row)];
        var golden = GoldenRow.Of(
            new JsonObject
            {
                ["time"] = string.Create(CultureInfo.InvariantCulture, $"2024-05-01T10:00:{index:00}Z"),
                ["request_id"] = "r",
                ["trace_id"] = null,
                ["protocol"] = "native",
                ["model"] = "delay",
                ["version"] = model.Package.Version,
                ["digest"] = model.Package.Digest.ToString(),
                ["stage"] = null,
                ["row"] = 0,
                ["hour"] = row.Hour,
                ["origin"] = row.Origin,
                ["distance"] = row.Distance,
                ["destination"] = row.Destination,
            },
            model.Package.Manifest.Outputs,
            answer);
        if (golden.Probabilities is not null)
        {
            golden.Row["probabilities"] = new JsonArray([.. answer.Select(number => JsonValue.Create(number))]);
            golden.Row["label"] = golden.Label;
        }
        else
        {
            golden.Row["prediction"] = golden.Prediction;
        }

        return golden.Row.ToJsonString() + "\n";
    }

    private static string Text(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Number(float number) => number.ToString("R", CultureInfo.InvariantCulture);
}
