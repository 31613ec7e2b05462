using Pipeline.Delivery.Data;
using Pipeline.Delivery.Data.Checks;
using Pipeline.Delivery.Definition;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Data;

public sealed class DataChecksTests : IDisposable
{
    private readonly StageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Data_without_fault_pass_every_check_and_the_dataset_says_so()
    {
        var dataset = await PrepareAsync("SELECT * FROM source", DataCheckSettings.Default);

        dataset.Summary.Checks.Select(check => (check.Check, check.Status)).Should().Equal(
            (DataCheckNames.Missing, DataCheckStatus.Pass),
            (DataCheckNames.MissingDrift, DataCheckStatus.Pass),
            (DataCheckNames.Constants, DataCheckStatus.Pass),
            (DataCheckNames.DuplicateRows, DataCheckStatus.Pass),
            (DataCheckNames.SharedRows, DataCheckStatus.Pass),
            (DataCheckNames.ClassRows, DataCheckStatus.Pass),
            (DataCheckNames.LabelRatio, DataCheckStatus.Pass),
            (DataCheckNames.LeakAuc, DataCheckStatus.Pass));
        Dataset.Load(dataset.Directory).Summary.Checks.Should().Equal(dataset.Summary.Checks);
        _fixture.LastTable().Should().Contain(row => row[0] == "classRows" && row[1] == "true" && row[2] == "pass" && row[3] == "72 training rows; a class needs at least 5");
    }

    [Theory]
    [InlineData("SELECT * REPLACE (if(hour = 6 AND day(departure) = 1, hour, NULL) AS hour) FROM source", "missing: 'hour' missing in 99.17 % of the training rows; at most 95 % may be", "missing.csv")]
    [InlineData("SELECT * REPLACE (if(month(departure) = 5, NULL, hour) AS hour) FROM source", "missingDrift: 'hour' missing in 0 % of the training rows and 100 % of splits.test; the difference may be 60 %", "missingDrift.csv")]
    [InlineData("SELECT * FROM source UNION ALL SELECT * FROM source", "duplicateRows: 724 of 1,448 rows (50 %) repeat another row in every value; at most 30 % may", "duplicateRows.csv")]
    [InlineData("SELECT * REPLACE (late AND hour = 0 OR month(departure) = 5 AND hour <> 12 AS late) FROM source", "labelRatio: 'true' 5 % of the training rows, 75 % of splits.test; they may differ by a factor of 3", "labelRatio.csv")]
    [InlineData("SELECT * REPLACE (month(departure) = 2 AND day(departure) = 2 AND hour < 18 OR month(departure) > 3 AND late AS late) FROM source", "classRows: 'true' 3 training rows; a class needs at least 5: group rare classes in data.query, or leave them out", "classRows.csv")]
    public async Task Data_that_fail_a_check_are_refused_and_the_rows_saved(string query, string fault, string file)
    {
        var refusal = await RefusalAsync(query, DataCheckSettings.Default);

        refusal.ExitCode.Should().Be(ExitCode.Refused);
        refusal.Message.Should().StartWith("The data of model flights fail ").And.Contain($"\n  {fault}\n").And.EndWith("or change the threshold in data.checks of model.yaml.").And.Contain($"The rows are in {FailingRows}. ");
        var lines = await File.ReadAllLinesAsync(Path.Combine(FailingRows, file), TestContext.Current.CancellationToken);
        lines.Should().HaveCountGreaterThan(1);
        lines[0].Should().StartWith("checked,split,");
        _fixture.Stored.Should().BeEmpty("a dataset counts only if its checks passed");
        _fixture.LastTable().Should().Contain(row => row[2] == "fail");
    }

