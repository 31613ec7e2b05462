using System.Globalization;
using System.Text;
using Pipeline.Delivery.DriftChecks;
using Pipeline.Delivery.DriftChecks.Outputs;
using Pipeline.Drift;
using Pipeline.Drift.Verdicts;
using Pipeline.Engine;

namespace Pipeline.Delivery.Tests.DriftChecks;

/// <summary>The drift check from its options to its exit code, on files of rows.</summary>
public sealed class DriftCheckTests(TrainedStore trained) : IDisposable
{
    private static readonly DateTime Monday = new(2020, 6, 1);

    private readonly Stages _stages = trained.Copy();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Reports => Path.Combine(_stages.Fixture.Artifacts, "reports", SmallModel.Name, "drift");

    private DriftReport Report => DriftJson.Deserialize(File.ReadAllBytes(Path.Combine(Reports, "drift.json")), "drift.json");

    public void Dispose() => _stages.Dispose();

    [Fact]
    public async Task Rows_like_those_of_training_are_no_drift_and_leave_every_form_of_report()
    {
        WriteRows("same.csv", days: 5, RowsOf(seed: 1));

        await CheckAsync("file:same.csv");

        Directory.EnumerateFiles(Reports).Select(Path.GetFileName).Should().BeEquivalentTo("drift.html", "drift.md", "drift.junit.xml", "drift.prom", "drift.json");
        var report = Report;
        (report.Verdict, report.Stage, report.Model).Should().Be((DriftVerdict.Ok, null, "bids"));
        report.Windows.Should().HaveCount(5).And.OnlyContain(window => window.Drift.Rows == 200 && window.Drift.Verdict == DriftVerdict.Ok);
        report.Windows[^1].Drift.Subjects.Select(subject => subject.Name).Should().Equal("amount", "discount", "colour", "shop", "prediction", "predicted label", "label");
        report.Windows[^1].Drift.Subjects[0].Samples!.WassersteinOverSigma.Should().BeInRange(0, 0.3, "the training rows are at hand");
        report.Importance["amount"].Should().BeGreaterThan(report.Importance["shop"]);
        _stages.Fixture.Log.Should().Contain("DriftCheck: nothing of bids is promoted yet; the model of this commit is compared");
    }

    [Fact]
    public async Task What_shifts_and_what_goes_missing_is_found_and_refuses()
    {
        WriteRows("shifted.csv", days: 4, RowsOf(seed: 2, shift: 40, missingColours: 0.1));

        var act = () => CheckAsync("file:shifted.csv");

        (await act.Should().ThrowAsync<PipelineException>().WithMessage("DriftCheck: 3 of the last 3 windows*amount*artifacts/reports/bids/drift/drift.html shows it.")).Which.ExitCode.Should().Be(ExitCode.Refused);
        var subjects = Report.Windows[^1].Drift.Subjects.ToDictionary(subject => subject.Name);
        subjects["amount"].Verdict.Should().Be(DriftVerdict.Drift);
        subjects["amount"].Rates.Single(rate => rate.State == ValueState.AboveRange).Verdict.Should().Be(DriftVerdict.Drift, "a third of the amounts is above all of training");
        subjects["colour"].Rates.Single(rate => rate.State == ValueState.Missing).Verdict.Should().Be(DriftVerdict.Drift);
        subjects["colour"].Effect!.AdjustedPsi.Should().BeLessThan(0.05, "the colours that are there are as before");
        subjects["shop"].Verdict.Should().Be(DriftVerdict.Ok);
        subjects["prediction"].Verdict.Should().Be(DriftVerdict.Drift);
    }

