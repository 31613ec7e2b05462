namespace Pipeline.Tracking.Tests.Contract;

/// <summary>What every registry of models does. A backend derives from this and says how it is opened; its store may be shared by all tests, so names are made up anew.</summary>
public abstract partial class ModelRegistryContract
{
    protected static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Another client of the same store, at each call within a test; the runs are those that versions come from.</summary>
    protected abstract Task<(IRunTracker Runs, IModelRegistry Registry)> OpenAsync();

    /// <summary>Deletes a version as MLflow does, by other means than the registry.</summary>
    protected abstract Task DeleteVersionAsync(string model, int version);

    protected static string Unique(string name) => $"{name} {Guid.NewGuid():N}";

    protected static async Task ShouldBeRefusedAsync(Func<Task> call, string message = "*") =>
        (await call.Should().ThrowAsync<TrackingException>().WithMessage(message)).Which.Fault.Should().Be(TrackingFault.Refused);

    /// <summary>A registered model, and a version to be registered: change its package to get more.</summary>
    protected static async Task<NewModelVersion> ModelAsync(IRunTracker runs, IModelRegistry registry)
    {
        var experiment = await runs.EnsureExperimentAsync(Unique("experiment"), Stop);
        var run = await runs.EnsureRunAsync(new(experiment, Unique("key"), "train", new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero), "anna", None), Stop);
        var model = Unique("fraud größer");
        await registry.EnsureModelAsync(model, "# Fraud", new Dictionary<string, string> { ["pipeline.team"] = "risk" }, Stop);
        return new(model, Package(1), run.Id, "model", "# First\n\n😀", "anna", new Dictionary<string, string> { ["pipeline.gate"] = "passed" });
    }

    protected static string Package(int number) => $"sha256:{number:x64}";

    [Fact]
    public async Task A_model_may_be_registered_again()
    {
        var (runs, registry) = await OpenAsync();
        await using var _ = runs;
        var model = Unique("model");

        await registry.EnsureModelAsync(model, "one", new Dictionary<string, string> { ["a"] = "1" }, Stop);
        await registry.EnsureModelAsync(model, null, None, Stop);
        await registry.EnsureModelAsync(model, "two", new Dictionary<string, string> { ["a"] = "2" }, Stop);

        (await registry.ListVersionsAsync(model, Stop)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_model_that_many_register_at_once_is_registered_once()
    {
        var clients = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => OpenAsync()));
        var model = Unique("model");

        await Task.WhenAll(clients.Select(client => Task.Run(() => client.Registry.EnsureModelAsync(model, "text", new Dictionary<string, string> { ["a"] = "1" }, Stop))));

        (await clients[0].Registry.ListVersionsAsync(model, Stop)).Should().BeEmpty();
        await Task.WhenAll(clients.Select(client => client.Runs.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task A_version_comes_back_as_it_was_registered()
    {
        var (runs, registry) = await OpenAsync();
        await using var _ = runs;
        var version = await ModelAsync(runs, registry);

        var made = await registry.EnsureVersionAsync(version, Stop);

        (made.Model, made.Version, made.RunId, made.Package, made.Description).Should().Be((version.Model, 1, version.RunId, version.Package, "# First\n\n😀"));
        made.Source.Should().Contain(version.RunId).And.EndWith("/artifacts/model");
        made.Tags.Should().Contain(new Dictionary<string, string> { ["pipeline.gate"] = "passed", [TrackingTags.Package] = version.Package });
        made.Aliases.Should().BeEmpty();
        made.Created.Should().BeAfter(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero));
        (await registry.ListVersionsAsync(version.Model, Stop)).Should().ContainSingle().Which.Should().BeEquivalentTo(made);
    }

    [Fact]
    public async Task A_version_of_the_same_package_is_the_same_version_and_stays_as_it_is()
    {
        var (runs, registry) = await OpenAsync();
        await using var _ = runs;
        var (otherRuns, other) = await OpenAsync();
        await using var __ = otherRuns;
        var version = await ModelAsync(runs, registry);
        var made = await registry.EnsureVersionAsync(version, Stop);

        var again = await other.EnsureVersionAsync(version with { Description = "another", Tags = new Dictionary<string, string> { ["pipeline.gate"] = "failed" } }, Stop);

        again.Should().BeEquivalentTo(made);
        (await registry.ListVersionsAsync(version.Model, Stop)).Should().ContainSingle();
    }

    [Fact]
    public async Task Versions_count_from_one_in_each_model_and_are_listed_the_newest_first()
    {
        var (runs, registry) = await OpenAsync();
        await using var _ = runs;
        var version = await ModelAsync(runs, registry);
        var elsewhere = await ModelAsync(runs, registry);

        for (var package = 1; package <= 12; package++)
        {
            (await registry.EnsureVersionAsync(version with { Package = Package(package), Description = null }, Stop)).Version.Should().Be(package);
        }

        (await registry.EnsureVersionAsync(elsewhere, Stop)).Version.Should().Be(1);
        var listed = await registry.ListVersionsAsync(version.Model, Stop);
        listed.Select(listed => listed.Version).Should().Equal(Enumerable.Range(1, 12).Reverse());
        listed.Select(listed => listed.Package).Should().Equal(Enumerable.Range(1, 12).Reverse().Select(Package));
        listed.Should().OnlyContain(listed => listed.Description == null);
    }

    [Fact]
    public async Task A_deleted_version_is_not_listed_and_its_number_is_not_given_again()
    {
        var (runs, registry) = await OpenAsync();
        await using var _ = runs;
        var version = await ModelAsync(runs, registry);
        await registry.EnsureVersionAsync(version, Stop);
        await registry.EnsureVersionAsync(version with { Package = Package(2) }, Stop);
        await registry.SetAliasAsync(version.Model, "champion", 2, Stop);
        await DeleteVersionAsync(version.Model, 2);

        var again = await registry.EnsureVersionAsync(version with { Package = Package(2) }, Stop);

        again.Version.Should().Be(3);
        (await registry.ListVersionsAsync(version.Model, Stop)).Select(listed => listed.Version).Should().Equal(3, 1);
        (await registry.FindByAliasAsync(version.Model, "champion", Stop)).Should().BeNull();
        await ShouldBeRefusedAsync(() => registry.SetAliasAsync(version.Model, "champion", 2, Stop));
    }

    [Fact]
    public async Task A_version_changes_in_description_and_tags()
    {
        var (runs, registry) = await OpenAsync();
        await using var _ = runs;
        var version = await ModelAsync(runs, registry);
        await registry.EnsureVersionAsync(version, Stop);

        await registry.UpdateVersionAsync(version.Model, 1, null, new Dictionary<string, string> { ["pipeline.gate"] = "failed", ["pipeline.image"] = "image@sha256:1" }, Stop);
        var first = (await registry.ListVersionsAsync(version.Model, Stop)).Single();
        await registry.UpdateVersionAsync(version.Model, 1, "# Second", None, Stop);
        var second = (await registry.ListVersionsAsync(version.Model, Stop)).Single();

        first.Description.Should().Be(version.Description);
        second.Description.Should().Be("# Second");
        second.Tags.Should().Contain(new Dictionary<string, string> { ["pipeline.gate"] = "failed", ["pipeline.image"] = "image@sha256:1", [TrackingTags.Package] = version.Package });
    }

    [Fact]
    public async Task Texts_that_are_too_long_are_cut()
    {
        var (runs, registry) = await OpenAsync();
        await using var _ = runs;
        var version = await ModelAsync(runs, registry);
        var text = new string('x', TrackingLimits.RegistryText + 1);
        var cut = TrackingLimits.Cut(text, TrackingLimits.RegistryText);

        await registry.EnsureModelAsync(version.Model, text, new Dictionary<string, string> { ["long"] = text }, Stop);
        var made = await registry.EnsureVersionAsync(version with { Description = text, Tags = new Dictionary<string, string> { ["long"] = text } }, Stop);
        await registry.UpdateVersionAsync(version.Model, 1, text, new Dictionary<string, string> { ["longer"] = text }, Stop);

        (made.Description, made.Tags["long"]).Should().Be((cut, cut));
        var updated = (await registry.ListVersionsAsync(version.Model, Stop)).Single();
        (updated.Description, updated.Tags["longer"]).Should().Be((cut, cut));
    }

    [Fact]
    public async Task What_is_told_of_a_model_or_version_that_is_not_there_is_refused()
    {
        var (runs, registry) = await OpenAsync();
        await using var _ = runs;
        var version = await ModelAsync(runs, registry);
        await registry.EnsureVersionAsync(version, Stop);
        var missing = Unique("missing");

        await ShouldBeRefusedAsync(() => registry.EnsureVersionAsync(version with { Model = missing }, Stop), $"*{missing}*");
        await ShouldBeRefusedAsync(() => registry.UpdateVersionAsync(version.Model, 7, "x", None, Stop), $"*{version.Model}*7*");
        await ShouldBeRefusedAsync(() => registry.UpdateVersionAsync(version.Model, 7, null, new Dictionary<string, string> { ["a"] = "b" }, Stop), $"*{version.Model}*7*");
        await ShouldBeRefusedAsync(() => registry.SetAliasAsync(version.Model, "champion", 7, Stop), $"*{version.Model}*7*");
        await ShouldBeRefusedAsync(() => registry.SetAliasAsync(missing, "champion", 1, Stop), $"*{missing}*");
        (await registry.ListVersionsAsync(missing, Stop)).Should().BeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a:b")]
    public async Task Names_of_models_that_MLflow_does_not_take_are_refused(string model)
    {
        var (runs, registry) = await OpenAsync();
        await using var _ = runs;

        await ShouldBeRefusedAsync(() => registry.EnsureModelAsync(model, null, None, Stop));
    }

    [Fact]
    public async Task Names_of_tags_that_MLflow_does_not_take_are_refused()
    {
        var (runs, registry) = await OpenAsync();
        await using var _ = runs;
        var version = await ModelAsync(runs, registry);
        var tags = new Dictionary<string, string> { ["a<b"] = "x" };

        await ShouldBeRefusedAsync(() => registry.EnsureModelAsync(version.Model, null, tags, Stop));
        await ShouldBeRefusedAsync(() => registry.EnsureVersionAsync(version with { Tags = tags }, Stop));
        await registry.EnsureVersionAsync(version, Stop);
        await ShouldBeRefusedAsync(() => registry.UpdateVersionAsync(version.Model, 1, null, tags, Stop));
    }
}
