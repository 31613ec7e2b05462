using System.Net;
using System.Net.Sockets;
using Pipeline.Tracking.MlflowRest;

namespace Pipeline.Tracking.Tests.MlflowRest;

public sealed class MlflowRestRetryTests : MlflowRestTests
{
    [Fact]
    public async Task A_call_goes_well_after_faults_that_pass_with_pauses_that_double()
    {
        await using var store = Open();
        Server.Fail("experiments/get-by-name", RecordedFault.Unavailable, 4);

        await store.EnsureExperimentAsync("experiment", Stop);

        Server.Count("experiments/get-by-name").Should().Be(5);
        Time.Pauses.Should().HaveCount(4);
        Time.Pauses.Zip([2, 4, 8, 16]).Should().OnlyContain(pause => pause.First >= TimeSpan.FromSeconds(pause.Second) && pause.First <= TimeSpan.FromSeconds(pause.Second + 1));
    }

    [Fact]
    public async Task A_call_is_given_up_after_as_many_tries_as_the_variable_says_and_the_next_are_tried_once()
    {
        await using var store = Open(new() { ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "3" });
        Server.Fail("experiments/get-by-name", RecordedFault.Unavailable, 5);

        var first = await FaultAsync(() => store.EnsureExperimentAsync("experiment", Stop));
        var second = await FaultAsync(() => store.EnsureExperimentAsync("experiment", Stop));
        await store.EnsureExperimentAsync("experiment", Stop);
        Server.Fail("experiments/get-by-name", RecordedFault.Unavailable, 3);
        await store.EnsureExperimentAsync("experiment", Stop);

        (first.Fault, second.Fault).Should().Be((TrackingFault.Unreachable, TrackingFault.Unreachable));
        first.Message.Should().Contain("'experiment'").And.Contain(Server.Address.Authority).And.Contain("503 upstream connect error").And.EndWith("It was tried 4 times.");
        second.Message.Should().EndWith("It was tried once, as it failed before.");
        Server.Count("experiments/get-by-name").Should().Be(4 + 1 + 1 + 4, "a server that answers again is waited for again");
    }