    [Fact]
    public async Task Every_failed_check_is_told_at_once_and_old_rows_are_taken_away()
    {
        _ = await RefusalAsync("SELECT * FROM source UNION ALL SELECT * FROM source", DataCheckSettings.Default);
        var checks = DataCheckSettings.Default with { Constants = ConstantColumns.Fail, Ranges = Ranges("hour", 1, 12) };

        var refusal = await RefusalAsync("SELECT *, 1 AS one, 'x' AS same FROM source", checks);

        refusal.Message.Should().Contain("fail 3 of data.checks")
            .And.Contain("\n  ranges: 'hour' 362 rows are not 1 to 12: from 0 to 18\n")
            .And.Contain("\n  constants: 'one' has one value in all training rows and says nothing; leave it out of data.query\n")
            .And.Contain("\n  constants: 'same' has one value");
        Directory.GetFiles(FailingRows).Select(Path.GetFileName).Should().BeEquivalentTo("ranges.csv", "constants.csv");
        var ranges = await File.ReadAllLinesAsync(Path.Combine(FailingRows, "ranges.csv"), TestContext.Current.CancellationToken);
        ranges[0].Should().Be("checked,split,departure,late,hour,origin,one,same");
        ranges[1].Should().StartWith("hour,train,2001-01-01 00:00:00,true,0.0,");
        ranges.Should().HaveCount(1 + 362);
    }

    [Fact]
    public async Task Test_rows_that_copy_training_rows_are_found_where_rows_are_not_alike_by_nature()
    {
        // Each row has a number of its own, but those of May have that of a row in January.
        const string Query = "SELECT *, row_number() OVER (ORDER BY departure) AS n, FROM source";
        var copied = $"SELECT * REPLACE (if(month(departure) = 5, n - 480, n) AS n, if(month(departure) = 5, 7, 7) AS hour, 'A' AS origin) FROM ({Query})";

        var refusal = await RefusalAsync(copied, DataCheckSettings.Default);

        refusal.Message.Should().Contain("sharedRows: 124 of 124 test rows (100 %) have the features of a training row, where 0 % of the training rows are alike; at most 10 % more may be");
        (await PrepareAsync("SELECT * FROM source", DataCheckSettings.Default)).Summary.Checks.Should().Contain(check => check.Check == DataCheckNames.SharedRows && check.Found == "not judged: 100 % of the training rows are alike by nature, as 100 % of the test rows are like one of them");
    }

    [Theory]
    [InlineData("hour", "text", "must be a text; it is a number (BIGINT)")]
    [InlineData("origin", "number", "must be a number; it is a text (VARCHAR)")]
    [InlineData("late", "number", "must be a number; it is a boolean (BOOLEAN)")]
    public async Task Types_that_are_not_as_expected(string column, string type, string fault)
    {
        var refusal = await RefusalAsync("SELECT * FROM source", DataCheckSettings.Default with { Types = new Dictionary<string, string> { [column] = type } });

        refusal.Message.Should().Contain($"types: '{column}' {fault}");
        File.Exists(Path.Combine(FailingRows, "types.csv")).Should().BeTrue();
    }

    [Fact]
    public async Task Types_and_ranges_that_are_as_expected_pass()
    {
        var checks = DataCheckSettings.Default with
        {
            Types = new Dictionary<string, string> { ["hour"] = "number", ["origin"] = "text", ["late"] = "boolean" },
            Ranges = Ranges("hour", 0, null),
        };

        var dataset = await PrepareAsync("SELECT * FROM source", checks);

        dataset.Summary.Checks.Where(check => check.Check is DataCheckNames.Types or DataCheckNames.Ranges).Should().HaveCount(4).And.OnlyContain(check => check.Status == DataCheckStatus.Pass);
    }

    [Fact]
    public async Task Columns_of_checks_that_are_not_there_are_told()
    {
        var checks = DataCheckSettings.Default with { Types = new Dictionary<string, string> { ["hours"] = "number" }, Ranges = Ranges("delay", 0, null) };

        var refusal = await RefusalAsync("SELECT * FROM source", checks);

        refusal.ExitCode.Should().Be(ExitCode.Usage);
        refusal.Message.Should().Contain("data.checks.types 'hours' is not among them; did you mean 'hour'?").And.Contain("data.checks.ranges 'delay' is not among them");
    }

