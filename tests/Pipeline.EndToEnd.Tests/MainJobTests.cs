using System.Diagnostics;
using System.Globalization;
using System.Text;
using Pipeline.Delivery.Promotion;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.EndToEnd.Tests;

/// <summary>The main job as a newcomer runs it, on a machine with nothing but the .NET SDK.</summary>
public sealed partial class MainJobTests(FreshClone clone) : IClassFixture<FreshClone>
{
    private const string Small = "small";
    private const string WithoutData = "without-data";
    private const string Ambitious = "ambitious";
    private const string Shown = "shown";
    private const string Logged = "logged";
    private const int Kills = 20;

    private static readonly string[] AddedModels = [Small, WithoutData, Ambitious, Shown, Logged, NewPenguins, NewWeather, NewChurn];

    [Fact]
    public async Task A_fresh_clone_promotes_to_dev_and_says_where_everything_lies_and_what_staging_waits_for()
    {
        var first = await clone.BuildAsync("Promote", "--model", "flight-delay");

        first.ExitCode.Should().Be(0, first.Output);
        StatusWithoutAddedModels().Should().BeEmpty("records of dev are local");
        var package = StoredModel.Promoted(clone, "flight-delay", "dev");
        first.Output.Should().Contain(package.Digest.ToString()).And.Contain("model.onnx").And.Contain("report.html").And.Contain("0001.json").And.Contain("staging waits for");
        File.Exists(Path.Combine(clone.Path, "artifacts", "reports", "flight-delay", "report.html")).Should().BeTrue();

        var second = await clone.BuildAsync("Promote", "--model", "flight-delay");

        second.ExitCode.Should().Be(0, second.Output);
        second.Output.Should().Contain("already").And.Contain("Train: restored").And.Contain("Package: restored").And.Contain("SmokeTest: restored");
        StoredModel.Records(clone, "flight-delay", "dev").Should().ContainSingle();

        var refused = await clone.BuildAsync("Promote", "--model", "flight-delay", "--stage", "production");

        refused.ExitCode.Should().Be((int)ExitCode.Refused, refused.Output);
        refused.Output.Should().Contain("production takes what staging runs, and staging runs nothing of flight-delay yet").And.NotContain("PrepareData: ");

        // The service is no part of what is compared, and takes the longest.
        using var otherClone = new FreshClone();
        otherClone.TakeFromStore(clone, "Service");
        (await otherClone.BuildAsync("Promote")).ExitCode.Should().Be(0);
        var otherPackage = StoredModel.Promoted(otherClone, "flight-delay", "dev");
        otherPackage.Digest.Should().Be(package.Digest);
        Digest.OfFile(otherPackage.OnnxPath).Should().Be(Digest.OfFile(package.OnnxPath));
    }

    [Fact]
    public async Task Killed_at_twenty_random_moments_the_next_run_ends_the_same()
    {
        SmallModel.AddTo(clone, Small);
        string[] job = ["Promote", "--model", Small];
        (await clone.BuildAsync(job)).ExitCode.Should().Be(0, "the small model promotes");
        var expected = StoredModel.Promoted(clone, Small, "dev").Digest;
        ForgetAllButTheService();
        var watch = Stopwatch.StartNew();
        (await clone.BuildAsync(job)).ExitCode.Should().Be(0);
        var whole = watch.Elapsed;
        var random = new Random(20);

        for (var kill = 1; kill <= Kills; kill++)
        {
            ForgetAllButTheService();
            var moment = whole * random.NextDouble();
            await KillAfterAsync(moment, job);
            await AssertNothingRunsAsync();
            var because = string.Create(CultureInfo.InvariantCulture, $"it was killed {moment.TotalSeconds:0.00} s into the job (kill {kill} of {Kills}, the whole takes {whole.TotalSeconds:0.0} s)");

            var next = await clone.BuildAsync(job);

            next.ExitCode.Should().Be(0, because + next.Output);
            next.Output.Should().NotContain("is not logged", because);
            StoredModel.Promoted(clone, Small, "dev").Digest.Should().Be(expected, because);
            Ledger().Verify().Should().BeEmpty(because);
            Directory.EnumerateFileSystemEntries(Path.Combine(clone.Path, "artifacts", "tmp")).Should().BeEmpty(because);
        }
    }

