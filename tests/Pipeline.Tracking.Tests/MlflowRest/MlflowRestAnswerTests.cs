namespace Pipeline.Tracking.Tests.MlflowRest;

public sealed class MlflowRestAnswerTests : MlflowRestTests
{
    [Fact]
    public async Task Numbers_may_come_as_text()
    {
        Server.SendsNumbersAsText = true;
        await using var store = Open();
        var run = await MakeRunAsync(store);
        await store.LogAsync(run.Id, new() { Metrics = [new("loss", 0.5, Start, 3)] }, Stop);
        await store.SetStatusAsync(run.Id, RunStatus.Finished, Start.AddMinutes(1), Stop);

        var found = (await store.FindRunAsync(run.Id, Stop))!;

        (found.Start, found.End).Should().Be((Start, Start.AddMinutes(1)));
        (await store.GetHistoryAsync(run.Id, "loss", Stop)).Should().Equal(new MetricPoint("loss", 0.5, Start, 3));
    }

    [Fact]
    public async Task Pages_are_followed_to_the_last()
    {
        Server.PageSize = 3;
        await using var store = Open();
        var run = await MakeRunAsync(store);
        await store.LogAsync(run.Id, new() { Metrics = [.. Enumerable.Range(0, 10).Select(i => new MetricPoint("loss", i, Start, i))] }, Stop);
        await store.EnsureModelAsync("fraud", null, None, Stop);
        for (var i = 0; i < 7; i++)
        {
            await store.EnsureRunAsync(Run(run.ExperimentId) with { Key = $"{i}" }, Stop);
            await store.EnsureVersionAsync(new("fraud", $"sha256:{i}", run.Id, "model", null, "anna", None), Stop);
        }

        (await store.GetHistoryAsync(run.Id, "loss", Stop)).Should().HaveCount(10);
        (await store.SearchRunsAsync(run.ExperimentId, None, Stop)).Should().HaveCount(8);
        (await store.ListVersionsAsync("fraud", Stop)).Should().HaveCount(7);
        Server.Requests.Where(request => request.Endpoint == "metrics/get-history").Should().HaveCount(4);
    }

