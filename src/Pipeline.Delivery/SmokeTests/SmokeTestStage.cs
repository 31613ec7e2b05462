using Pipeline.Delivery.Images;
using Pipeline.Delivery.SmokeTests.Operations;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.SmokeTests;

/// <summary>
/// Image or bundle → smoke pass: starts the service with the package and asks it for what it must be able to answer; then measures what it costs to operate, as a process of this machine, and
/// judges that by the operation gates. Only passes are kept.
/// </summary>
/// <param name="runner">Runs it.</param>
/// <param name="report">Is given what the operation gates said, of refused packages too; null for nobody.</param>
public sealed class SmokeTestStage(StageRunner runner, Action<OperationsVerdict>? report = null)
{
    public const string Name = "SmokeTest";

    // Changes when the checks do.
    private const string Recipe = "3";

    private static readonly TimeSpan LogTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Tests the image in a container.</summary>
    /// <exception cref="PipelineException">Refused: a check failed, or an operation gate said no. Tool error: the container cannot be started.</exception>
    public Task<SmokePass> RunAsync(PackagedModel package, ContainerImage image, DockerEngine engine, OperationsInputs operations, CancellationToken cancellationToken)
    {
        if (image.PackageDigest != package.Digest)
        {
            throw new PipelineException(ExitCode.ToolError, $"The image {image.Tag} holds the package {image.PackageDigest}, not {package} ({package.Digest}). Run ./build.sh Package.");
        }

        return RunAsync(
            package,
            EvidenceOf(package, image),
            async token => await ContainerTarget.StartAsync(engine, image.ImageId, runner.Log.Clock, token),
            operations,
            new ImageSizes(engine, whyNone: null),
            cancellationToken);
    }

    /// <summary>Tests the service as a process of this machine.</summary>
    /// <param name="package">What it must serve.</param>
    /// <param name="whyNoContainer">Why no image is tested, for the evidence.</param>
    /// <param name="operations">With the service.</param>
    /// <param name="cancellationToken">Cancelled: the process is killed.</param>
    /// <exception cref="PipelineException">Refused: a check failed, or an operation gate said no. Tool error: the process cannot be started.</exception>
    public Task<SmokePass> RunAsync(PackagedModel package, string whyNoContainer, OperationsInputs operations, CancellationToken cancellationToken) => RunAsync(
        package,
        EvidenceOf(package, operations.Service, whyNoContainer),
        _ => Task.FromResult<ISmokeTarget>(ProcessTarget.Start(package, operations.Service, runner.Log.Clock)),
        operations,
        new ImageSizes(engine: null, whyNoContainer),
        cancellationToken);

    /// <summary>The key, for plans.</summary>
    /// <param name="package">What it must serve.</param>
    /// <param name="evidence">Of what is to be tested, without checks.</param>
    /// <param name="operations">What operations are measured and judged with.</param>
    public static StageKey Key(PackagedModel package, SmokeEvidence evidence, OperationsInputs operations)
    {
        var parts = new StageInputs
        {
            ["recipe"] = Recipe,
            ["package"] = package.Digest.ToString(),
            [evidence.Target] = evidence.TargetDigest,
            ["not checked"] = string.Join('\n', evidence.NotChecked),
        };
        foreach (var (name, value) in operations.KeyParts())
        {
            parts[name] = value;
        }

        return new StageKey(Name, package.Manifest.Name, parts);
    }

    /// <summary>What a test of an image starts with.</summary>
    public static SmokeEvidence EvidenceOf(PackagedModel package, ContainerImage image) =>
        new(package.ToString(), package.Digest, SmokeEvidence.ContainerTarget, image.ImageId, [], []);

    /// <summary>What a test of a process starts with.</summary>
    public static SmokeEvidence EvidenceOf(PackagedModel package, ServiceBinaries binaries, string whyNoContainer) =>
        new(package.ToString(), package.Digest, SmokeEvidence.ProcessTarget, binaries.Digest.ToString(), [], [$"container: {whyNoContainer}"]);

    private async Task<SmokePass> RunAsync(
        PackagedModel package, SmokeEvidence evidence, Func<CancellationToken, Task<ISmokeTarget>> start, OperationsInputs operations, ImageSizes images, CancellationToken cancellationToken)
    {
        OperationsVerdict? refused = null;
        try
        {
            var pass = await runner.RunAsync<SmokePass>(
                Key(package, evidence, operations),
                async (output, token) =>
                {
                    var checks = await CheckAsync(evidence, package, start, token);
                    var verdict = await new OperationsTest(new ProcessMeasurer(runner.Log.Clock), images).RunAsync(package, operations, token);
                    refused = verdict.Passed() ? null : verdict;
                    OperationsTest.ThrowIfRefused(verdict, package);
                    await SaveAsync(output, evidence, checks, verdict, token);
                },
                cancellationToken);
            Show(pass.Operations);
            operations.Waivers.TellNotNeeded(runner.Log, Name, pass.Operations.Rows, areOfOperations: true);
            foreach (var what in pass.NotChecked)
            {
                runner.Log.Warn($"{Name}: not checked: {what}");
            }

            return pass;
        }
        catch (PipelineException) when (refused is not null)
        {
            Show(refused);
            throw;
        }
    }

    private async Task<IReadOnlyList<SmokeCheck>> CheckAsync(SmokeEvidence evidence, PackagedModel package, Func<CancellationToken, Task<ISmokeTarget>> start, CancellationToken cancellationToken)
    {
        await using var target = await start(cancellationToken);
        using var checks = new SmokeChecks(target, package, runner.Log.Clock);
        await checks.RunAsync(cancellationToken);
        runner.Log.Table(["check", "outcome", "seen"], checks.Checks.Select(check => new[] { check.Name, check.Passed ? "pass" : "FAIL", check.Detail }));
        if (!checks.Passed)
        {
            var failed = string.Join(", ", checks.Checks.Where(check => !check.Passed).Select(check => $"{check.Name} ({check.Detail})"));
            throw new PipelineException(
                ExitCode.Refused,
                $"The {evidence.Target} with {evidence.Model} failed its smoke test: {failed}. The end of its log:{Environment.NewLine}{await LogTailAsync(target, cancellationToken)}".TrimEnd());
        }

        return checks.Checks;
    }

    private static async Task SaveAsync(string output, SmokeEvidence evidence, IReadOnlyList<SmokeCheck> checks, OperationsVerdict verdict, CancellationToken cancellationToken)
    {
        var operations = PackageJson.Serialize(verdict);
        await File.WriteAllBytesAsync(Path.Combine(output, OperationsVerdict.File), operations, cancellationToken);
        await File.WriteAllBytesAsync(
            Path.Combine(output, SmokeEvidence.File), PackageJson.Serialize(evidence with { Checks = checks, OperationsDigest = Digest.Of(operations) }), cancellationToken);
    }

    private void Show(OperationsVerdict verdict)
    {
        OperationsTest.Show(verdict, runner.Log);
        report?.Invoke(verdict);
    }

    private async Task<string> LogTailAsync(ISmokeTarget target, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(LogTimeout, runner.Log.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await target.LogTailAsync(either.Token) is { Length: > 0 } text ? text : "(it printed nothing)";
        }
        catch (Exception e) when (e is IOException or HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return $"(its log cannot be read: {e.Message})";
        }
    }
}