    [Fact]
    public async Task With_the_labels_at_hand_estimate_and_truth_stand_side_by_side()
    {
        WriteRows("same.csv", days: 3, RowsOf(seed: 3));

        await CheckAsync("file:same.csv");

        var performance = Report.Windows[^1].Performance.ToDictionary(estimate => estimate.Metric);
        performance["rocAuc"].LabeledRows.Should().Be(200);
        performance["rocAuc"].Realized.Should().BeGreaterThan(0.7);
        performance["rocAuc"].Realized!.Value.Should().BeInRange(performance["rocAuc"].EstimateLow!.Value, performance["rocAuc"].EstimateHigh!.Value);
    }

    [Fact]
    public async Task Too_few_rows_are_not_enough_to_say()
    {
        WriteRows("few.csv", days: 3, RowsOf(seed: 4, shift: 40), perDay: 20);

        var act = () => CheckAsync("file:few.csv");

        (await act.Should().ThrowAsync<PipelineException>()).Which.ExitCode.Should().Be(ExitCode.NotEnoughData);
        Report.Verdict.Should().Be(DriftVerdict.Insufficient);
    }

    [Fact]
    public async Task One_drifted_window_of_three_is_a_warning()
    {
        var calm = RowsOf(seed: 5);
        var shifted = RowsOf(seed: 6, shift: 40);
        WriteRows("last.csv", days: 4, (day, row) => (day == 3 ? shifted : calm)(day, row));

        await CheckAsync("file:last.csv");

        Report.Verdict.Should().Be(DriftVerdict.Warn);
        Report.Windows.Select(window => window.Drift.Verdict).Should().Equal(DriftVerdict.Ok, DriftVerdict.Ok, DriftVerdict.Ok, DriftVerdict.Drift);
    }

    [Fact]
    public async Task A_season_compares_Saturdays_with_Saturdays()
    {
        var weekdays = RowsOf(seed: 7);
        var saturdays = RowsOf(seed: 8, shift: 40);
        Row Rows(int day, int row) => (Monday.AddDays(day).DayOfWeek == DayOfWeek.Saturday ? saturdays : weekdays)(day, row);

        // Ends with a Saturday.
        WriteRows("weeks.csv", days: 34, Rows);
        SmallModel.Write(_stages.ModelDirectory, SmallModel.Definition.Replace("stages:", "drift: { alarmWindows: 1, ofWindows: 1 }\nstages:", StringComparison.Ordinal));
        var withoutSeason = () => CheckAsync("file:weeks.csv");
        await withoutSeason.Should().ThrowAsync<PipelineException>().WithMessage("*amount*");

        SmallModel.Write(_stages.ModelDirectory, SmallModel.Definition.Replace("stages:", "drift: { alarmWindows: 1, ofWindows: 1, season: weekly }\nstages:", StringComparison.Ordinal));
        await CheckAsync("file:weeks.csv");

        Report.Verdict.Should().Be(DriftVerdict.Ok);
        Report.Windows[^1].Notes.Should().Contain("Compared with the 800 rows of the same hours 4 times before (weekly), not with the training rows.");
    }

    [Fact]
    public async Task Retraining_on_the_same_data_says_that_there_is_nothing_to_learn_and_on_new_data_names_the_candidate()
    {
        WriteRows("shifted.csv", days: 3, RowsOf(seed: 9, shift: 40));
        _stages.Promote(await _stages.PackageAsync(), "dev");

        var same = () => CheckAsync("file:shifted.csv", retrain: true);
        await same.Should().ThrowAsync<PipelineException>().WithMessage("DriftCheck: *");
        _stages.Fixture.Log.Should().ContainMatch("There is nothing new to learn: data and settings are those that bids:* was made from. Add the new rows*");

        SmallModel.Write(_stages.ModelDirectory, SmallModel.Definition.Replace("before: 2020-03-01", "before: 2020-02-20", StringComparison.Ordinal));
        await same.Should().ThrowAsync<PipelineException>().Where(e => e.ExitCode == ExitCode.Refused, "the model in use still drifts");
        _stages.Fixture.Log.Should().ContainMatch("bids:* passed its gates: artifacts/store/Package/*./build.sh Promote takes it further.");
    }