    [Fact]
    public async Task Checks_that_are_switched_off_are_not_made()
    {
        var off = new DataCheckSettings { Missing = null, MissingDrift = null, DuplicateRows = null, SharedRows = null, LabelRatio = null, ClassRows = null, Constants = ConstantColumns.Off, LeakAuc = null };

        var dataset = await PrepareAsync("SELECT *, 1 AS one FROM (SELECT * FROM source UNION ALL SELECT * FROM source)", off);

        dataset.Summary.Checks.Should().HaveCount(8).And.OnlyContain(check => check.Status == DataCheckStatus.Off);
    }

    [Fact]
    public async Task A_constant_column_is_warned_of()
    {
        await PrepareAsync("SELECT *, 1 AS one FROM source", DataCheckSettings.Default);

        _fixture.Log.Should().Contain("PrepareData: 'one' has one value in all training rows and says nothing; leave it out of data.query");
    }

    [Theory]
    [InlineData("if(late, 5, 0) + hour / 100 AS x", true)]
    [InlineData("if(late, NULL, 0) + hour / 100 AS x", true)]
    [InlineData("if(late, 'yes', if(hour = 6, 'no', 'maybe')) AS x", true)]
    [InlineData("if(late, 'yes', NULL) AS x", true)]
    [InlineData("md5(CAST(departure AS VARCHAR)) AS x", false)]
    [InlineData("if(late AND hour > 6, 5, 0) AS x", false)]
    [InlineData("if(late AND hour > 6, 'yes', 'no') AS x", false)]
    public async Task A_feature_that_tells_the_label_is_warned_of_and_an_identifier_is_not(string column, bool isLeak)
    {
        var dataset = await PrepareAsync($"SELECT *, {column} FROM source", DataCheckSettings.Default);

        var leaks = dataset.Summary.Checks.Where(check => check.Check == DataCheckNames.LeakAuc && check.Status == DataCheckStatus.Warn).Select(check => check.Subject);
        leaks.Should().Equal(isLeak ? ["x"] : []);
        _fixture.Log.Any(line => line.StartsWith("PrepareData: 'x' tells the label by itself, with a ROC AUC of 1: is it known before the label is?", StringComparison.Ordinal)).Should().Be(isLeak);
    }

    [Theory]
    [InlineData("n * n AS x", true)]
    [InlineData("-1.0 * n AS x", true)]
    [InlineData("n % 7 AS x", false)]
    [InlineData("CAST(n // 8 AS VARCHAR) AS x", true)]
    [InlineData("CAST(n AS VARCHAR) AS x", false)]
    public async Task Of_a_number_rank_correlation_tells_a_leak(string column, bool isLeak)
    {
        var definition = Definition($"SELECT departure, n AS late, {column}, origin FROM (SELECT *, day(departure) * 4 + hour // 6 AS n FROM source)", DataCheckSettings.Default with { SharedRows = null }) with
        {
            Task = ModelTask.Regression,
            Outputs = new RegressionOutputSettings(null),
        };

        var dataset = await PrepareAsync(definition);

        dataset.Summary.Checks.Any(check => check is { Check: DataCheckNames.LeakAuc, Status: DataCheckStatus.Warn, Subject: "x" }).Should().Be(isLeak);
        dataset.Summary.Checks.Should().Contain(check => check.Check == DataCheckNames.LabelShift && check.Status == DataCheckStatus.Pass);
    }

    [Fact]
    public async Task A_mean_that_moved_and_a_label_that_is_one_number_fail()
    {
        var moved = Definition("SELECT departure, hour + if(month(departure) = 5, 100, 0) AS late, origin FROM source", DataCheckSettings.Default) with { Task = ModelTask.Regression, Outputs = new RegressionOutputSettings(null) };
        var constant = moved with { Data = moved.Data with { Query = "SELECT departure, 5 AS late, origin FROM source" } };

        (await Awaiting(() => PrepareAsync(moved)).Should().ThrowAsync<PipelineException>()).WithMessage("*labelShift: 'test' the label's mean is 9 in training and 109 in splits.test; they may differ by 2 of its standard deviations, 6.708*");
        (await Awaiting(() => PrepareAsync(constant)).Should().ThrowAsync<PipelineException>()).WithMessage("*labelShift: the label is one number in all training rows; there is nothing to learn*");
    }

