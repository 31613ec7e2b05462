using System.Diagnostics;
using Pipeline.Delivery.DriftChecks;

namespace Pipeline.Delivery.Tests.DriftChecks.Outputs;

public sealed class DriftMetricsTextTests : IDisposable
{
    private const string Tool = "promtool";

    private readonly OutputFixture _fixture = new();

    public static TheoryData<string> Samples => ["drifted", "ok", "no rows", "nasty", "small"];

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Its_text_is_the_reviewed_one() => Snapshot.ShouldBe("drift.prom", _fixture.Metrics(SampleReports.Small));

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task Promtool_finds_nothing_wrong(string name)
    {
        RequirePromtool();
        var text = _fixture.Metrics(Sample(name));
        using var process = Process.Start(new ProcessStartInfo(Tool, ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;

        await process.StandardInput.WriteAsync(text);
        process.StandardInput.Close();
        var said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        said.Should().BeEmpty();
        process.ExitCode.Should().Be(0);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_family_stands_together_has_no_sample_twice_and_no_number_that_is_none(string name)
    {
        var lines = _fixture.Metrics(Sample(name)).Split('\n');

        lines[^2].Should().Be("# EOF");
        lines[^1].Should().BeEmpty();
        var samples = lines.Where(line => line.Length > 0 && line[0] != '#').ToList();
        samples.Select(line => line[..line.LastIndexOf(' ')]).Should().OnlyHaveUniqueItems();
        samples.Should().NotContain(line => line.EndsWith("NaN", StringComparison.Ordinal) || line.EndsWith("Infinity", StringComparison.Ordinal));
        var families = samples.Select(line => line[..line.IndexOf('{', StringComparison.Ordinal)]).ToList();
        families.Where((family, i) => i == 0 || families[i - 1] != family).Should().OnlyHaveUniqueItems().And.OnlyContain(family => family.StartsWith("model_drift_"));
        lines.Count(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Should().Be(families.Distinct().Count());
    }

    [Fact]
    public void Labels_are_escaped_and_otherwise_whole()
    {
        var text = _fixture.Metrics(SampleReports.Nasty);

        text.Should().Contain("stage=\"prod \\\"eu\\\"\\n\"").And.Contain("subject=\"two\\nlines\r\\n\u001b[31mred\",kind=\"feature\"").And.Contain("\\\"quoted\\\" | `code` \\\\ &");
    }

    [Fact]
    public void What_was_not_judged_has_a_verdict_and_no_measure()
    {
        var text = _fixture.Metrics(SampleReports.NoRows);

        text.Should().Contain("model_drift_verdict{model=\"flight-delay\",version=\"3f2a9c81d4e7\",stage=\"staging\"} -1\n").And.NotContain("model_drift_psi").And.NotContain("model_drift_p_value");
    }

    private static DriftReport Sample(string name) => name switch
    {
        "drifted" => SampleReports.Drifted,
        "ok" => SampleReports.AllOk,
        "no rows" => SampleReports.NoRows,
        "nasty" => SampleReports.Nasty,
        _ => SampleReports.Small,
    };

    private static void RequirePromtool()
    {
        const string reason = "promtool is not on the PATH (Debian: apt install prometheus)";
        var present = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, Tool)));
        if (!present && Environment.GetEnvironmentVariable("PIPELINE_REQUIRE_ALL") == "1")
        {
            Assert.Fail($"PIPELINE_REQUIRE_ALL is set, and {reason}");
        }

        Assert.SkipUnless(present, reason);
    }
}
