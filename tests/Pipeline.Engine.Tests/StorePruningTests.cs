namespace Pipeline.Engine.Tests;

/// <summary>Which outputs may go, and that none goes that a process has. A second store over the same folder stands for another process: locks of files are each store's own.</summary>
public sealed class StorePruningTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("pruned store ");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task An_output_that_nobody_uses_is_removed_whole()
    {
        await MakeAndEndAsync(Key("a"));
        var store = NewStore();
        var entry = store.Entries().Single();

        store.TryRemove(entry).Should().BeTrue();

        entry.Stage.Should().Be("Train");
        entry.Record!.Key.Parts.Should().Equal(Key("a").Parts);
        entry.Size.Bytes.Should().BeGreaterThan("content".Length);
        store.Entries().Should().BeEmpty();
        store.Find(Key("a"), out var fault).Should().BeNull();
        fault.Should().BeNull();
        Directory.EnumerateFileSystemEntries(Path.Combine(_root.FullName, "tmp")).Should().BeEmpty();
    }

    [Fact]
    public async Task An_output_that_was_made_or_restored_is_kept_as_long_as_its_process_lives()
    {
        var maker = NewStore();
        await MakeAsync(maker, Key("made"));
        await MakeAndEndAsync(Key("restored"));
        var restorer = NewStore();
        await MakeAsync(restorer, Key("restored"));
        var store = NewStore();

        var entries = store.Entries();

        entries.Should().HaveCount(2).And.OnlyContain(entry => RunStore.IsInUse(entry));
        entries.Select(store.TryRemove).Should().Equal(false, false);
        GC.KeepAlive(maker);
        GC.KeepAlive(restorer);
    }

    [Fact]
    public async Task An_output_that_was_found_otherwise_can_be_kept()
    {
        await MakeAndEndAsync(Key("a"));
        var reader = NewStore();
        var store = NewStore();
        reader.Use(reader.Outputs("Train").Single());

        store.TryRemove(store.Entries().Single()).Should().BeFalse();
        GC.KeepAlive(reader);
    }

    [Fact]
    public async Task An_output_that_was_used_since_it_was_listed_is_kept()
    {
        await MakeAndEndAsync(Key("a"));
        var store = NewStore();
        var entry = store.Entries().Single();
        await MakeAndEndAsync(Key("a"));

        store.TryRemove(entry).Should().BeFalse();
        store.TryRemove(store.Entries().Single()).Should().BeTrue();
    }

    [Fact]
    public async Task A_hit_counts_as_use_and_a_look_does_not()
    {
        await MakeAndEndAsync(Key("a"));
        var made = NewStore().Entries().Single().LastUsed;
        NewStore().Find(Key("a"), out _).Should().NotBeNull();
        NewStore().Entries().Single().LastUsed.Should().Be(made);

        await MakeAndEndAsync(Key("a"));

        NewStore().Entries().Single().LastUsed.Should().BeAfter(made);
    }

    [Fact]
    public async Task The_newest_record_is_that_which_was_used_last()
    {
        await MakeAndEndAsync(Key("a"));
        await MakeAndEndAsync(Key("b"));
        NewStore().FindNewest("Train", "flights")!.Key.Parts["dataset"].Should().Be("b");

        await MakeAndEndAsync(Key("a"));

        NewStore().FindNewest("Train", "flights")!.Key.Parts["dataset"].Should().Be("a");
    }

    [Fact]
    public async Task An_output_of_before_its_use_was_noted_is_as_old_as_its_record()
    {
        await MakeAndEndAsync(Key("a"));
        var entry = NewStore().Entries().Single();
        File.Delete(Path.Combine(entry.Directory, "used"));

        var found = NewStore().Entries().Single();

        found.LastUsed.Should().Be(entry.Record!.CreatedAt);
        RunStore.IsInUse(found).Should().BeFalse();
        NewStore().TryRemove(found).Should().BeTrue();
    }

    [Theory]
    [InlineData("record.json")]
    [InlineData("output")]
    [InlineData("output/model.txt")]
    public async Task What_can_never_be_restored_has_no_record(string gone)
    {
        await MakeAndEndAsync(Key("a"));
        var path = Path.Combine(NewStore().Entries().Single().Directory, gone);
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }

        NewStore().Entries().Single().Record.Should().BeNull();
        NewStore().TryRemove(NewStore().Entries().Single()).Should().BeTrue();
    }

    [Fact]
    public async Task Two_that_prune_at_once_remove_each_output_once()
    {
        for (var i = 0; i < 20; i++)
        {
            await MakeAndEndAsync(Key($"{i}"));
        }

        var removed = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            var store = NewStore();
            return store.Entries().Count(store.TryRemove);
        })));

        removed.Sum().Should().Be(20);
        NewStore().Entries().Should().BeEmpty();
    }

    [Fact]
    public async Task A_run_that_is_pruned_at_the_same_time_always_has_its_outputs()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var pruning = Task.Run(
            () =>
            {
                var removed = 0;
                while (!stop.IsCancellationRequested)
                {
                    var store = NewStore();
                    removed += store.Entries().Count(store.TryRemove);
                }

                return removed;
            },
            Token);

        for (var i = 0; i < 40; i++)
        {
            var run = NewStore();
            var (directory, _) = await run.GetOrMakeAsync(Key($"{i % 2}"), WriteAsync, Token);
            (await File.ReadAllTextAsync(Path.Combine(directory, "model.txt"), Token)).Should().Be("content");
            (await run.GetOrMakeAsync(Key($"{i % 2}"), WriteAsync, Token)).Restored.Should().BeTrue();
            EndProcess(run);
        }

        await stop.CancelAsync();
        (await pruning).Should().BeGreaterThanOrEqualTo(0);
    }

    private static StageKey Key(string dataset) => new("Train", "flights", new Dictionary<string, string> { ["dataset"] = dataset });

    private static Task WriteAsync(string directory, CancellationToken token) => File.WriteAllTextAsync(Path.Combine(directory, "model.txt"), "content", token);

    private static Task<(string Directory, bool Restored)> MakeAsync(RunStore store, StageKey key) => store.GetOrMakeAsync(key, WriteAsync, Token);

    /// <summary>As by a process that has ended.</summary>
    private async Task MakeAndEndAsync(StageKey key)
    {
        var store = NewStore();
        await MakeAsync(store, key);
        EndProcess(store);
    }

    private static void EndProcess(RunStore store) => store.LetGo();

    private RunStore NewStore() => new(_root.FullName, TimeProvider.System);
}
