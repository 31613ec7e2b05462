using Serilog;
using Serilog.Core;
using Serilog.Events;
using Spectre.Console;

namespace Pipeline.Engine.Tests;

public sealed class StageRunnerTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("stage runner ");
    private readonly Lines _lines = new();
    private readonly Logger _logger;

    public StageRunnerTests() => _logger = new LoggerConfiguration().WriteTo.Sink(_lines).CreateLogger();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _logger.Dispose();
        _root.Delete(recursive: true);
    }

    [Fact]
    public async Task A_forced_stage_is_run_once_although_it_is_stored()
    {
        await RunAsync(NewRunner(), "Train", "one");
        var forced = NewRunner("Train");

        var first = await RunAsync(forced, "Train", "one");
        var second = await RunAsync(forced, "Train", "two");
        var other = await RunAsync(forced, "Evaluate", "one");

        (first.Text, second.Text, other.Text).Should().Be(("one", "one", "one"));
        _lines.All.Should().ContainInOrder($"Train: is run, as --force Train asks; {Key("Train").Hash[..12]} is stored", "Train: gave what it gave before (one)");
        _lines.All.Count(line => line.StartsWith("Train: is run", StringComparison.Ordinal)).Should().Be(1);
        _lines.All.Should().NotContain(line => line.StartsWith("Evaluate: is run", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_forced_stage_that_gives_something_else_is_told_loudly_and_what_it_gave_is_stored()
    {
        await RunAsync(NewRunner(), "Train", "one");

        (await RunAsync(NewRunner("Train"), "Train", "two")).Text.Should().Be("two");

        _lines.All.Should().ContainSingle(line => line.StartsWith("Train IS NOT REPRODUCIBLE: the same inputs (", StringComparison.Ordinal) && line.Contains(") gave two now, and one before.", StringComparison.Ordinal));
        (await RunAsync(NewRunner(), "Train", "three")).Text.Should().Be("two");
    }

    [Fact]
    public async Task A_forced_stage_that_refuses_what_had_passed_takes_that_away()
    {
        await RunAsync(NewRunner(), "Gate", "passed");

        var refused = () => NewRunner("Gate").RunAsync<Note>(Key("Gate"), (_, _) => throw new PipelineException(ExitCode.Refused, "no"), Token);

        await refused.Should().ThrowAsync<PipelineException>();
        _lines.All[^1].Should().StartWith("Gate: the same inputs had passed before; that output (");
        NewRunner().Plan<Note>(Key("Gate")).Plan.WillRun.Should().BeTrue();
    }

    [Fact]
    public async Task A_forced_stage_that_fails_leaves_what_is_stored()
    {
        await RunAsync(NewRunner(), "Train", "one");

        var failed = () => NewRunner("Train").RunAsync<Note>(Key("Train"), (_, _) => throw new PipelineException(ExitCode.ToolError, "no"), Token);

        await failed.Should().ThrowAsync<PipelineException>();
        NewRunner().Plan<Note>(Key("Train")).Plan.Why.Should().Be("inputs unchanged");
    }

    [Fact]
    public async Task A_plan_shows_what_is_forced_with_the_output_that_is_stored()
    {
        await RunAsync(NewRunner(), "Train", "one");

        var (plan, artifact) = NewRunner("Train").Plan<Note>(Key("Train"));

        plan.Should().BeEquivalentTo(new { Stage = "Train", WillRun = true, Why = "--force Train" });
        artifact!.Text.Should().Be("one");
    }

    [Fact]
    public async Task A_harmed_output_is_told_before_it_is_made_anew()
    {
        await RunAsync(NewRunner(), "Train", "one");
        await File.WriteAllTextAsync(Directory.EnumerateFiles(_root.FullName, Note.File, SearchOption.AllDirectories).Single(), "harmed", Token);

        (await RunAsync(NewRunner(), "Train", "one")).Text.Should().Be("one");

        _lines.All.Should().ContainSingle(line => line.EndsWith("does not count (note.txt has changed); it is made anew.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_many_changes_the_first_are_told_and_how_many_more()
    {
        var runner = NewRunner();
        await runner.RunAsync<Note>(Key("Train", seed: 0), Write("one"), Token);

        runner.Plan<Note>(Key("Train", seed: 1)).Plan.Why.Should().Be("changed: s0: 0 → 1; s1: 0 → 1; s2: 0 → 1; s3: 0 → 1; and 2 more");
    }

    private static StageKey Key(string stage, int seed = 0) => new(stage, "flights", new StageInputs
    {
        ["settings"] = new StageInput($"{seed}") { Details = Enumerable.Range(0, 6).ToDictionary(i => $"s{i}", _ => $"{seed}") },
    });

    private static Task<Note> RunAsync(StageRunner runner, string stage, string text) => runner.RunAsync<Note>(Key(stage), Write(text), Token);

    private static Func<string, CancellationToken, Task> Write(string text) => (output, token) => File.WriteAllTextAsync(Path.Combine(output, Note.File), text, token);

    private StageRunner NewRunner(string? forced = null) => new(new RunStore(_root.FullName, TimeProvider.System), new RunLog(_logger, AnsiConsole.Create(new AnsiConsoleSettings()), TimeProvider.System))
    {
        Forced = forced is null ? null : new ForcedStages(forced, new HashSet<string> { forced }),
    };

    private sealed record Note(string Text) : IArtifact<Note>, IReproducible
    {
        public const string File = "note.txt";

        string IReproducible.Fingerprint => Text;

        public static Note Load(string directory) => new(System.IO.File.ReadAllText(Path.Combine(directory, File)));
    }

    private sealed class Lines : ILogEventSink
    {
        public List<string> All { get; } = [];

        public void Emit(LogEvent logEvent) => All.Add(logEvent.RenderMessage(System.Globalization.CultureInfo.InvariantCulture));
    }
}
