namespace Pipeline.Tracking.Tests.Contract;

public abstract partial class ModelRegistryContract
{
    [Fact]
    public async Task An_alias_points_to_one_version_at_a_time()
    {
        var (runs, registry) = await OpenAsync();
        await using var _ = runs;
        var version = await ModelAsync(runs, registry);
        await registry.EnsureVersionAsync(version, Stop);
        await registry.EnsureVersionAsync(version with { Package = Package(2) }, Stop);

        await registry.SetAliasAsync(version.Model, "champion", 1, Stop);
        await registry.SetAliasAsync(version.Model, "champion", 1, Stop);
        await registry.SetAliasAsync(version.Model, "stage-production_2", 1, Stop);
        var before = await registry.FindByAliasAsync(version.Model, "champion", Stop);
        await registry.SetAliasAsync(version.Model, "champion", 2, Stop);
        var after = await registry.FindByAliasAsync(version.Model, "champion", Stop);

        (before!.Version, after!.Version).Should().Be((1, 2));
        before.Aliases.Should().BeEquivalentTo("champion", "stage-production_2");
        after.Aliases.Should().BeEquivalentTo("champion");
        after.Package.Should().Be(Package(2));
        (await registry.ListVersionsAsync(version.Model, Stop)).Select(listed => string.Join(' ', listed.Aliases)).Should().Equal("champion", "stage-production_2");
    }

    [Fact]
    public async Task An_alias_is_taken_away_and_may_be_again()
    {
        var (runs, registry) = await OpenAsync();
        await using var _ = runs;
        var version = await ModelAsync(runs, registry);
        await registry.EnsureVersionAsync(version, Stop);
        await registry.SetAliasAsync(version.Model, "champion", 1, Stop);

        await registry.DeleteAliasAsync(version.Model, "champion", Stop);
        await registry.DeleteAliasAsync(version.Model, "champion", Stop);

        (await registry.FindByAliasAsync(version.Model, "champion", Stop)).Should().BeNull();
        (await registry.ListVersionsAsync(version.Model, Stop)).Single().Aliases.Should().BeEmpty();
    }

    [Fact]
    public async Task Without_the_model_or_the_alias_there_is_no_version()
    {
        var (runs, registry) = await OpenAsync();
        await using var _ = runs;
        var version = await ModelAsync(runs, registry);
        var missing = Unique("missing");

        await registry.DeleteAliasAsync(missing, "champion", Stop);

        (await registry.FindByAliasAsync(version.Model, "champion", Stop)).Should().BeNull();
        (await registry.FindByAliasAsync(missing, "champion", Stop)).Should().BeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("latest")]
    [InlineData("Latest")]
    [InlineData("v12")]
    [InlineData("V1")]
    public async Task Names_of_aliases_that_MLflow_does_not_take_are_refused(string aliasName)
    {
        var (runs, registry) = await OpenAsync();
        await using var _ = runs;
        var version = await ModelAsync(runs, registry);
        await registry.EnsureVersionAsync(version, Stop);

        await ShouldBeRefusedAsync(() => registry.SetAliasAsync(version.Model, aliasName, 1, Stop));
    }

    [Fact]
    public async Task An_alias_may_have_255_letters_and_no_more()
    {
        var (runs, registry) = await OpenAsync();
        await using var _ = runs;
        var version = await ModelAsync(runs, registry);
        await registry.EnsureVersionAsync(version, Stop);

        await registry.SetAliasAsync(version.Model, new('a', 255), 1, Stop);
        await ShouldBeRefusedAsync(() => registry.SetAliasAsync(version.Model, new('a', 256), 1, Stop));

        (await registry.FindByAliasAsync(version.Model, new('a', 255), Stop))!.Version.Should().Be(1);
    }
}
