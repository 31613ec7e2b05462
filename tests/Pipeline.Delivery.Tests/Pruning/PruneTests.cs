using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Promotion;
using Pipeline.Delivery.Pruning;
using Pipeline.Delivery.Training;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Pruning;

/// <summary>What the Prune target removes, over stores that the real stages have filled.</summary>
public sealed class PruneTests(TrainedStore trained) : IDisposable
{
    private static readonly DataSize Nothing = new(0);
    private static readonly DataSize Plenty = new(1L << 40);

    private readonly Stages _stages = trained.Copy();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _stages.Dispose();

    [Fact]
    public async Task What_the_next_run_restores_stays_and_what_it_does_not_goes()
    {
        await _stages.PackageAsync(_stages.WithStump);
        await _stages.RunAsync(_stages.NewDelivery());
        using var later = _stages.Restarted();

        await PruneAsync(later, Nothing);

        Kept(later).Should().Equal("Bundle 1", "Evaluate 1", "Gate 1", "Package 1", "PrepareData 1", "Service 1", "SmokeTest 1", "Train 1");
        later.Fixture.LastTable()[0].Should().StartWith(["kept", "bids: the next run restores it", "Bundle, Evaluate, Gate, Package, PrepareData, Service, SmokeTest, Train"]);
        later.Fixture.LastTable()[1].Should().StartWith(["removed", "not used for the longest time", "Evaluate, Gate, Package, Train"]);
        later.Fixture.Log.Should().ContainMatch("Prune: * before, * after (--keep 0 B); 4 of 12 outputs removed").And.ContainMatch("Prune: what must stay takes *, more than --keep 0 B.*");
        (await PlanAsync(later)).Should().OnlyContain(would => would == "restore");
    }

    [Fact]
    public async Task The_repeated_training_of_a_gate_stays_with_the_training()
    {
        foreach (var definition in new[] { _stages.Definition, _stages.WithStump })
        {
            var (dataset, candidate, _) = await _stages.EvaluateAsync(definition);
            await new TrainStage(_stages.Runner, Stages.Code).RepeatAsync(candidate, dataset, definition, Token);
        }

        using var later = _stages.Restarted();

        await PruneAsync(later, Nothing);

        Kept(later).Should().Equal("Evaluate 1", "PrepareData 1", "Train 1", "TrainAgain 1");
    }

    [Fact]
    public async Task What_stages_run_and_would_be_rolled_back_to_stays_with_the_rows_it_was_trained_on()
    {
        var oldest = await _stages.PackageAsync(Seeded(2));
        var before = await _stages.PackageAsync(_stages.WithStump);
        var now = await _stages.PackageAsync(Seeded(3));
        _stages.Promote(oldest, "dev");
        _stages.Promote(before, "dev");
        _stages.Promote(now, "dev");
        _stages.Promote(before, "staging");
        SmallModel.Write(_stages.ModelDirectory, SmallModel.Definition.Replace("label: won", "label: won\n  maxCategories: 99", StringComparison.Ordinal));
        using var later = _stages.Restarted();

        await PruneAsync(later, Nothing);

        var champions = new ChampionSource(later.Ledger, later.Runner.Store, images: null);
        champions.FindInStore(now.Stored.Package.Digest).Should().NotBeNull();
        champions.FindInStore(before.Stored.Package.Digest).Should().NotBeNull();
        champions.FindInStore(oldest.Stored.Package.Digest).Should().BeNull();
        Kept(later).Should().Equal("Package 2", "PrepareData 1");
        later.Fixture.LastTable().Select(row => row[1]).Should().Contain(["bids: dev runs it", "bids: staging runs it"]);
    }

    [Fact]
    public async Task Of_a_rollback_the_stage_keeps_what_it_runs_and_what_it_ran_before_that()
    {
        var first = await _stages.PackageAsync(Seeded(2));
        var second = await _stages.PackageAsync(_stages.WithStump);
        _stages.Promote(first, "dev");
        _stages.Promote(second, "dev");
        using var later = _stages.Restarted();

        await PruneAsync(later, Nothing);

        later.Fixture.LastTable().Should().Contain(row => row[1] == "bids: dev would be rolled back to it" && row[2].Contains("Package"));
        new ChampionSource(later.Ledger, later.Runner.Store, images: null).FindInStore(first.Stored.Package.Digest).Should().NotBeNull();
    }

    [Fact]
    public async Task Within_the_bound_nothing_goes_but_what_is_harmed()
    {
        await _stages.PackageAsync(_stages.WithStump);
        using var later = _stages.Restarted();
        var harmed = Directory.EnumerateDirectories(Path.Combine(later.Fixture.Artifacts, "store", "Gate")).Single();
        File.Delete(Path.Combine(harmed, "record.json"));
        Directory.CreateDirectory(Path.Combine(later.Fixture.Artifacts, "store", "Train", "left over by a crash"));

        await PruneAsync(later, Plenty);

        later.Fixture.LastTable().Single(row => row[0] == "removed").Should().StartWith(["removed", "harmed, can never be restored", "Gate, Train"]);
        Directory.Exists(harmed).Should().BeFalse();
        Kept(later).Should().Equal("Evaluate 2", "Package 1", "PrepareData 1", "Train 2");
    }

