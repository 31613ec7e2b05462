namespace Pipeline.Delivery.Tests.DriftChecks.Outputs;

public sealed class DriftConsoleTests : IDisposable
{
    private readonly OutputFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Its_tables_and_lines_are_the_reviewed_ones()
    {
        var (tables, lines) = _fixture.Print(SampleReports.Drifted);

        Snapshot.ShouldBe("drift.console.txt", $"{tables}{string.Join('\n', lines)}\n");
    }

    [Fact]
    public void The_last_line_says_the_verdict_why_and_what_to_open()
    {
        _fixture.Print(SampleReports.NoRows).Lines[^1].Should().EndWith("INSUFFICIENT: The window has no row. Open reports/drift.html");
    }

    [Fact]
    public void A_check_without_findings_prints_no_table_of_rates_and_no_estimate()
    {
        var report = SampleReports.AllOk with { Windows = [SampleReports.AllOk.Windows[^1] with { Performance = [] }] };

        _fixture.Print(report).Tables.Should().NotContain("Rows that are").And.NotContain("Metric");
    }

    [Fact]
    public void A_large_report_prints_what_is_wrong_and_counts_the_rest()
    {
        var (tables, lines) = _fixture.Print(SampleReports.Large(200, 1));

        tables.Split('\n').Should().HaveCountLessThan(60);
        lines.Should().ContainMatch("* more subjects, none of them worse");
    }

    [Fact]
    public void Nasty_names_stay_on_their_line_and_send_nothing_to_the_terminal()
    {
        var (tables, lines) = _fixture.Print(SampleReports.Nasty);

        tables.Split('\n').Where(line => line.Contains("two␊lines", StringComparison.Ordinal)).Should().OnlyContain(line => line.EndsWith('│'));
        (tables + string.Concat(lines)).Should().NotContain("\u001b").And.NotContain("\u202E").And.NotContain("\u0000");
    }
}