    [Fact]
    public async Task Missing_data_ends_with_one_message_that_names_the_setting_and_the_files()
    {
        SmallModel.AddTo(clone, WithoutData);
        File.Delete(Path.Combine(clone.Path, "models", WithoutData, "data", "rows.csv"));

        var result = await clone.BuildAsync("Promote", "--model", WithoutData);

        result.ExitCode.Should().Be((int)ExitCode.Usage, result.Output);
        result.Output.Should().Contain("data/rows.csv").And.NotContain("   at Pipeline.");
        StoredModel.Records(clone, WithoutData, "dev").Should().BeEmpty();
    }

    [Fact]
    public async Task A_gate_that_says_no_ends_with_exit_code_2_a_table_and_a_report_and_nothing_is_promoted()
    {
        SmallModel.AddTo(clone, Ambitious, floor: "0.9999");

        var result = await clone.BuildAsync("Promote", "--model", Ambitious);

        result.ExitCode.Should().Be((int)ExitCode.Refused, result.Output);
        result.Output.Should().Contain("rocAuc ≥ 0.9999").And.Contain("FAIL").And.Contain("is refused");
        (await File.ReadAllTextAsync(Path.Combine(clone.Path, "artifacts", "reports", Ambitious, "report.html"), TestContext.Current.CancellationToken)).Should().Contain("FAIL");
        StoredModel.Records(clone, Ambitious, "dev").Should().BeEmpty();
    }

