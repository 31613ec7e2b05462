using System.Buffers;
using System.Globalization;
using System.Text;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.NewModels;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.NewModels;

public sealed class NewModelTests : IDisposable
{
    private static readonly SearchValues<char> ToQuote = SearchValues.Create(",;\t|\"\n ");

    private readonly StageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string ModelDirectory => Path.Combine(_fixture.Root, "models", "made");

    private string Yaml => File.ReadAllText(Path.Combine(ModelDirectory, ModelDefinition.FileName));

    [Fact]
    public async Task Customers_with_a_time_become_a_binary_model_that_prepares_at_once()
    {
        var (definition, dataset) = await NewAsync("churned", ("customers.csv", Customers()));

        definition.Task.Should().Be(ModelTask.Binary);
        definition.Outputs.Should().Be(new BinaryOutputSettings("churned", "not churned", 0.5f));
        definition.Data.Time.Should().Be("created_at");
        definition.Data.Files.Should().Equal("data/*.csv");
        definition.Splits.Should().BeOfType<TimeSplits>();
        definition.Training.Search.Should().Be(new SearchSettings(12, TimeSpan.FromMinutes(10)));
        definition.Training.Trainers.Select(trainer => trainer.Name).Should().Equal(TrainerNames.Of(ModelTask.Binary));
        definition.Stages.Select(stage => (stage.Name, stage.Image, stage.Approvals?.People ?? 0)).Should().Equal(("dev", false, 0), ("staging", true, 0), ("production", true, 1));
        dataset.Schema.Features.Select(feature => (feature.Name, feature.Kind, feature.AllowsMissing)).Should().Equal(
            ("created_at_weekday", FeatureKind.Numeric, false),
            ("created_at_hour", FeatureKind.Numeric, false),
            ("plan", FeatureKind.Categorical, false),
            ("usage", FeatureKind.Numeric, true),
            ("price", FeatureKind.Numeric, false),
            ("is member?", FeatureKind.Categorical, false),
            ("probability_2", FeatureKind.Numeric, false));
        dataset.Summary.Splits.Select(split => Math.Round((double)split.Rows / 600, 1)).Should().Equal(0.6, 0.2, 0.2);
        Yaml.Should().Contain("-- left out: customer_id: it is a key: 600 whole numbers in 600 rows")
            .And.Contain("-- left out: country: it has one value in all rows that have any")
            .And.Contain("-- left out: note: a text that is another one in nearly every row (600 in 600): a key, a name or sentences")
            .And.Contain("TRY_CAST(replace(replace(price, '.', ''), ',', '.') AS DOUBLE) AS price,   -- numbers with a decimal comma")
            .And.Contain("TRY_CAST(usage AS DOUBLE) AS usage,   -- numbers stored as text")
            .And.Contain("  churned,   -- the label");
    }

    [Fact]
    public async Task What_was_guessed_is_said_with_the_next_command()
    {
        await NewAsync("churned", ("customers.csv", Customers()));

        _fixture.LastTable().Should().NotBeEmpty();
        _fixture.Printed.Should().Contain("column").And.Contain("left out").And.Contain("splits the rows: created_at, created_at_weekday, created_at_hour");
        _fixture.Log.Should().Contain(line => line.StartsWith("New: 'churned' is a label of task binary: it has two values; 'churned' is the positive class, 25 % of the rows", StringComparison.Ordinal))
            .And.Contain(line => line.StartsWith("New: the rows are divided by time, at the beginnings of ", StringComparison.Ordinal))
            .And.Contain(line => line.StartsWith("New: 1 data file is copied into models/made/data", StringComparison.Ordinal))
            .And.Contain("New: wrote models/made. Look at model.yaml, then run ./build.sh Promote --model made");
    }

    [Fact]
    public async Task A_rare_class_gets_a_threshold_by_f1()
    {
        var csv = Table(400, "x,y", i => $"{i % 37},{(i % 10 == 0 ? "fraud" : "fine")}");

        var (definition, dataset) = await NewAsync("y", ("a.csv", csv));

        definition.Outputs.Should().BeEquivalentTo(new BinaryOutputSettings("fraud", "fine", 0.5f) { ThresholdBy = "f1" });
        definition.Splits.Should().BeOfType<ShareSplits>();
        dataset.Find(DataSplit.Train)!.Positives.Should().BeGreaterThan(9);
        _fixture.Log.Should().Contain("New: 'fraud' is taken for the positive class as it is the rarer; change the label's comparison and outputs if it is the other");
    }