    [Fact]
    public async Task The_package_is_that_of_the_furthest_stage_or_of_the_one_that_was_named()
    {
        WriteRows("same.csv", days: 3, RowsOf(seed: 10));
        var package = await _stages.PackageAsync();
        _stages.Promote(package, "dev");
        _stages.Promote(package, "staging");

        await CheckAsync("file:same.csv");
        Report.Stage.Should().Be("staging");

        await CheckAsync("file:same.csv", stage: "dev");
        Report.Stage.Should().Be("dev");

        var absent = () => CheckAsync("file:same.csv", stage: "production");
        (await absent.Should().ThrowAsync<PipelineException>().WithMessage("bids has nothing in production yet. Run ./build.sh Promote --stage production first, or leave --stage out."))
            .Which.ExitCode.Should().Be(ExitCode.ToolError);
    }

    [Theory]
    [InlineData("production", "*splits.production*")]
    [InlineData("file:nothing-*.csv", "*nothing-*.csv*")]
    [InlineData("prometheus:ftp://host", "*must be http:// or https://*")]
    public async Task A_source_that_cannot_be_is_wrong_usage(string source, string message)
    {
        var act = () => CheckAsync(source);

        (await act.Should().ThrowAsync<PipelineException>().WithMessage(message)).Which.ExitCode.Should().Be(ExitCode.Usage);
        Directory.Exists(Reports).Should().BeFalse("nothing was found out");
    }

    [Theory]
    [InlineData("drift: { critical: [amonut] }", "file:same.csv", "*drift.critical: bids:* has no feature 'amonut'*did you mean 'amount'*")]
    [InlineData("drift: { season: daily }", "service:http://127.0.0.1:1", "*drift.season*the metrics pages of services have none*")]
    public async Task A_policy_that_does_not_fit_is_wrong_usage(string drift, string source, string message)
    {
        WriteRows("same.csv", days: 3, RowsOf(seed: 11));
        SmallModel.Write(_stages.ModelDirectory, SmallModel.Definition.Replace("stages:", drift + "\nstages:", StringComparison.Ordinal));

        var act = () => CheckAsync(source);

        (await act.Should().ThrowAsync<PipelineException>().WithMessage(message)).Which.ExitCode.Should().Be(ExitCode.Usage);
    }

    private static Func<int, int, Row> RowsOf(int seed, double shift = 0, double missingColours = 0)
    {
        var random = new Random(seed);
        string[] colours = ["red", "green", "blue"];
        string[] shops = ["north", "south"];
        return (_, _) =>
        {
            var amount = (random.NextDouble() * 100) + shift;
            var won = amount + (random.NextDouble() * 60) - 30 > 55;
            return new Row(amount, random.Next(5), random.NextDouble() < missingColours ? string.Empty : colours[random.Next(3)], shops[random.Next(2)], won);
        };
    }

    private void WriteRows(string name, int days, Func<int, int, Row> rowOf, int perDay = 200)
    {
        var text = new StringBuilder("day,amount,discount,colour,shop,won\n");
        for (var day = 0; day < days; day++)
        {
            for (var i = 0; i < perDay; i++)
            {
                var row = rowOf(day, i);
                text.Append(CultureInfo.InvariantCulture, $"{Monday.AddDays(day):yyyy-MM-dd},{row.Amount:0.00},{row.Discount},{row.Colour},{row.Shop},{(row.Won ? "true" : "false")}\n");
            }
        }

        File.WriteAllText(Path.Combine(_stages.Fixture.Root, name), text.ToString());
    }

    private Task CheckAsync(string source, string? stage = null, bool retrain = false) =>
        _stages.NewDelivery(stage).DriftCheckAsync(new DriftCheckOptions(DriftSourceName.Parse(source), _stages.Fixture.Root, Window: null, retrain), Token);

    private sealed record Row(double Amount, int Discount, string Colour, string Shop, bool Won);
}