    [Fact]
    public async Task A_report_is_shown_of_a_refused_candidate_too()
    {
        SmallModel.AddTo(clone, Shown, floor: "0.9999");
        var programs = Directory.CreateDirectory(Path.Combine(clone.Path, "artifacts", "stand-ins")).FullName;
        var opener = Path.Combine(programs, "xdg-open");
        var opened = Path.Combine(programs, "opened");
        await File.WriteAllTextAsync(opener, $"#!/bin/sh\nprintf '%s' \"$1\" > '{opened}'\n", TestContext.Current.CancellationToken);
        using (var chmod = Process.Start("chmod", ["+x", opener]))
        {
            await chmod.WaitForExitAsync(TestContext.Current.CancellationToken);
        }


        var shown = await clone.BuildWithAsync(programs, "Report", "--model", Shown, "--open");

        shown.ExitCode.Should().Be((int)ExitCode.Refused, shown.Output);
        for (var attempt = 0; attempt < 100 && !(File.Exists(opened) && new FileInfo(opened).Length > 0); attempt++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        (await File.ReadAllTextAsync(opened, TestContext.Current.CancellationToken)).Should().Be(Path.Combine(clone.Path, "artifacts", "reports", Shown, "report.html"));
        StoredModel.Records(clone, Shown, "dev").Should().BeEmpty();

        await File.WriteAllTextAsync(opener, "#!/bin/sh\nexit 3\n", TestContext.Current.CancellationToken);
        var notShown = await clone.BuildWithAsync(programs, "Report", "--model", Shown, "--open");

        notShown.ExitCode.Should().Be((int)ExitCode.Refused, notShown.Output);
        notShown.Output.Should().Contain("Report: the browser cannot be started (exit code 3); open ");
    }

    [Fact]
    public async Task Interrupted_at_moments_of_training_it_ends_with_the_signals_exit_code_and_leaves_nothing()
    {
        SmallModel.AddTo(clone, Small);
        string[] job = ["Promote", "--model", Small, "--no-docker"];
        (await clone.BuildAsync(job)).ExitCode.Should().Be(0, "the tool and the service are built");
        (string Signal, int ExitCode)[] signals = [("TERM", 143), ("INT", 130), ("HUP", 129)];
        for (var attempt = 0; attempt < 6; attempt++)
        {
            ForgetAllButTheService();
            var (signal, exitCode) = signals[attempt % signals.Length];

            var result = await SignalAsync(signal, "║ Train", TimeSpan.FromMilliseconds(60 * attempt), job);

            result.ExitCode.Should().Be(exitCode, $"{signal} came {60 * attempt} ms into training; {result.Output}");
            await AssertNothingRunsAsync();
            Directory.EnumerateFileSystemEntries(Path.Combine(clone.Path, "artifacts", "tmp")).Should().BeEmpty();
        }
    }

    [Fact]
    public async Task A_signal_while_the_tool_is_built_ends_the_compilers_too()
    {
        (await clone.BuildAsync("--help")).ExitCode.Should().Be(0);
        File.Delete(Path.Combine(clone.Path, "build", "bin", "Release", "_build.dll"));

        var result = await SignalAsync("TERM", "building the build tool", TimeSpan.FromSeconds(1), ["--help"]);

        result.ExitCode.Should().Be(143, result.Output);
        await AssertNothingRunsAsync();
        (await clone.BuildAsync("--help")).ExitCode.Should().Be(0);
    }

    [Theory]
    [InlineData("<&- >&- 2>&-", 0)]
    [InlineData("> /dev/full", (int)ExitCode.ToolError)]
    public async Task Streams_that_are_closed_or_full_crash_nothing(string streams, int exitCode)
    {
        (await clone.BuildAsync("--help")).ExitCode.Should().Be(0);

        using var process = Process.Start("bash", ["-c", $"'{clone.Path}/build.sh' --help {streams}"]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        process.ExitCode.Should().Be(exitCode);
    }

    /// <summary>The other tests in this class add models to the clone they share.</summary>
    private IEnumerable<string> StatusWithoutAddedModels() =>
        clone.GitStatus().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !AddedModels.Any(model => line.EndsWith($" models/{model}/", StringComparison.Ordinal)));

    private PromotionLedger Ledger()
    {
        var artifacts = Path.Combine(clone.Path, "artifacts");
        return new PromotionLedger(Path.Combine(clone.Path, "models", Small), artifacts, new RunStore(artifacts, TimeProvider.System), TimeProvider.System);
    }

    /// <summary>So that the next run has everything to do, but for publishing the service, which would take most of the time and is the .NET SDK's own work.</summary>
    private void ForgetAllButTheService()
    {
        foreach (var stage in Directory.EnumerateDirectories(Path.Combine(clone.Path, "artifacts", "store")).Where(path => Path.GetFileName(path) != "Service"))
        {
            Directory.Delete(stage, recursive: true);
        }

        var stages = Path.Combine(clone.Path, "models", Small, "stages");
        if (Directory.Exists(stages))
        {
            Directory.Delete(stages, recursive: true);
        }
    }

    /// <summary>The killed run could end nobody; what it had started must end by itself.</summary>
    private async Task AssertNothingRunsAsync()
    {
        List<string> running = [];
        for (var attempt = 0; attempt < 100; attempt++)
        {
            running = [.. Directory.EnumerateDirectories("/proc").SelectMany(LinksOf).Where(link => link.StartsWith(clone.Path, StringComparison.Ordinal))];
            if (running.Count == 0)
            {
                return;
            }

            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        running.Should().BeEmpty("ten seconds are enough to notice that the parent is gone");
    }

    /// <summary>What a process runs, and where: compilers run in the clone's folder.</summary>
    private static IEnumerable<string> LinksOf(string process)
    {
        foreach (var name in new[] { "exe", "cwd" })
        {
            string? target = null;
            try
            {
                target = new FileInfo(Path.Combine(process, name)).LinkTarget;
            }
            catch (IOException)
            {
                // Gone meanwhile.
            }

            if (target is not null)
            {
                yield return target;
            }
        }
    }

    private async Task<RunResult> SignalAsync(string signal, string whenItPrints, TimeSpan delay, string[] job)
    {
        using var process = clone.StartBuild(job);
        var output = new StringBuilder();
        var printed = new TaskCompletionSource();
        DataReceivedEventHandler keep = (_, e) =>
        {
            lock (output)
            {
                output.AppendLine(e.Data);
            }

            if (e.Data?.Contains(whenItPrints, StringComparison.Ordinal) == true)
            {
                printed.TrySetResult();
            }
        };
        process.OutputDataReceived += keep;
        process.ErrorDataReceived += keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await printed.Task.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        await Task.Delay(delay, TestContext.Current.CancellationToken);
        using (var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        lock (output)
        {
            return new RunResult(process.ExitCode, output.ToString());
        }
    }

    private async Task KillAfterAsync(TimeSpan moment, string[] job)
    {
        using var process = clone.StartBuild(job);
        var kill = Task.Run(async () =>
        {
            await Task.Delay(moment);
            process.Kill();
        });
        await FreshClone.ReadBothAsync(process);
        await kill;
        await process.WaitForExitAsync();
    }
}
