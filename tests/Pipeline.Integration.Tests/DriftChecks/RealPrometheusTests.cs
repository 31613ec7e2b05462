using Pipeline.Delivery.DriftChecks;
using Pipeline.Delivery.DriftChecks.Counters.Prometheus;
using Pipeline.Drift.Verdicts;
using Pipeline.Engine;

namespace Pipeline.Integration.Tests.DriftChecks;

/// <summary>The counts that are read back from a real Prometheus are exactly the rows that its targets counted.</summary>
public sealed class RealPrometheusTests
{
    private static readonly TimeProvider Clock = TimeProvider.System;

    [Fact]
    public async Task Counts_are_exact_over_a_restart_a_death_a_birth_and_another_version()
    {
        await using var restarts = new Exporter([SampleModel.First]);
        await using var dies = new Exporter([SampleModel.First, SampleModel.Second]);
        await using var tellsNoStart = new Exporter([SampleModel.First], tellsStart: false);
        await using var isMadeAnew = new Exporter([SampleModel.First]);
        var portOfBorn = LocalRegistry.FreePort();
        await using var server = await PrometheusServer.StartAsync([restarts.Target, dies.Target, tellsNoStart.Target, isMadeAnew.Target, $"127.0.0.1:{portOfBorn}"]);
        Exporter[] first = [restarts, dies, tellsNoStart, isMadeAnew];
        Array.ForEach(first, exporter => exporter.Answer(0, 40));
        await ScrapedAsync(first);
        var begin = Clock.GetUtcNow();

        restarts.Answer(0, 100);
        restarts.AnswerUncounted();
        dies.Answer(100, 31);
        dies.Answer(0, 17, model: 1);
        tellsNoStart.Answer(200, 10);
        isMadeAnew.Answer(300, 12);
        await ScrapedAsync(first);
        restarts.Restart();

        // More rows than before: only the start tells that these are of another life.
        restarts.Answer(0, 333);
        tellsNoStart.Restart();
        tellsNoStart.Answer(210, 20);
        isMadeAnew.MakeAnew();

        // More rows than before, all of one kind: of some bins there are fewer.
        for (var i = 0; i < 70; i++)
        {
            isMadeAnew.Answer(0, 1);
        }

        await dies.DisposeAsync();
        await using var isBorn = new Exporter([SampleModel.First], port: portOfBorn);
        isBorn.Answer(50, 9);
        await ScrapedAsync(restarts, tellsNoStart, isMadeAnew, isBorn);
        var middle = Clock.GetUtcNow();
        restarts.Answer(500, 7);
        await ScrapedAsync(restarts);
        var end = Clock.GetUtcNow();

        var source = new PrometheusDriftSource(SampleModel.First, PrometheusAddress.Parse(server.Address, token: null), Clock);
        var whole = (await source.ReadAsync(new WindowPlan(end - begin, 1, end), TestContext.Current.CancellationToken)).Single();
        var halves = await source.ReadAsync(new WindowPlan(end - middle, 2, end), TestContext.Current.CancellationToken);

        var sameRows = Enumerable.Repeat((0, 1), 70);
        whole.Profile.Should().BeEquivalentTo(Truth(whole.Profile, [(0, 100), (100, 31), (200, 10), (300, 12), (0, 333), (210, 20), (500, 7), (50, 9), .. sameRows]));
        whole.Coverage.Should().Be(592 / 593d);
        whole.Notes.Should().ContainMatch("5 replicas read: *")
            .And.ContainMatch($"{restarts.Target} restarted once; *")
            .And.ContainMatch($"{tellsNoStart.Target} does not tell process_start_time_seconds*")
            .And.ContainMatch($"Not counted here: 17 rows that version {SampleModel.Second.Version} answered at 1 replica.");
        halves[1].Profile.Rows.Should().Be(7);
        halves[0].Profile.To.Should().Be(halves[1].Profile.From);
    }

    [Fact]
    public async Task Version_that_is_not_there_is_told_with_those_that_are()
    {
        await using var exporter = new Exporter([SampleModel.First]);
        await using var server = await PrometheusServer.StartAsync([exporter.Target]);
        await ScrapedAsync(exporter);

        var read = () => new PrometheusDriftSource(SampleModel.Second, PrometheusAddress.Parse(server.Address, token: null), Clock).ReadAsync(new WindowPlan(TimeSpan.FromHours(1), 1, null), TestContext.Current.CancellationToken);

        (await read.Should().ThrowAsync<PipelineException>()).Where(e => e.ExitCode == ExitCode.ToolError)
            .WithMessage($"Prometheus at {server.Address} has no sample of model_predicted_label_total{{model=\"bids\",version=\"{SampleModel.Second.Version}\"}} between *; it has the versions {SampleModel.First.Version} of that model. Check that *");
    }

    [Fact]
    public async Task No_traffic_is_a_window_without_rows_and_an_empty_past_another()
    {
        await using var exporter = new Exporter([SampleModel.First]);
        await using var server = await PrometheusServer.StartAsync([exporter.Target]);
        exporter.Answer(0, 5);
        await ScrapedAsync(exporter);
        var begin = Clock.GetUtcNow();
        await ScrapedAsync(exporter);

        var source = new PrometheusDriftSource(SampleModel.First, PrometheusAddress.Parse(server.Address, token: null), Clock);
        var quiet = (await source.ReadAsync(new WindowPlan(Clock.GetUtcNow() - begin, 1, null), TestContext.Current.CancellationToken)).Single();
        var hours = await source.ReadAsync(new WindowPlan(TimeSpan.FromHours(1), 3, null), TestContext.Current.CancellationToken);

        quiet.Profile.Rows.Should().Be(0);
        quiet.Profile.Features["amount"].Bins.Should().Equal(0, 0, 0);
        quiet.Coverage.Should().BeNull();
        hours.Select(hour => hour.Profile.Rows).Should().Equal(0, 0, 5);
        hours[0].Notes.Should().Equal("No replica of this version was read.");
    }

    // The scrape that runs now may have been answered before; two more, and the last has been stored.
    private static async Task ScrapedAsync(params Exporter[] exporters)
    {
        var wanted = exporters.Select(exporter => exporter.Scrapes + 3).ToList();
        while (exporters.Zip(wanted).Any(pair => pair.First.Scrapes < pair.Second))
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private static LiveProfile Truth(LiveProfile window, params (int From, int Count)[] answered)
    {
        var counters = new ServedCounters(SampleModel.First);
        foreach (var (from, count) in answered)
        {
            for (var row = from; row < from + count; row++)
            {
                counters.Answer(row);
            }
        }

        return counters.ToProfile(window.From, window.To);
    }
}
