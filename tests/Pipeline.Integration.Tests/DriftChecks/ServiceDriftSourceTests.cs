using Pipeline.Delivery.DriftChecks;
using Pipeline.Delivery.DriftChecks.Counters;
using Pipeline.Delivery.DriftChecks.Counters.Services;
using Pipeline.Engine;

namespace Pipeline.Integration.Tests.DriftChecks;

/// <summary>Counting from the services' own pages.</summary>
public sealed class ServiceDriftSourceTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pipeline-drift-");

    private string State => Path.Combine(_folder.FullName, "made", "state.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task First_check_counts_since_the_start_and_later_ones_since_the_last()
    {
        await using var a = new Exporter([SampleModel.First, SampleModel.Second]);
        await using var b = new Exporter([SampleModel.First]);
        a.Answer(0, 10);
        a.AnswerUncounted();
        a.Answer(0, 3, model: 1);
        b.Answer(10, 9);

        var first = await CheckAsync(a, b);
        a.Answer(100, 5);
        var second = await CheckAsync(a, b);
        var third = await CheckAsync(a, b);

        first.Profile.Should().BeEquivalentTo(Truth(first, (0, 19)));
        first.Coverage.Should().Be(0.95);
        first.Notes.Should().HaveCount(3).And.ContainMatch($"{a.Address}/metrics was not read before: counted since its process started, *").And.ContainMatch($"Not counted here: version {SampleModel.Second.Version} at *");
        second.Profile.Should().BeEquivalentTo(Truth(second, (100, 5)));
        second.Profile.From.Should().Be(first.Profile.To);
        third.Profile.Rows.Should().Be(0);
        third.Coverage.Should().BeNull();
        Directory.EnumerateFiles(Path.GetDirectoryName(State)!).Should().Equal(State);
    }

    [Fact]
    public async Task Restart_is_seen_by_the_start_and_by_counters_that_fell()
    {
        await using var a = new Exporter([SampleModel.First]);
        await using var b = new Exporter([SampleModel.First]);
        a.Answer(0, 10);
        b.Answer(0, 10);
        await CheckAsync(a, b);

        // Long enough to have counted more rows than before.
        a.Restart(start: TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 1);
        a.Answer(0, 50);
        b.MakeAnew();
        b.Answer(0, 1);

        var window = await CheckAsync(a, b);

        window.Profile.Should().BeEquivalentTo(Truth(window, (0, 50), (0, 1)));
        window.Notes.Should().ContainMatch($"{a.Address}/metrics restarted *").And.ContainMatch($"{b.Address}/metrics has counters that fell *");
    }

    [Fact]
    public async Task Counts_of_the_others_are_not_lost_with_one_that_does_not_answer()
    {
        await using var a = new Exporter([SampleModel.First]);
        var port = LocalRegistry.FreePort();
        a.Answer(0, 10);

        var check = () => CheckAsync($"http://127.0.0.1:{port}", a.Address);
        (await check.Should().ThrowAsync<PipelineException>()).Where(e => e.ExitCode == ExitCode.ToolError).WithMessage($"1 of 2 replicas of {SampleModel.First} cannot be read: http://127.0.0.1:{port}/metrics (Connection refused*");
        await using var b = new Exporter([SampleModel.First], port: port);
        var window = await CheckAsync(a, b);

        window.Profile.Rows.Should().Be(10);
    }

    [Fact]
    public async Task Check_that_fails_before_its_report_is_written_loses_no_rows()
    {
        await using var a = new Exporter([SampleModel.First]);
        await CheckAsync(a);
        a.Answer(0, 10);

        await new ServiceDriftSource(SampleModel.First, [a.Address], State, apiKey: null, TimeProvider.System).ReadAsync(Plan, TestContext.Current.CancellationToken);
        a.Answer(10, 3);
        var window = await CheckAsync(a);

        window.Profile.Should().BeEquivalentTo(Truth(window, (0, 13)));
    }

    [Fact]
    public async Task Load_balancer_is_found_out()
    {
        await using var a = new Exporter([SampleModel.First]);
        await CheckAsync(a);
        a.Restart(start: 1_000_000_000);

        var check = () => CheckAsync(a);

        await check.Should().ThrowAsync<PipelineException>().WithMessage("*it leads to several replicas. Give each replica's own address*");
    }

    [Fact]
    public async Task State_of_another_package_or_a_corrupt_one_is_told_and_begun_anew()
    {
        await using var a = new Exporter([SampleModel.First, SampleModel.Second]);
        a.Answer(0, 4);
        await CheckAsync(a);

        var other = (await new ServiceDriftSource(SampleModel.Second, [a.Address], State, null, TimeProvider.System).ReadAsync(Plan, TestContext.Current.CancellationToken)).Single();
        await File.WriteAllTextAsync(State, "{\"schemaVersion\": 1,", TestContext.Current.CancellationToken);
        var corrupt = await CheckAsync(a);

        other.Notes[0].Should().Match($"What was read in the last check cannot be used, so that counts begin anew: {State} is of the package {SampleModel.First.Digest}, not of {SampleModel.Second.Digest}.");
        corrupt.Notes[0].Should().Match($"What was read in the last check cannot be used*{State} is not a valid *");
        corrupt.Profile.Rows.Should().Be(4);
    }

    [Fact]
    public async Task Service_of_another_version_is_named()
    {
        await using var a = new Exporter([SampleModel.Second]);

        var check = () => CheckAsync(a);

        await check.Should().ThrowAsync<PipelineException>().WithMessage($"*it serves the version {SampleModel.Second.Version} and not {SampleModel.First.Version}*");
    }

    [Theory]
    [InlineData(401, "", "*answers 401: put its key in SERVICE_API_KEY*")]
    [InlineData(500, "", "*answers 500*")]
    [InlineData(200, "<html></html>", "*does not end with a line feed*")]
    [InlineData(200, "up 1\n", "*22 counters of bids:* are missing on it, such as model_feature_bin_total*")]
    public async Task Page_that_cannot_be_used_is_told(int status, string body, string message)
    {
        string? key = null;
        await using var server = new HttpServer((request, _) =>
        {
            key = request.Headers["Authorization"];
            return new HttpServer.Answer(status, body);
        });

        var check = () => new ServiceDriftSource(SampleModel.First, [server.Address], State, "the-key", TimeProvider.System).ReadAsync(Plan, TestContext.Current.CancellationToken);

        (await check.Should().ThrowAsync<PipelineException>()).WithMessage(message).Which.Message.Should().NotContain("the-key");
        key.Should().Be("Bearer the-key");
        File.Exists(State).Should().BeFalse();
    }

    [Theory]
    [InlineData("service:8080")]
    [InlineData("http://u:5ecret@service")]
    [InlineData("http://service/?x")]
    public void Address_that_is_none_is_wrong_usage(string address)
    {
        var make = () => new ServiceDriftSource(SampleModel.First, [address], State, null, TimeProvider.System);

        make.Should().Throw<PipelineException>().Where(e => e.ExitCode == ExitCode.Usage && !e.Message.Contains("5ecret", StringComparison.Ordinal));
    }

    private static WindowPlan Plan => new(TimeSpan.FromHours(1), 1, null);

    private Task<SourceWindow> CheckAsync(params Exporter[] exporters) => CheckAsync([.. exporters.Select(exporter => exporter.Address)]);

    private async Task<SourceWindow> CheckAsync(params string[] addresses)
    {
        var source = new ServiceDriftSource(SampleModel.First, addresses, State, apiKey: null, TimeProvider.System);
        var window = (await source.ReadAsync(Plan, TestContext.Current.CancellationToken)).Single();
        source.Acknowledge();
        return window;
    }

    private static Drift.Verdicts.LiveProfile Truth(SourceWindow window, params (int From, int Count)[] answered)
    {
        var counters = new ServedCounters(SampleModel.First);
        foreach (var (from, count) in answered)
        {
            for (var row = from; row < from + count; row++)
            {
                counters.Answer(row);
            }
        }

        return counters.ToProfile(window.Profile.From, window.Profile.To);
    }
}
