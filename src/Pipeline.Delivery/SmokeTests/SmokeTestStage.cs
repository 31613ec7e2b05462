using Pipeline.Delivery.Images;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.SmokeTests;

/// <summary>Image or bundle → smoke pass: starts the service with the package and asks it for what it must be able to answer. Only passes are kept.</summary>
public sealed class SmokeTestStage(StageRunner runner)
{
    public const string Name = "SmokeTest";

    // Changes when the checks do.
    private const string Recipe = "1";

    private static readonly TimeSpan LogTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Tests the image in a container.</summary>
    /// <exception cref="PipelineException">Refused: a check failed. Tool error: the container cannot be started.</exception>
    public Task<SmokePass> RunAsync(PackagedModel package, ContainerImage image, DockerEngine engine, CancellationToken cancellationToken)
    {
        if (image.PackageDigest != package.Digest)
        {
            throw new PipelineException(ExitCode.ToolError, $"The image {image.Tag} holds the package {image.PackageDigest}, not {package} ({package.Digest}). Run ./build.sh Package.");
        }

        return RunAsync(package, EvidenceOf(package, image), async token => await ContainerTarget.StartAsync(engine, image.ImageId, runner.Log.Clock, token), cancellationToken);
    }

    /// <summary>Tests the service as a process of this machine.</summary>
    /// <param name="package">What it must serve.</param>
    /// <param name="binaries">Published for this machine's platform.</param>
    /// <param name="whyNoContainer">Why no image is tested, for the evidence.</param>
    /// <param name="cancellationToken">Cancelled: the process is killed.</param>
    /// <exception cref="PipelineException">Refused: a check failed. Tool error: the process cannot be started.</exception>
    public Task<SmokePass> RunAsync(PackagedModel package, ServiceBinaries binaries, string whyNoContainer, CancellationToken cancellationToken)
    {
        return RunAsync(package, EvidenceOf(package, binaries, whyNoContainer), _ => Task.FromResult<ISmokeTarget>(ProcessTarget.Start(package, binaries, runner.Log.Clock)), cancellationToken);
    }

    /// <summary>The key, for plans.</summary>
    /// <param name="package">What it must serve.</param>
    /// <param name="evidence">Of what is to be tested, without checks.</param>
    public static StageKey Key(PackagedModel package, SmokeEvidence evidence) => new(Name, package.Manifest.Name, new Dictionary<string, string>
    {
        ["recipe"] = Recipe,
        ["package"] = package.Digest.ToString(),
        [evidence.Target] = evidence.TargetDigest,
        ["not checked"] = string.Join('\n', evidence.NotChecked),
    });

    /// <summary>What a test of an image starts with.</summary>
    public static SmokeEvidence EvidenceOf(PackagedModel package, ContainerImage image) =>
        new(package.ToString(), package.Digest, SmokeEvidence.ContainerTarget, image.ImageId, [], []);

    /// <summary>What a test of a process starts with.</summary>
    public static SmokeEvidence EvidenceOf(PackagedModel package, ServiceBinaries binaries, string whyNoContainer) =>
        new(package.ToString(), package.Digest, SmokeEvidence.ProcessTarget, binaries.Digest.ToString(), [], [$"container: {whyNoContainer}"]);

    private async Task<SmokePass> RunAsync(PackagedModel package, SmokeEvidence evidence, Func<CancellationToken, Task<ISmokeTarget>> start, CancellationToken cancellationToken)
    {
        var pass = await runner.RunAsync<SmokePass>(Key(package, evidence), (output, token) => TestAsync(package, evidence, start, output, token), cancellationToken);
        foreach (var what in pass.NotChecked)
        {
            runner.Log.Warn($"{Name}: not checked: {what}");
        }

        return pass;
    }

    private async Task TestAsync(PackagedModel package, SmokeEvidence evidence, Func<CancellationToken, Task<ISmokeTarget>> start, string output, CancellationToken cancellationToken)
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

        await File.WriteAllBytesAsync(Path.Combine(output, SmokeEvidence.File), PackageJson.Serialize(evidence with { Checks = checks.Checks }), cancellationToken);
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
