namespace Pipeline.Engine.Tests;

public sealed class RunStoreTests : IDisposable
{
    private static readonly StageKey Key = new("Train", "flights", new Dictionary<string, string> { ["dataset"] = "a", ["code"] = "b" });

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("run store ");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task An_output_is_made_once_and_restored_afterwards()
    {
        var store = NewStore();
        var made = 0;

        var first = await store.GetOrMakeAsync(Key, Write, TestContext.Current.CancellationToken);
        var second = await store.GetOrMakeAsync(Key, Write, TestContext.Current.CancellationToken);

        made.Should().Be(1);
        first.Restored.Should().BeFalse();
        second.Restored.Should().BeTrue();
        second.Directory.Should().Be(first.Directory);

        Task Write(string directory, CancellationToken token)
        {
            made++;
            return File.WriteAllTextAsync(Path.Combine(directory, "model.txt"), "content", token);
        }
    }

    [Theory]
    [InlineData("changed")]
    [InlineData("deleted")]
    [InlineData("added")]
    [InlineData("truncated")]
    [InlineData("record")]
    [InlineData("record gone")]
    [InlineData("output gone")]
    [InlineData("all gone")]
    [InlineData("a file instead")]
    public async Task A_harmed_output_does_not_count_and_is_made_anew(string harm)
    {
        var store = NewStore();
        var (directory, _) = await store.GetOrMakeAsync(Key, WriteContent, TestContext.Current.CancellationToken);
        var file = Path.Combine(directory, "model.txt");
        switch (harm)
        {
            case "changed": await File.WriteAllTextAsync(file, "other", TestContext.Current.CancellationToken); break;
            case "deleted": File.Delete(file); break;
            case "truncated": await File.WriteAllTextAsync(file, "cont", TestContext.Current.CancellationToken); break;
            case "record gone": File.Delete(Path.Combine(directory, "..", "record.json")); break;
            case "output gone": Directory.Delete(directory, recursive: true); break;
            case "all gone":
                Directory.Delete(Path.GetDirectoryName(directory)!, recursive: true);
                Directory.CreateDirectory(Path.GetDirectoryName(directory)!);
                break;
            case "a file instead":
                Directory.Delete(Path.GetDirectoryName(directory)!, recursive: true);
                await File.WriteAllTextAsync(Path.GetDirectoryName(directory)!, "a file", TestContext.Current.CancellationToken);
                break;
            case "added": await File.WriteAllTextAsync(file + "2", "other", TestContext.Current.CancellationToken); break;
            default: await File.WriteAllTextAsync(Path.Combine(directory, "..", "record.json"), "{", TestContext.Current.CancellationToken); break;
        }

        store.Find(Key, out var fault).Should().BeNull();
        var again = await store.GetOrMakeAsync(Key, WriteContent, TestContext.Current.CancellationToken);

        fault.Should().NotBeNullOrEmpty();
        again.Restored.Should().BeFalse();
        (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Should().Be("content");
    }

    [Theory]
    [InlineData("null")]
    [InlineData("""{"key": null, "files": null}""")]
    [InlineData("""{"key": {"stage": "Train", "model": "flights"}, "files": {}}""")]
    [InlineData("""{"key": {"stage": "Train", "model": "flights", "parts": {"code": null}}, "files": {}}""")]
    [InlineData("""{"key": {"stage": "Train", "model": "flights", "parts": {}}, "files": {"model.txt": null}}""")]
    [InlineData("""{"key": {"stage": "Train", "model": "flights", "parts": {"dataset": "other"}}, "files": {}}""")]
    public async Task A_record_with_parts_left_out_or_of_other_inputs_does_not_count(string record)
    {
        var store = NewStore();
        var (directory, _) = await store.GetOrMakeAsync(Key, WriteContent, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(directory, "..", "record.json"), record, TestContext.Current.CancellationToken);

        store.Find(Key, out var fault).Should().BeNull();
        store.FindNewest(Key.Stage, "none").Should().BeNull();

        fault.Should().StartWith("its record ");
        (await store.GetOrMakeAsync(Key, WriteContent, TestContext.Current.CancellationToken)).Restored.Should().BeFalse();
    }

    [Fact]
    public async Task A_failed_stage_leaves_nothing()
    {
        var store = NewStore();

        var act = () => store.GetOrMakeAsync(
            Key,
            async (directory, token) =>
            {
                await WriteContent(directory, token);
                throw new InvalidOperationException("half done");
            },
            TestContext.Current.CancellationToken);

        await act.Should().ThrowAsync<InvalidOperationException>();
        store.Find(Key, out _).Should().BeNull();
        Directory.EnumerateFileSystemEntries(Path.Combine(_root.FullName, "tmp")).Should().BeEmpty();
    }

    [Fact]
    public async Task Two_runs_at_once_make_an_output_once()
    {
        var made = 0;

        var runs = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => NewStore().GetOrMakeAsync(
            Key,
            async (directory, token) =>
            {
                Interlocked.Increment(ref made);
                await Task.Delay(50, token);
                await WriteContent(directory, token);
            },
            TestContext.Current.CancellationToken))));

        made.Should().Be(1);
        runs.Count(run => run.Restored).Should().Be(7);
    }

    [Fact]
    public void No_folder_is_taken_for_abandoned_while_it_is_made()
    {
        // Each new store looks for abandoned folders.
        Parallel.For(0, 2_000, new ParallelOptions { MaxDegreeOfParallelism = 16 }, _ =>
        {
            using var scratch = NewStore().CreateScratch();
            File.WriteAllText(Path.Combine(scratch.Path, "content"), "in use");
            NewStore();
            File.Exists(Path.Combine(scratch.Path, "content")).Should().BeTrue();
        });
    }

    [Fact]
    public void What_a_killed_run_left_is_removed_and_what_a_living_one_holds_is_kept()
    {
        using var living = NewStore().CreateScratch();
        var abandoned = Path.Combine(_root.FullName, "tmp", "1-abandoned");
        Directory.CreateDirectory(abandoned);
        File.WriteAllText(Path.Combine(_root.FullName, "tmp", "2-only-its-lock.owner"), string.Empty);

        NewStore();

        Directory.Exists(living.Path).Should().BeTrue();
        Directory.EnumerateFileSystemEntries(Path.Combine(_root.FullName, "tmp")).Should().HaveCount(2, "the living folder and its lock are left");
    }

    [Fact]
    public async Task The_newest_record_tells_what_a_stage_ran_with()
    {
        var store = NewStore();
        await store.GetOrMakeAsync(Key, WriteContent, TestContext.Current.CancellationToken);

        var newest = store.FindNewest("Train", "flights");

        newest!.Key.Parts.Should().Equal(Key.Parts);
        store.FindNewest("Train", "another").Should().BeNull();
    }

    [Fact]
    public async Task Records_keep_what_inputs_are_made_of_and_those_of_before_are_read()
    {
        var store = NewStore();
        var key = new StageKey("Train", "flights", new StageInputs { ["settings"] = new StageInput("a") { Details = new Dictionary<string, string> { ["training.seed"] = "1" } }, ["code"] = "b" });
        var (directory, _) = await store.GetOrMakeAsync(key, WriteContent, TestContext.Current.CancellationToken);

        store.FindNewest("Train", "flights")!.Key.Details["settings"].Should().Equal(new Dictionary<string, string> { ["training.seed"] = "1" });

        var record = Path.Combine(directory, "..", "record.json");
        var without = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(record, TestContext.Current.CancellationToken))!;
        without["key"]!.AsObject().Remove("details").Should().BeTrue();
        await File.WriteAllTextAsync(record, without.ToJsonString(), TestContext.Current.CancellationToken);

        store.FindNewest("Train", "flights")!.Key.Details.Should().BeEmpty();
        store.Find(key, out var fault).Should().NotBeNull(fault);
    }

    [Fact]
    public async Task A_forced_output_of_the_same_bytes_stays_where_it_is_and_another_takes_its_place()
    {
        var store = NewStore();
        var (directory, _) = await store.GetOrMakeAsync(Key, WriteContent, TestContext.Current.CancellationToken);
        var record = Path.Combine(directory, "..", "record.json");
        var before = await File.ReadAllTextAsync(record, TestContext.Current.CancellationToken);

        var same = await NewStore().GetOrMakeAsync(Key, WriteContent, TestContext.Current.CancellationToken, isForced: true);
        (await File.ReadAllTextAsync(record, TestContext.Current.CancellationToken)).Should().Be(before);
        var other = await NewStore().GetOrMakeAsync(Key, (output, token) => File.WriteAllTextAsync(Path.Combine(output, "model.txt"), "other", token), TestContext.Current.CancellationToken, isForced: true);

        same.Should().Be((directory, false));
        other.Should().Be((directory, false));
        (await File.ReadAllTextAsync(Path.Combine(directory, "model.txt"), TestContext.Current.CancellationToken)).Should().Be("other");
        store.Find(Key, out var fault).Should().NotBeNull(fault);
        Directory.EnumerateDirectories(Path.Combine(_root.FullName, "store", "Train")).Should().ContainSingle();
        Directory.EnumerateFileSystemEntries(Path.Combine(_root.FullName, "tmp")).Should().BeEmpty();
    }

    [Fact]
    public async Task An_output_whose_replacement_was_killed_is_found_again()
    {
        var (directory, _) = await NewStore().GetOrMakeAsync(Key, WriteContent, TestContext.Current.CancellationToken);
        var entry = Path.GetDirectoryName(directory)!;
        Directory.Move(entry, entry + ".replaced");

        var store = NewStore();

        store.Find(Key, out var fault).Should().Be(directory, fault);
        Directory.Exists(entry + ".replaced").Should().BeFalse();
    }

    [Fact]
    public async Task An_output_whose_replacement_is_killed_while_another_run_goes_on_is_restored_by_that()
    {
        var store = NewStore();
        var (directory, _) = await store.GetOrMakeAsync(Key, WriteContent, TestContext.Current.CancellationToken);
        var entry = Path.GetDirectoryName(directory)!;
        Directory.Move(entry, entry + ".replaced");

        store.Outputs("Train").Should().BeEmpty();
        (await store.GetOrMakeAsync(Key, WriteContent, TestContext.Current.CancellationToken)).Should().Be((directory, true));
    }

    [Fact]
    public async Task What_was_replaced_when_a_run_was_killed_goes()
    {
        var (directory, _) = await NewStore().GetOrMakeAsync(Key, WriteContent, TestContext.Current.CancellationToken);
        var entry = Path.GetDirectoryName(directory)!;
        foreach (var file in Directory.EnumerateFiles(entry, "*", SearchOption.AllDirectories).ToList())
        {
            var copy = Path.Combine(entry + ".replaced", Path.GetRelativePath(entry, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        NewStore().Find(Key, out _).Should().Be(directory);

        Directory.Exists(entry + ".replaced").Should().BeFalse();
    }

    private static Task WriteContent(string directory, CancellationToken token) => File.WriteAllTextAsync(Path.Combine(directory, "model.txt"), "content", token);

    private RunStore NewStore() => new(_root.FullName, TimeProvider.System);
}
