namespace Pipeline.Tracking.Tests.Contract;

public abstract partial class RunTrackerContract
{
    [Fact]
    public async Task A_run_comes_back_as_it_was_made()
    {
        await using var tracker = await OpenAsync();
        var experiment = await tracker.EnsureExperimentAsync(Unique("experiment"), Stop);
        var key = Unique("key");

        var made = await tracker.EnsureRunAsync(
            new(experiment, key, "train größer", Start, "anna", new Dictionary<string, string> { ["pipeline.stage"] = "train", [TrackingTags.GitCommit] = "0123abc" }), Stop);

        var found = (await tracker.FindRunAsync(made.Id, Stop))!;
        found.Should().BeEquivalentTo(made);
        found.Id.Should().MatchRegex("^[0-9a-f]{32}$");
        (found.ExperimentId, found.Name, found.User, found.Status, found.Start, found.End).Should().Be((experiment, "train größer", "anna", RunStatus.Running, Start, (DateTimeOffset?)null));
        found.ArtifactUri.Should().Contain(found.Id);
        found.Tags.Should().Contain(new Dictionary<string, string>
        {
            ["pipeline.stage"] = "train",
            [TrackingTags.GitCommit] = "0123abc",
            [TrackingTags.RunKey] = key,
            [TrackingTags.RunName] = "train größer",
            [TrackingTags.User] = "anna",
        });
        (found.Parameters, found.Metrics, found.Inputs).Should().BeEquivalentTo((None, new Dictionary<string, double>(), Array.Empty<DatasetInput>()));
    }

    [Fact]
    public async Task A_run_of_the_same_key_is_the_same_run_and_stays_as_it_is()
    {
        await using var tracker = await OpenAsync();
        await using var other = await OpenAsync();
        var experiment = await tracker.EnsureExperimentAsync(Unique("experiment"), Stop);
        var run = Run(experiment);
        var made = await tracker.EnsureRunAsync(run, Stop);
        await tracker.LogAsync(made.Id, new() { Parameters = new Dictionary<string, string> { ["rate"] = "0.1" } }, Stop);

        var again = await other.EnsureRunAsync(run with { Name = "another", User = "ben", Start = Start.AddHours(1) }, Stop);

        again.Should().BeEquivalentTo(made, options => options.Excluding(made => made.Parameters));
        again.Parameters.Should().ContainKey("rate");
        (await tracker.SearchRunsAsync(experiment, None, Stop)).Should().ContainSingle();
    }

    [Fact]
    public async Task The_same_key_in_another_experiment_is_another_run()
    {
        await using var tracker = await OpenAsync();
        var (one, two) = (await tracker.EnsureExperimentAsync(Unique("one"), Stop), await tracker.EnsureExperimentAsync(Unique("two"), Stop));
        var key = Unique("key");

        var first = await tracker.EnsureRunAsync(Run(one, key), Stop);
        var second = await tracker.EnsureRunAsync(Run(two, key), Stop);

        second.Id.Should().NotBe(first.Id);
        second.ExperimentId.Should().Be(two);
    }

    [Fact]
    public async Task A_deleted_run_is_not_found_and_its_key_makes_another()
    {
        await using var tracker = await OpenAsync();
        var experiment = await tracker.EnsureExperimentAsync(Unique("experiment"), Stop);
        var run = Run(experiment);
        var deleted = await tracker.EnsureRunAsync(run, Stop);
        await DeleteRunAsync(deleted.Id);

        var found = await tracker.FindRunAsync(deleted.Id, Stop);
        var another = await tracker.EnsureRunAsync(run, Stop);

        found.Should().BeNull();
        another.Id.Should().NotBe(deleted.Id);
        (await tracker.SearchRunsAsync(experiment, None, Stop)).Should().ContainSingle().Which.Id.Should().Be(another.Id);
    }

    [Fact]
    public async Task A_run_that_is_not_there_is_null()
    {
        await using var tracker = await OpenAsync();

        (await tracker.FindRunAsync(Guid.NewGuid().ToString("N"), Stop)).Should().BeNull();
    }

    [Fact]
    public async Task A_run_of_an_experiment_that_is_not_there_is_refused()
    {
        await using var tracker = await OpenAsync();

        await ShouldBeRefusedAsync(() => tracker.EnsureRunAsync(Run("987654321"), Stop));
    }