    [Fact]
    public async Task Texts_become_classes_and_rare_ones_are_grouped()
    {
        var csv = Table(500, "width;colour", i => $"{i % 91},5;{(i % 100) switch { 0 => "teal", 1 => "plum", < 40 => "red", < 70 => "green", _ => "NA" }}");

        var (definition, dataset) = await NewAsync("colour", ("a.csv", csv));

        definition.Task.Should().Be(ModelTask.Multiclass);
        dataset.Summary.Classes.Should().Equal("green", "red");
        Yaml.Should().Contain("NULLIF(colour, 'NA')").And.Contain("150 rows have no label; classes with too few rows are left out");
        _fixture.Log.Should().Contain(line => line.Contains("rows of 'plum', 'teal' are left out", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whole_numbers_of_few_values_become_classes_with_a_word_on_regression()
    {
        var csv = Table(600, "a,b,quality", i => $"{i % 83 / 7.0:0.###},{i % 5},{3 + (i % 83 / 30)}");

        var (definition, _) = await NewAsync("quality", ("a.csv", csv));

        definition.Task.Should().Be(ModelTask.Multiclass);
        _fixture.Log.Should().ContainMatch("New: 'quality' is whole numbers of 3 values: if more of it is more*--task regression");
    }

    [Fact]
    public async Task A_task_can_be_asked_for()
    {
        var csv = Table(600, "a,b,quality", i => $"{i % 83 / 7.0:0.###},{i % 5},{3 + (i % 83 / 30)}");

        var (definition, dataset) = await NewAsync("quality", "regression", ("a.csv", csv));

        definition.Task.Should().Be(ModelTask.Regression);
        dataset.Find(DataSplit.Test)!.MeanLabel.Should().BeInRange(3, 5);
    }

    [Fact]
    public async Task Rows_of_an_entity_stay_together()
    {
        var csv = Table(600, "patient_id,dose,healed", i => $"P{i % 120:000},{i % 47},{(i % 120 % 3 == 0 ? 1 : 0)}");

        var (definition, dataset) = await NewAsync("healed", ("a.csv", csv));

        definition.Splits.Should().BeOfType<ShareSplits>().Which.Group.Should().Be("patient_id");
        definition.Data.Attributes.Should().Equal("patient_id");
        dataset.Schema.Features.Select(feature => feature.Name).Should().Equal("dose");
    }

    [Fact]
    public async Task Several_files_of_several_kinds_with_columns_in_another_order()
    {
        var first = Table(300, "x,kind,y", i => $"{i % 61},{"abc"[i % 3]},{i % 61 * 2.5:0.0}");
        var second = string.Concat(Enumerable.Range(300, 300).Select(i => $$"""{"y": {{(i % 61 * 2.5).ToString("0.0", CultureInfo.InvariantCulture)}}, "x": {{i % 61}}, "kind": "{{"abc"[i % 3]}}"}""" + "\n"));

        var (definition, dataset) = await NewAsync("y", ("one/a.csv", first), ("two/a.csv", first), ("b.jsonl", second));

        definition.Task.Should().Be(ModelTask.Regression);
        definition.Data.Files.Should().BeEquivalentTo("data/*.csv", "data/*.jsonl");
        Directory.GetFiles(Path.Combine(ModelDirectory, "data")).Select(Path.GetFileName).Should().BeEquivalentTo("a.csv", "2-a.csv", "b.jsonl");
        dataset.Summary.Splits.Sum(split => split.Rows).Should().Be(900);
    }

    [Fact]
    public async Task Golden_requests_are_rows_of_the_data_with_missing_values_where_they_may_be()
    {
        var (definition, dataset) = await NewAsync("churned", ("customers.csv", Customers()));

        var golden = GoldenRequests.Read(definition.GoldenRequestsPath, dataset.Schema);
        golden.Rows.Should().HaveCount(5);
        golden.Rows.Should().Contain(row => row["usage"] == null).And.Contain(row => row["usage"] != null);
    }

    [Fact]
    public async Task Checks_that_the_data_do_not_pass_are_switched_off_and_told()
    {
        var csv = Table(300, "x,y", i => $"{i % 10},{(i % 4 == 0 ? "true" : "false")}");

        await NewAsync("y", ("a.csv", csv));

        Yaml.Should().Contain("    duplicateRows: off   # ");
        _fixture.Log.Should().ContainMatch("New: data.checks.duplicateRows is off, as these data do not pass it: *");
    }

    [Fact]
    public async Task A_time_is_found_in_texts_and_numbers()
    {
        var csv = Table(400, "datum;unix_time;x;y", i => $"{new DateOnly(2020, 1, 1).AddDays(i):dd.MM.yyyy};{1_577_836_800L + (i * 86_400L)};{i % 41};{i % 41 * 3 % 29}");

        var (definition, dataset) = await NewAsync("y", ("a.csv", csv));

        definition.Data.Time.Should().BeOneOf("datum", "unix_time");
        definition.Splits.Should().BeOfType<TimeSplits>();
        dataset.Find(DataSplit.Train)!.FirstTime.Should().Be(new DateTime(2020, 1, 1));
    }

    [Fact]
    public async Task The_time_can_be_named_and_its_missing_values_are_left_out()
    {
        var csv = Table(400, "seen,x,birth_date,y", i => $"{(i % 50 == 0 ? "" : new DateOnly(2020, 1, 1).AddDays(i).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))},{i % 41},{new DateOnly(1950, 1, 1).AddDays(i * 20):yyyy-MM-dd},{i % 41 * 3 % 29}");

        await RunAsync(new NewModelOptions(_fixture.Root, _fixture.Root, "made", Write(("a.csv", csv)), "y", "seen", null));
        var (definition, dataset) = await PrepareAsync();

        definition.Data.Time.Should().Be("seen");
        dataset.Summary.Splits.Sum(split => split.Rows).Should().Be(392);
        dataset.Schema.Features.Select(feature => feature.Name).Should().Contain("birth_date_days_before");
    }

    [Theory]
    [InlineData("churn", "--label 'churn' is not a column of the data; did you mean 'churned'?", ExitCode.Usage)]
    [InlineData("country", "New: the label 'country' cannot be predicted: it is DE in every row that has one; there is nothing to learn.", ExitCode.Usage)]
    [InlineData("created_at", "New: the label 'created_at' cannot be predicted: it has type TIMESTAMP; name a column of numbers, texts or truth values.", ExitCode.Usage)]
    public async Task Labels_that_cannot_be_predicted(string label, string message, ExitCode exitCode)
    {
        await RefusesAsync(new NewModelOptions(_fixture.Root, _fixture.Root, "made", Write(("a.csv", Customers())), label, null, null), message, exitCode);
    }

    [Fact]
    public async Task Usage_that_makes_no_model()
    {
        var from = Write(("a.csv", Customers()));
        var good = new NewModelOptions(_fixture.Root, _fixture.Root, "made", from, "churned", null, null);
        Directory.CreateDirectory(Path.Combine(_fixture.Root, "models", "there"));

        await RefusesAsync(good with { Model = null }, "New needs --model, the name of the folder to make, such as ./build.sh New --model churn --from data.csv --label churned", ExitCode.Usage);
        await RefusesAsync(good with { From = [] }, "New needs --from, the data files, such as *", ExitCode.Usage);
        await RefusesAsync(good with { Label = null }, "New needs --label, the column to predict, such as *", ExitCode.Usage);
        await RefusesAsync(good with { Model = "Made Up" }, "--model 'Made Up' must be at most 63 lower-case letters, digits and dashes*", ExitCode.Usage);
        await RefusesAsync(good with { Model = "there" }, "*there is there already. Choose another name, or remove it; New changes no model.", ExitCode.Usage);
        await RefusesAsync(good with { From = ["b.csv"] }, "*--from 'b.csv' matches no file*", ExitCode.Usage);
        await RefusesAsync(good with { Task = "regression" }, "New: the label 'churned' cannot be predicted: it is no number; leave --task out, or write --task multiclass.", ExitCode.Usage);
        await RefusesAsync(good with { Label = "price", Task = "binary" }, "New: the label 'price' cannot be predicted: it has 40 different values, and a binary model has two classes; leave --task out, or write --task regression.", ExitCode.Usage);
        await RefusesAsync(good with { Label = "note" }, "New: the label 'note' has 600 different values, of which 0 are in at least 15 rows; *", ExitCode.NotEnoughData);
        await RefusesAsync(good with { Time = "plan" }, "New: --time 'plan' has type VARCHAR, and its values are no dates or times.", ExitCode.Usage);
        await RefusesAsync(good with { Time = "created" }, "New: --time 'created' is not a column of the data; did you mean 'created_at'?", ExitCode.Usage);
    }

    [Fact]
    public async Task Too_few_rows_and_no_features()
    {
        await RefusesAsync(new NewModelOptions(_fixture.Root, _fixture.Root, "made", Write(("a.csv", Table(99, "x,y", i => $"{i},{i % 2}"))), "y", null, null), "New: the files hold 99 rows; to train, choose and judge takes at least 100.", ExitCode.NotEnoughData);
        await RefusesAsync(new NewModelOptions(_fixture.Root, _fixture.Root, "made", Write(("a.csv", Table(300, "x,y", i => $"{i % 7},{(i < 5 ? 1 : 0)}"))), "y", null, null), "New: the label 'y' is '1' in 5 rows; to train, choose and judge by it takes at least 15.", ExitCode.NotEnoughData);
        await RefusesAsync(new NewModelOptions(_fixture.Root, _fixture.Root, "made", Write(("a.csv", Table(300, "id,one,y", i => $"{i},1,{i % 2}"))), "y", null, null), "New: no column is left to predict 'y' from:\n  id: it is a key: 300 whole numbers in 300 rows\n  one: it has one value in all rows that have any", ExitCode.Usage);
    }

    [Fact]
    public async Task Labels_that_differ_by_case_only_are_told()
    {
        await NewAsync("y", ("a.csv", Table(300, "x,y", i => $"{i % 67},{new[] { "good", "Good", "bad" }[i % 3]}")));

        _fixture.Log.Should().Contain("New: 'Good' and 'good' differ by case or spaces only; if they are one, write lower(trim(y)) in data.query");
    }

    [Fact]
    public void Large_files_stay_where_they_are()
    {
        var path = Path.Combine(_fixture.Root, "large.csv");
        using (var file = File.Create(path))
        {
            file.SetLength(DataPlacement.MostToCopy + 1);
        }

        var placement = DataPlacement.Choose([new DataFile(path, "large.csv", DataFileFormat.Csv, IsCompressed: false)], ["*.csv"], _fixture.Root, ModelDirectory);

        placement.Should().BeEquivalentTo(new { Patterns = new[] { "../../*.csv" }, Bytes = DataPlacement.MostToCopy + 1 });
        placement.Copies.Should().BeEmpty();
    }

    [Fact]
    public void Commas_divide_patterns_but_not_a_file_s_name()
    {
        File.WriteAllText(Path.Combine(_fixture.Root, "a,b.csv"), "x");

        NewModelOptions.PatternsOf("a.csv, data/*.csv", _fixture.Root).Should().Equal("a.csv", "data/*.csv");
        NewModelOptions.PatternsOf("a,b.csv", _fixture.Root).Should().Equal("a,b.csv");
        NewModelOptions.PatternsOf(null, _fixture.Root).Should().BeEmpty();
    }

    /// <summary>Ugly data of every kind: whatever New writes, PrepareData takes.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(12)]
    public async Task Ugly_data_give_a_model_that_prepares(int seed)
    {
        var random = new Random(seed);
        string[] names = ["select", "numeric_features", "probability", "label", "Größe (cm)", "it's \"so\"", "a;b", "a,b", " x ", "A", "a", "1st", "order by", "été", "#", "--", "id", "customer_id", "when", "date", "null", "{}", "a:b", "日本"];
        var count = random.Next(3, 12);
        var columns = names.OrderBy(_ => random.Next()).Take(count).Select(name => (Name: name, Kind: random.Next(14))).ToList();
        var delimiter = ",;\t|"[random.Next(4)];
        var rows = random.Next(150, 500);
        var csv = new StringBuilder(random.Next(2) == 0 ? "\uFEFF" : string.Empty);
        var end = random.Next(2) == 0 ? "\r\n" : "\n";
        csv.AppendJoin(delimiter, columns.Select(column => Quote(column.Name)).Append("target").Append("signal")).Append(end);
        for (var i = 0; i < rows; i++)
        {
            var signal = random.Next(100);
            var target = (seed % 4) switch { 0 => $"{signal + random.NextDouble():0.00}", 1 => signal > 60 ? "Yes" : "No", 2 => new[] { "low", "mid \"x\"", "it's: high" }[signal / 34], _ => signal % 100 == 0 ? string.Empty : signal > 85 ? "1" : "0" };
            csv.AppendJoin(delimiter, columns.Select(column => Quote(Cell(column.Kind, i, random))).Append(Quote(target)).Append(signal.ToString(CultureInfo.InvariantCulture))).Append(end);
        }

        var (definition, dataset) = await NewAsync("target", ("ugly file.csv", csv.ToString()));

        definition.Task.Should().Be((seed % 4) switch { 0 => ModelTask.Regression, 2 => ModelTask.Multiclass, _ => ModelTask.Binary });
        dataset.Schema.Features.Should().Contain(feature => feature.Name == "signal");
        GoldenRequests.Read(definition.GoldenRequestsPath, dataset.Schema).Rows.Should().HaveCount(5);

        static string Quote(string text) => text.AsSpan().ContainsAny(ToQuote) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }

    private static string Cell(int kind, int row, Random random) => kind switch
    {
        0 => random.Next(10).ToString(CultureInfo.InvariantCulture),
        1 => random.Next(12) == 0 ? "NA" : (random.NextDouble() * 100).ToString("0.00", CultureInfo.InvariantCulture),
        2 => (random.NextDouble() * 10_000).ToString("0,0", CultureInfo.GetCultureInfo("")).Replace(',', '.') + ",5",
        3 => new DateOnly(2020, 1, 1).AddDays(row).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        4 => new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Unspecified).AddHours(row * 7).ToString("dd.MM.yyyy HH:mm", CultureInfo.InvariantCulture),
        5 => $"key-{row}",
        6 => row.ToString(CultureInfo.InvariantCulture),
        7 => "same",
        8 => string.Empty,
        9 => random.Next(2) == 0 ? "yes" : "no",
        10 => random.Next(8) == 0 ? "?" : $"value {random.Next(6)}",
        11 => random.Next(15) == 0 ? "nan" : random.Next(15) == 0 ? "inf" : random.NextDouble().ToString("0.000", CultureInfo.InvariantCulture),
        12 => $"line\n{random.Next(4)}, \"quoted\"",
        _ => random.Next(50) == 0 ? "about 5" : random.Next(60).ToString(CultureInfo.InvariantCulture),
    };

    private static string Customers() => Table(600, "customer_id,created_at,plan,usage,price,country,\"is member?\",note,probability,churned", i =>
        $"{1000 + i},{new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Unspecified).AddHours(i * 11):yyyy-MM-dd HH:mm:ss},{"ABC"[i % 3]},{(i % 20 == 0 ? "NA" : $"{i % 77}.5")},\"{i * 7 % 40},25\",DE,{(i % 5 == 0 ? "yes" : "no")},\"wrote, on {i}\",{i % 13},{(i % 4 == 0 ? "yes" : "no")}");

    private static string Table(int rows, string header, Func<int, FormattableString> row) => header + "\n" + string.Concat(Enumerable.Range(0, rows).Select(i => FormattableString.Invariant(row(i)) + "\n"));

    private IReadOnlyList<string> Write(params (string Path, string Content)[] files)
    {
        var from = Path.Combine(_fixture.Root, "from");
        foreach (var (path, content) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(from, path))!);
            File.WriteAllText(Path.Combine(from, path), content, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }

        return ["from/**/*"];
    }

    private Task<(ModelDefinition Definition, Dataset Dataset)> NewAsync(string label, params (string Path, string Content)[] files) => NewAsync(label, null, files);

    private async Task<(ModelDefinition Definition, Dataset Dataset)> NewAsync(string label, string? task, params (string Path, string Content)[] files)
    {
        await RunAsync(new NewModelOptions(_fixture.Root, _fixture.Root, "made", Write(files), label, null, task));
        return await PrepareAsync();
    }

    private Task<string> RunAsync(NewModelOptions options) => new NewModelStage(_fixture.Runner.Store, _fixture.Runner.Log).RunAsync(options, Token);

    private async Task<(ModelDefinition Definition, Dataset Dataset)> PrepareAsync()
    {
        var definition = ModelDefinitionReader.Read(ModelDirectory);
        return (definition, await new PrepareDataStage(_fixture.Runner).RunAsync(definition, "code", Token));
    }

    private async Task RefusesAsync(NewModelOptions options, string message, ExitCode exitCode)
    {
        var refusal = (await FluentActions.Awaiting(() => RunAsync(options)).Should().ThrowAsync<PipelineException>()).WithMessage(message).Which;

        refusal.ExitCode.Should().Be(exitCode);
        Directory.Exists(ModelDirectory).Should().BeFalse("nothing half-made is left");
        _fixture.Stored.Should().BeEmpty();
    }
}
