using Pipeline.Delivery.DriftChecks.Outputs;
using Pipeline.Delivery.Reports.Comparisons;
using Pipeline.Delivery.Tests.DriftChecks.Outputs;
using Pipeline.Delivery.Tests.Reports.Comparisons;
using Pipeline.Delivery.Tests.Reports.Evaluations;

namespace Pipeline.Delivery.Tests.Reports;

/// <summary>The reports in a real browser, on a desk and on a phone: nothing is wider than the page, nothing is wrong on the console.</summary>
public sealed class BrowserTests(TrainedStore trained) : IDisposable
{
    private readonly Stages _stages = trained.Copy();

    public void Dispose() => _stages.Dispose();

    [Theory]
    [InlineData(1280, false)]
    [InlineData(390, false)]
    [InlineData(390, true)]
    public async Task Evaluation_fits(int width, bool isDark)
    {
        await _stages.GateAsync(_stages.Definition, await _stages.ChampionAsync(_stages.WithStump));

        await ShouldFitAsync(Path.Combine(_stages.Fixture.Artifacts, "reports", SmallModel.Name, "report.html"), width, isDark);
    }

    [Theory]
    [InlineData(1280, false)]
    [InlineData(390, false)]
    [InlineData(390, true)]
    public async Task Comparison_fits(int width, bool isDark)
    {
        foreach (var comparison in new[] { SampleComparisons.Plain, SampleComparisons.Hostile })
        {
            var files = new ComparisonReportWriter(_stages.Fixture.Artifacts, _stages.Runner.Store).Write(comparison);

            await ShouldFitAsync(files.Html, width, isDark);
        }
    }

    [Theory]
    [InlineData(1280, false)]
    [InlineData(390, false)]
    [InlineData(390, true)]
    public async Task Evaluations_of_the_other_tasks_fit(int width, bool isDark)
    {
        foreach (var report in new[] { SampleEvaluations.Multiclass(2_000, ["none", "some", new string('x', 300)]), SampleEvaluations.Multiclass(3_000, [.. Enumerable.Range(0, 50).Select(i => $"class number {i}")], 2), SampleEvaluations.Regression(2_000, 1e6) })
        {
            await ShouldFitAsync(SampleEvaluations.Write(_stages.Fixture, report).Html, width, isDark);
        }
    }

    [Theory]
    [InlineData(1280, false)]
    [InlineData(390, false)]
    [InlineData(390, true)]
    public async Task Slices_groups_and_importance_fit_whatever_their_names(int width, bool isDark)
    {
        foreach (var report in new[] { SampleSlices.Plain, SampleSlices.HostilelyNamed, SampleSlices.Many(1_000, 100, 2_000, 100) })
        {
            var files = SampleEvaluations.Write(_stages.Fixture, report, SmallModel.Parsed with { Description = SampleSlices.Hostile }, SampleSlices.Schema(100, i => $"{SampleSlices.Hostile}{i}"));

            await ShouldFitAsync(files.Html, width, isDark);
        }
    }

    [Theory]
    [InlineData(1280, false)]
    [InlineData(390, false)]
    [InlineData(390, true)]
    public async Task Learning_curves_fit(int width, bool isDark)
    {
        foreach (var curve in new[] { SampleCurves.Falling, SampleCurves.Overfitted, SampleCurves.OfOneTree })
        {
            await ShouldFitAsync(SampleEvaluations.Write(_stages.Fixture, SampleSlices.Plain, curve: curve).Html, width, isDark);
        }
    }

    [Theory]
    [InlineData(1280, false)]
    [InlineData(390, false)]
    [InlineData(390, true)]
    public async Task Drift_report_fits(int width, bool isDark)
    {
        foreach (var report in new[] { SampleReports.Drifted, SampleReports.Nasty, SampleReports.Large(60, 20) })
        {
            var files = new DriftReportWriter(_stages.Fixture.Runner.Store).Write(report, Path.Combine(_stages.Fixture.Artifacts, "reports", "drift"), "./build.sh DriftCheck");

            await ShouldFitAsync(files.Html, width, isDark);
        }
    }

    [Fact]
    public async Task A_page_that_does_not_fit_or_fails_is_seen()
    {
        var path = Path.Combine(_stages.Fixture.Root, "bad.html");
        await File.WriteAllTextAsync(path, "<!DOCTYPE html><body style='margin:0'><div style='width:2000px'>wide</div><script>missing();</script>", TestContext.Current.CancellationToken);

        var (content, console, text) = await Browser.LoadAsync(path, 390);

        content.Should().Be(2_000);
        console.Should().ContainSingle().Which.Should().Contain("missing is not defined");
        text.Should().Be(4);
    }

    private static async Task ShouldFitAsync(string path, int width, bool isDark)
    {
        var (content, console, text) = await Browser.LoadAsync(path, width, isDark);

        content.Should().BeLessThanOrEqualTo(width);
        console.Should().BeEmpty();
        text.Should().BeGreaterThan(500);
    }
}