    [Theory]
    [InlineData(RunStatus.Finished)]
    [InlineData(RunStatus.Failed)]
    [InlineData(RunStatus.Killed)]
    public async Task A_run_ends_as_it_is_told(RunStatus status)
    {
        await using var tracker = await OpenAsync();
        var run = await MakeRunAsync(tracker);

        await tracker.SetStatusAsync(run.Id, status, Start.AddMinutes(3), Stop);
        await tracker.SetStatusAsync(run.Id, status, Start.AddMinutes(3), Stop);

        var found = (await tracker.FindRunAsync(run.Id, Stop))!;
        (found.Status, found.End).Should().Be((status, Start.AddMinutes(3)));
    }

    [Fact]
    public async Task What_is_told_of_a_run_that_is_not_there_is_refused()
    {
        await using var tracker = await OpenAsync();
        var missing = Guid.NewGuid().ToString("N");
        using var folder = new TemporaryDirectory();
        var file = folder.File("a.txt", "a"u8);

        await ShouldBeRefusedAsync(() => tracker.SetStatusAsync(missing, RunStatus.Finished, Start, Stop), $"*{missing}*");
        await ShouldBeRefusedAsync(() => tracker.LogAsync(missing, new() { Tags = new Dictionary<string, string> { ["a"] = "b" } }, Stop), $"*{missing}*");
        await ShouldBeRefusedAsync(() => tracker.LogInputsAsync(missing, [Training], Stop), $"*{missing}*");
        await ShouldBeRefusedAsync(() => tracker.LogArtifactAsync(missing, "a.txt", file, Stop), $"*{missing}*");
        await ShouldBeRefusedAsync(() => tracker.ListArtifactsAsync(missing, Stop), $"*{missing}*");
        await ShouldBeRefusedAsync(() => tracker.OpenArtifactAsync(missing, "a.txt", Stop), $"*{missing}*");
    }

    [Fact]
    public async Task Runs_are_listed_the_newest_first_with_what_they_logged()
    {
        await using var tracker = await OpenAsync();
        var experiment = await tracker.EnsureExperimentAsync(Unique("experiment"), Stop);
        List<string> ids = [];
        foreach (var minute in new[] { 2, 0, 3, 1 })
        {
            var run = await tracker.EnsureRunAsync(Run(experiment, start: Start.AddMinutes(minute)), Stop);
            await tracker.LogAsync(run.Id, new() { Parameters = new Dictionary<string, string> { ["minute"] = $"{minute}" }, Metrics = [new("seconds", 60 * minute, Start)] }, Stop);
            ids.Add(run.Id);
        }

        var runs = await tracker.SearchRunsAsync(experiment, None, Stop);

        runs.Select(run => run.Id).Should().Equal(ids[2], ids[0], ids[3], ids[1]);
        runs.Select(run => run.Parameters["minute"]).Should().Equal("3", "2", "1", "0");
        runs.Select(run => run.Metrics["seconds"]).Should().Equal(180, 120, 60, 0);
    }

    [Fact]
    public async Task Runs_are_found_by_all_their_tags()
    {
        await using var tracker = await OpenAsync();
        var experiment = await tracker.EnsureExperimentAsync(Unique("experiment"), Stop);
        var (a, b) = (await tracker.EnsureRunAsync(Run(experiment), Stop), await tracker.EnsureRunAsync(Run(experiment, start: Start.AddMinutes(1)), Stop));
        await tracker.LogAsync(a.Id, new() { Tags = new Dictionary<string, string> { ["pipeline.stage"] = "train", ["pipeline.model"] = "fraud model" } }, Stop);
        await tracker.LogAsync(b.Id, new() { Tags = new Dictionary<string, string> { ["pipeline.stage"] = "train", ["pipeline.model"] = "churn" } }, Stop);

        (await FindAsync(("pipeline.stage", "train"))).Should().Equal(b.Id, a.Id);
        (await FindAsync(("pipeline.stage", "train"), ("pipeline.model", "fraud model"))).Should().Equal(a.Id);
        (await FindAsync(("pipeline.stage", "Train"))).Should().BeEmpty();
        (await FindAsync(("pipeline.model", "fraud"))).Should().BeEmpty();
        (await FindAsync(("pipeline.stage", "train"), ("pipeline.other", "x"))).Should().BeEmpty();

        async Task<IEnumerable<string>> FindAsync(params (string Name, string Value)[] tags) =>
            (await tracker.SearchRunsAsync(experiment, tags.ToDictionary(tag => tag.Name, tag => tag.Value), Stop)).Select(run => run.Id);
    }

    [Fact]
    public async Task An_experiment_that_is_not_there_has_no_runs()
    {
        await using var tracker = await OpenAsync();

        (await tracker.SearchRunsAsync("987654321", None, Stop)).Should().BeEmpty();
    }
}