    [Fact]
    public async Task A_status_that_was_not_kept_is_refused_although_the_server_says_that_all_is_well()
    {
        await using var store = Open();
        var run = await MakeRunAsync(store);
        Server.IgnoresStatus = true;

        var fault = await FaultAsync(() => store.SetStatusAsync(run.Id, RunStatus.Finished, Start, Stop));

        fault.Fault.Should().Be(TrackingFault.Refused);
        fault.Message.Should().Contain(run.Id).And.Contain("still says RUNNING");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5001)]
    public async Task A_key_that_its_tag_cannot_hold_is_refused(int length)
    {
        await using var store = Open();
        var experiment = await store.EnsureExperimentAsync("experiment", Stop);

        (await FaultAsync(() => store.EnsureRunAsync(Run(experiment) with { Key = new('a', length) }, Stop))).Fault.Should().Be(TrackingFault.Refused);

        Server.RunCount.Should().Be(0);
    }

    [Fact]
    public async Task An_experiment_that_somebody_else_makes_at_the_same_time_is_that_one()
    {
        Server.IsRacedForExperiments = true;
        await using var store = Open();

        (await store.EnsureExperimentAsync("experiment", Stop)).Should().Be("1");
    }

    [Fact]
    public async Task On_an_old_server_parameters_are_cut_shorter_and_inputs_left_out_with_a_word()
    {
        Server.IsOld = true;
        await using var store = Open();
        var run = await MakeRunAsync(store);
        var data = new RunData { Parameters = new Dictionary<string, string> { ["long"] = new('p', 1000) }, Metrics = [new("loss", 1, Start)] };

        await store.LogAsync(run.Id, data, Stop);
        await store.LogAsync(run.Id, data, Stop);
        await store.LogInputsAsync(run.Id, [new("payments", "1", "local", "{}", null, null, "training")], Stop);
        await store.LogInputsAsync(run.Id, [new("payments", "1", "local", "{}", null, null, "training")], Stop);

        (await store.FindRunAsync(run.Id, Stop))!.Parameters["long"].Should().Be(TrackingLimits.Cut(new('p', 1000), 500));
        Warnings.Should().HaveCount(2);
        Warnings[0].Should().Contain("500 characters");
        Warnings[1].Should().Contain("inputs").And.Contain("2.4");
    }

    [Fact]
    public async Task A_call_that_a_server_does_not_know_says_that_it_is_too_old()
    {
        Server.IsOld = true;
        await using var store = Open();
        await store.EnsureModelAsync("fraud", null, None, Stop);

        var fault = await FaultAsync(() => store.SetAliasAsync("fraud", "champion", 1, Stop));

        fault.Fault.Should().Be(TrackingFault.Refused);
        fault.Message.Should().Contain("too old").And.Contain("2.3");
    }

    [Fact]
    public async Task A_batch_is_never_larger_than_a_server_takes()
    {
        await using var store = Open();
        var run = await MakeRunAsync(store);
        var data = new RunData
        {
            Parameters = Enumerable.Range(0, 250).ToDictionary(i => $"p{i}", i => new string('ü', 6000)),
            Metrics = [.. Enumerable.Range(0, 2500).Select(i => new MetricPoint($"m{i}", i, Start))],
        };

        await store.LogAsync(run.Id, data, Stop);

        Server.Requests.Where(request => request.Endpoint == "runs/log-batch").Should().OnlyContain(request => request.Length < 1_000_000);
        (await store.FindRunAsync(run.Id, Stop))!.Metrics.Should().HaveCount(2500);
    }

    [Fact]
    public async Task A_later_step_is_logged_without_reading_what_was_before()
    {
        await using var store = Open();
        var run = await MakeRunAsync(store);
        for (var step = 0; step < 5; step++)
        {
            await store.LogAsync(run.Id, new() { Metrics = [new("loss", 1.0 / (step + 1), Start.AddSeconds(step), step)] }, Stop);
        }

        Server.Count("metrics/get-history").Should().Be(0);
    }

    [Fact]
    public async Task A_redirect_is_told_and_not_followed()
    {
        await using var elsewhere = await RecordedMlflowServer.StartAsync();
        Server.RedirectTarget = $"{elsewhere.Address}login?token=secret";
        Server.Fail("runs/get", RecordedFault.Redirect);
        await using var store = Open(new() { ["MLFLOW_TRACKING_TOKEN"] = "t0ken" });

        var fault = await FaultAsync(() => store.FindRunAsync("run", Stop));

        fault.Fault.Should().Be(TrackingFault.Refused);
        fault.Message.Should().Contain($"{elsewhere.Address}login").And.NotContain("secret").And.NotContain("t0ken");
        elsewhere.Requests.Should().BeEmpty();
    }

    [Theory]
    [InlineData(nameof(RecordedFault.SignInPage), "sign in")]
    [InlineData(nameof(RecordedFault.InvalidHost), "--allowed-hosts")]
    public async Task What_is_not_MLflows_answer_is_refused_with_what_to_do(string fault, string words)
    {
        Server.Fail("runs/get", Enum.Parse<RecordedFault>(fault));
        await using var store = Open();

        var told = await FaultAsync(() => store.FindRunAsync("run", Stop));

        told.Fault.Should().Be(TrackingFault.Refused);
        told.Message.Should().Contain(words).And.Contain(Server.Address.Authority);
        Time.Pauses.Should().BeEmpty();
    }

    [Fact]
    public async Task A_version_is_waited_for_until_it_is_ready()
    {
        Server.PendingReads = 3;
        await using var store = Open();
        var run = await MakeRunAsync(store);
        await store.EnsureModelAsync("fraud", null, None, Stop);

        await store.EnsureVersionAsync(new("fraud", "sha256:1", run.Id, "model", null, "anna", None), Stop);

        Server.Count("model-versions/get").Should().Be(3);
    }

    [Fact]
    public async Task A_version_that_fails_is_refused_and_one_that_is_never_ready_given_up()
    {
        await using var store = Open();
        var run = await MakeRunAsync(store);
        await store.EnsureModelAsync("fraud", null, None, Stop);
        Server.PendingReads = int.MaxValue;
        var never = await FaultAsync(() => store.EnsureVersionAsync(new("fraud", "sha256:1", run.Id, "model", null, "anna", None), Stop));
        Server.FailsRegistration = true;
        var failed = await FaultAsync(() => store.EnsureVersionAsync(new("fraud", "sha256:2", run.Id, "model", null, "anna", None), Stop));

        never.Fault.Should().Be(TrackingFault.Unreachable);
        failed.Fault.Should().Be(TrackingFault.Refused);
        failed.Message.Should().Contain("the store is full").And.Contain("sha256:2");
    }

    [Fact]
    public async Task A_models_name_may_have_a_quote()
    {
        await using var store = Open();
        var run = await MakeRunAsync(store);
        await store.EnsureModelAsync("anna's", null, None, Stop);
        await store.EnsureModelAsync("other", null, None, Stop);
        await store.EnsureVersionAsync(new("anna's", "sha256:1", run.Id, "model", null, "anna", None), Stop);
        await store.EnsureVersionAsync(new("other", "sha256:1", run.Id, "model", null, "anna", None), Stop);

        (await store.ListVersionsAsync("anna's", Stop)).Should().ContainSingle().Which.Model.Should().Be("anna's");
    }

    [Fact]
    public async Task Models_may_be_registered_at_another_server()
    {
        await using var registry = await RecordedMlflowServer.StartAsync();
        await using var store = Open(new() { ["MLFLOW_REGISTRY_URI"] = registry.Address.AbsoluteUri });
        var run = await MakeRunAsync(store);

        await store.EnsureModelAsync("fraud", null, None, Stop);
        var version = await store.EnsureVersionAsync(new("fraud", "sha256:1", run.Id, "model", null, "anna", None), Stop);

        version.Source.Should().Be($"{run.ArtifactUri}/model");
        Server.Requests.Should().NotContain(request => request.Endpoint.StartsWith("model", StringComparison.Ordinal) || request.Endpoint.StartsWith("registered", StringComparison.Ordinal));
        registry.Count("model-versions/create").Should().Be(1);
    }
}