    [Fact]
    public async Task A_server_may_say_how_long_it_wants_to_be_left_alone()
    {
        await using var store = Open();
        Server.Fail("experiments/get-by-name", RecordedFault.TooMany, 2);

        await store.EnsureExperimentAsync("experiment", Stop);

        Time.Pauses.Should().Equal(TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task Nobody_waits_longer_than_a_minute_for_it()
    {
        await using var store = Open(retries: new() { LongestAskedPause = TimeSpan.FromSeconds(3) });
        Server.Fail("experiments/get-by-name", RecordedFault.TooMany);

        await store.EnsureExperimentAsync("experiment", Stop);

        Time.Pauses.Should().Equal(TimeSpan.FromSeconds(3));
        new MlflowRetrySettings().LongestAskedPause.Should().Be(TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(nameof(RecordedFault.AnswerLost))]
    [InlineData(nameof(RecordedFault.AnswerCut))]
    public async Task A_run_whose_making_was_not_answered_is_not_made_twice(string fault)
    {
        await using var store = Open();
        Server.Fail("runs/create", Enum.Parse<RecordedFault>(fault));

        var run = await MakeRunAsync(store);

        Server.RunCount.Should().Be(1);
        Server.Count("runs/create").Should().Be(1);
        (await store.FindRunAsync(run.Id, Stop)).Should().BeEquivalentTo(run);
    }

    [Fact]
    public async Task A_run_that_was_not_made_is_made_at_the_next_try()
    {
        await using var store = Open();
        Server.Fail("runs/create", RecordedFault.Unavailable, 2);

        await MakeRunAsync(store);

        (Server.RunCount, Server.Count("runs/create")).Should().Be((1, 3));
    }

    [Fact]
    public async Task A_key_that_many_ask_for_at_once_makes_one_run()
    {
        await using var store = Open();
        var experiment = await store.EnsureExperimentAsync("experiment", Stop);

        var runs = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => store.EnsureRunAsync(Run(experiment), Stop)));

        runs.Select(run => run.Id).Distinct().Should().ContainSingle();
        Server.RunCount.Should().Be(1);
    }

    [Fact]
    public async Task Experiments_and_versions_whose_making_was_not_answered_are_not_made_twice()
    {
        await using var store = Open();
        Server.Fail("experiments/create", RecordedFault.AnswerLost);
        Server.Fail("registered-models/create", RecordedFault.AnswerLost);
        Server.Fail("model-versions/create", RecordedFault.AnswerLost);
        var run = await MakeRunAsync(store);
        await store.EnsureModelAsync("fraud", null, None, Stop);

        var version = await store.EnsureVersionAsync(new("fraud", "sha256:1", run.Id, "model", null, "anna", None), Stop);

        version.Version.Should().Be(1);
        (await store.ListVersionsAsync("fraud", Stop)).Should().ContainSingle();
        Server.Count("model-versions/create").Should().Be(1);
    }

    [Fact]
    public async Task Points_whose_logging_was_not_answered_are_not_logged_twice_NaN_included()
    {
        await using var store = Open();
        var run = await MakeRunAsync(store);
        Server.Fail("runs/log-batch", RecordedFault.AnswerLost);

        await store.LogAsync(run.Id, new() { Metrics = [new("loss", double.NaN, Start), new("loss", 0.5, Start, 1)], Parameters = new Dictionary<string, string> { ["a"] = "1" } }, Stop);

        (await store.GetHistoryAsync(run.Id, "loss", Stop)).Select(point => point.Value).Should().Equal(double.NaN, 0.5);
        Server.Requests.Last(request => request.Endpoint == "runs/log-batch").Body.Should().Contain("\"metrics\":[]");
    }

    [Fact]
    public async Task A_point_that_somebody_else_logs_meanwhile_does_not_keep_the_others_out()
    {
        await using var store = Open();
        var run = await MakeRunAsync(store);
        Server.IsRacedForPoints = true;

        await store.LogAsync(run.Id, new() { Metrics = [new("loss", double.NaN, Start), new("loss", 0.5, Start, 1)], Tags = new Dictionary<string, string> { ["a"] = "1" } }, Stop);

        (await store.GetHistoryAsync(run.Id, "loss", Stop)).Select(point => point.Value).Should().Equal(double.NaN, 0.5);
        (await store.FindRunAsync(run.Id, Stop))!.Tags["a"].Should().Be("1");
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_not_waited_for_for_ever()
    {
        await using var store = Open(retries: new() { MaximumRetries = 1, Timeout = TimeSpan.FromMilliseconds(300) });
        Server.Fail("experiments/get-by-name", RecordedFault.Silence, 2);

        var fault = await FaultAsync(() => store.EnsureExperimentAsync("experiment", Stop));

        fault.Fault.Should().Be(TrackingFault.Unreachable);
        fault.Message.Should().Contain("is silent for 0.3 s").And.Contain("MLFLOW_HTTP_REQUEST_TIMEOUT").And.Contain("2 times");
    }

    [Fact]
    public async Task Where_nothing_listens_is_told_after_all_tries()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await using var store = Open(new() { ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "2" }, new Uri($"http://127.0.0.1:{port}"));

        var fault = await FaultAsync(() => store.FindRunAsync("run", Stop));

        fault.Fault.Should().Be(TrackingFault.Unreachable);
        fault.Message.Should().Contain($"Nothing answers at http://127.0.0.1:{port}").And.Contain("3 times");
        Time.Pauses.Should().HaveCount(2);
    }

    [Fact]
    public async Task Who_stops_a_call_gets_no_other_fault()
    {
        await using var store = Open();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        Server.Fail("experiments/get-by-name", RecordedFault.Silence);

        await FluentActions.Awaiting(() => store.EnsureExperimentAsync("experiment", stop.Token)).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_pauses()
    {
        await using var store = Open();
        await using var other = Open();
        Server.Fail("experiments/get-by-name", RecordedFault.Unavailable, 2);
        await store.EnsureExperimentAsync("experiment", Stop);
        Server.Fail("experiments/get-by-name", RecordedFault.Unavailable, 2);
        await other.EnsureExperimentAsync("experiment", Stop);

        Time.Pauses.Take(2).Should().Equal(Time.Pauses.Skip(2));
    }
}