    [Fact]
    public async Task Of_several_classes_a_feature_that_tells_one_of_them_is_warned_of()
    {
        var query = "SELECT departure, if(late, 'l', if(hour = 6, 'm', 'n')) AS late, if(hour = 6 AND NOT late, 1, 0) AS six, origin FROM source";
        var definition = Definition(query, DataCheckSettings.Default) with { Task = ModelTask.Multiclass, Outputs = new MulticlassOutputSettings() };

        var dataset = await PrepareAsync(definition);

        dataset.Summary.Checks.Where(check => check.Status == DataCheckStatus.Warn).Select(check => (check.Check, check.Subject, check.Value)).Should().Equal((DataCheckNames.LeakAuc, "six", 1));
    }

    [Fact]
    public async Task Many_categories_and_decimal_commas_are_told_also_when_the_dataset_is_restored()
    {
        const string Query = "SELECT *, strftime(departure, '%j') AS day, replace(CAST(hour + 0.5 AS VARCHAR), '.', ',') AS price FROM source";

        await PrepareAsync(Query, DataCheckSettings.Default);
        await PrepareAsync(Query, DataCheckSettings.Default);

        _fixture.Log.Where(line => line == "PrepareData: 'day' 90 values in training: the 50 most frequent are kept, the others are one (data.maxCategories)").Should().HaveCount(2);
        _fixture.Log.Where(line => line.StartsWith("PrepareData: 'price' is numbers with a decimal comma ('0,5'), and a text to DuckDB: write TRY_CAST(replace(replace(\"price\", '.', ''), ',', '.') AS DOUBLE) AS \"price\" in data.query", StringComparison.Ordinal)).Should().HaveCount(2);
    }

    [Fact]
    public async Task A_changed_threshold_checks_anew()
    {
        var first = await PrepareAsync("SELECT * FROM source", DataCheckSettings.Default);

        var second = await PrepareAsync("SELECT * FROM source", DataCheckSettings.Default with { ClassRows = 10 });

        second.Directory.Should().NotBe(first.Directory);
        second.Digest.Should().Be(first.Digest, "they are the same rows");
    }

    [Fact]
    public async Task The_repository_s_sample_passes_with_the_defaults()
    {
        var definition = ModelDefinitionReader.Read(Path.Combine(Repository.Models, "flight-delay"));

        var dataset = await new PrepareDataStage(_fixture.Runner).RunAsync(definition, "code", TestContext.Current.CancellationToken);

        dataset.Summary.Checks.Should().OnlyContain(check => check.Status == DataCheckStatus.Pass, "{0}", string.Join('\n', dataset.Summary.Checks));
    }

    private static SortedDictionary<string, ColumnRange> Ranges(string column, double? min, double? max) => new() { [column] = new ColumnRange(min, max) };

    private string FailingRows => Path.Combine(_fixture.Root, "artifacts", "reports", "flights", "data-checks");

    private static Func<Task<Dataset>> Awaiting(Func<Task<Dataset>> act) => act;

    private async Task<PipelineException> RefusalAsync(string query, DataCheckSettings checks) =>
        (await Awaiting(() => PrepareAsync(query, checks)).Should().ThrowAsync<PipelineException>()).Which;

    private Task<Dataset> PrepareAsync(string query, DataCheckSettings checks) => PrepareAsync(Definition(query, checks));

    private Task<Dataset> PrepareAsync(ModelDefinition definition)
    {
        DataFolder.Write(_fixture, ("data/a.csv", FlightRows.Csv));
        return new PrepareDataStage(_fixture.Runner) { FailingRowsDirectory = FailingRows }.RunAsync(definition, "code", TestContext.Current.CancellationToken);
    }

    private ModelDefinition Definition(string query, DataCheckSettings checks) => DataFolder.Definition(_fixture, DataFolder.AllFiles with { Query = query, Checks = checks });
}