    [Fact]
    public async Task What_was_not_used_for_the_longest_time_goes_first_and_no_more_than_must()
    {
        await _stages.TrainAsync(Seeded(2));
        await _stages.TrainAsync(Seeded(3));
        using var later = _stages.Restarted();
        var store = new RunStore(later.Fixture.Artifacts, TimeProvider.System);
        var trainings = store.Entries().Where(entry => entry.Stage == TrainStage.Name).OrderBy(entry => entry.LastUsed).ToList();
        // The one of the definition as it is stays, though it is the oldest.
        var total = store.Entries().Sum(entry => entry.Size.Bytes);

        await PruneAsync(later, new DataSize(total - 1));

        trainings.Select(entry => Directory.Exists(entry.Directory)).Should().Equal(true, false, true);
        later.Fixture.LastTable().Should().Contain(row => row[0] == "kept" && row[1] == "used last, and there is room" && row[2] == "Train");
    }

    [Fact]
    public async Task A_dry_run_shows_and_removes_nothing()
    {
        await _stages.PackageAsync(_stages.WithStump);
        using var later = _stages.Restarted();
        var before = Kept(later);

        await PruneAsync(later, Nothing, isDryRun: true);

        Kept(later).Should().Equal(before);
        later.Fixture.LastTable().Should().Contain(row => row[0] == "would go" && row[1] == "not used for the longest time");
        later.Fixture.Log.Should().ContainMatch("Prune: * before, * would be left (--keep 0 B); 4 of * outputs would be removed");
    }

    [Fact]
    public async Task What_a_running_process_uses_stays()
    {
        await _stages.PackageAsync(_stages.WithStump);

        await PruneAsync(_stages, Nothing);

        _stages.Fixture.LastTable().Should().Contain(row => row[0] == "kept" && row[1] == "a running process uses it" && row[2] == "Evaluate, Gate, Package, Train");
        (await _stages.PackageAsync(_stages.WithStump)).Stored.Package.Digest.IsEmpty.Should().BeFalse();
    }

    [Fact]
    public async Task Of_a_model_that_cannot_be_read_everything_stays()
    {
        await _stages.PackageAsync(_stages.WithStump);
        SmallModel.Write(_stages.ModelDirectory, "name: [");
        using var later = _stages.Restarted();
        SmallModel.Write(later.ModelDirectory, "name: [");
        var before = Kept(later);

        await PruneAsync(later, Nothing);

        Kept(later).Should().Equal(before);
        later.Fixture.Log.Should().ContainMatch("Prune: everything of bids is kept: *");
        later.Fixture.LastTable().Should().OnlyContain(row => row[1] == "bids: what it needs cannot be told");
    }

    [Fact]
    public async Task Outputs_of_a_model_that_is_no_more_go()
    {
        await _stages.PackageAsync();
        using var later = _stages.Restarted();
        Directory.Delete(later.ModelDirectory, recursive: true);

        await PruneAsync(later, Nothing);

        Kept(later).Should().BeEmpty();
    }

    [Fact]
    public async Task Two_that_prune_at_once_do_not_count_what_the_other_removes()
    {
        await _stages.PackageAsync(_stages.WithStump);
        using var later = _stages.Restarted();
        using var other = new StageFixture();
        var options = OptionsOf(later);

        await Task.WhenAll(
            Task.Run(() => ModelDelivery.PruneAsync(options, new PruneSettings(Nothing, IsDryRun: false), later.Runner.Log, Token), Token),
            Task.Run(() => ModelDelivery.PruneAsync(options, new PruneSettings(Nothing, IsDryRun: false), other.Runner.Log, Token), Token));

        later.Fixture.Log.Concat(other.Log).Count(line => line.EndsWith("4 of 7 outputs removed", StringComparison.Ordinal)).Should().Be(1);
        later.Fixture.Log.Concat(other.Log).Count(line => line.EndsWith("0 of 3 outputs removed", StringComparison.Ordinal)).Should().Be(1);
        Kept(later).Should().Equal("Evaluate 1", "PrepareData 1", "Train 1");
    }

    private ModelDefinition Seeded(int seed) => _stages.Definition with { Training = _stages.WithStump.Training with { Seed = seed, Trainers = [SmallModel.Stump with { Trees = SmallModel.Stump.Trees + seed }] } };

    private static DeliveryOptions OptionsOf(Stages stages) => new(stages.Fixture.Root, null, null, null, null, NoDocker: true);

    private static Task PruneAsync(Stages stages, DataSize keep, bool isDryRun = false) => ModelDelivery.PruneAsync(OptionsOf(stages), new PruneSettings(keep, isDryRun), stages.Runner.Log, Token);

    private static async Task<IReadOnlyList<string>> PlanAsync(Stages stages)
    {
        await stages.NewDelivery().PlanAsync(Token);
        return [.. stages.Fixture.LastTable().Select(cells => cells[1])];
    }

    private static IReadOnlyList<string> Kept(Stages stages) =>
        [.. Directory.EnumerateDirectories(Path.Combine(stages.Fixture.Artifacts, "store")).OrderBy(path => path, StringComparer.Ordinal)
            .Select(stage => $"{Path.GetFileName(stage)} {Directory.EnumerateDirectories(stage).Count()}").Where(line => !line.EndsWith(" 0", StringComparison.Ordinal))];
}
