using Pipeline.Delivery.Publishing;
using Pipeline.Engine;

namespace Pipeline.Delivery.Images;

/// <summary>Finds the image to build on, in this order: the one asked for, the local one that the BaseImage target made, the default one by pulling it, one made now.</summary>
internal sealed class BaseImageResolver(StageRunner runner, DockerEngine engine)
{
    /// <summary>As in the Dockerfile; a test holds the two together.</summary>
    internal const string Default = "mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled";

    /// <param name="asked">What the user named; null if nothing.</param>
    /// <param name="cancellationToken">Stops a pull.</param>
    public async Task<(string Reference, EngineImage Image)> ResolveAsync(string? asked, CancellationToken cancellationToken)
    {
        if (await FindAsync(asked, cancellationToken) is { } found)
        {
            return found;
        }

        if (asked is not null)
        {
            var (image, fault) = await PullAsync(asked, cancellationToken);
            return (asked, image ?? throw new PipelineException(ExitCode.ToolError, $"The base image {asked} is not in the Docker engine and cannot be pulled: {fault} Name another with --base-image, or leave it out."));
        }

        var (pulled, reason) = await PullAsync(Default, cancellationToken);
        return pulled is not null ? (Default, pulled) : await MakeAsync(reason!, cancellationToken);
    }

    /// <summary>The same without pulling or making anything; null if it takes one of these.</summary>
    public async Task<(string Reference, EngineImage Image)?> FindAsync(string? asked, CancellationToken cancellationToken)
    {
        if (asked is null && await engine.FindImageAsync($"{BaseImageStage.Repository}:latest", cancellationToken) is { } local)
        {
            return (local.Tags.FirstOrDefault(tag => !tag.EndsWith(":latest", StringComparison.Ordinal)) ?? $"{BaseImageStage.Repository}:latest", local);
        }

        var reference = asked ?? Default;
        return await engine.FindImageAsync(reference, cancellationToken) is { } present ? (reference, present) : null;
    }

    private async Task<(string Reference, EngineImage Image)> MakeAsync(string reason, CancellationToken cancellationToken)
    {
        if (!DebianPackages.AreAvailable)
        {
            throw new PipelineException(ExitCode.ToolError, $"The base image {Default} cannot be pulled: {reason} Make one with ./build.sh BaseImage on Debian or Ubuntu, or name one with --base-image IMAGE.");
        }

        runner.Log.Warn($"The base image {Default} cannot be pulled ({reason}); one is made of Debian packages instead.");
        var made = await new BaseImageStage(runner, engine).RunAsync(cancellationToken);
        return (made.Reference, await engine.FindImageAsync(made.Reference, cancellationToken) ?? throw new PipelineException(ExitCode.ToolError, $"The base image {made.Reference} is gone from the Docker engine. Run ./build.sh BaseImage again."));
    }

    private async Task<(EngineImage? Image, string? Fault)> PullAsync(string reference, CancellationToken cancellationToken)
    {
        var credentials = await RegistryCredentials.FindAsync(RegistryOf(reference), cancellationToken);
        return await engine.TryPullAsync(reference, credentials, cancellationToken) is { } fault
            ? (null, fault.TrimEnd('.', '\n') + ".")
            : (await engine.FindImageAsync(reference, cancellationToken), "the engine pulled it and does not have it.");
    }

    // The engine's own rule: a first part with a dot or a port, or localhost, is a host; anything else is a repository of the engine's default registry.
    internal static string RegistryOf(string reference)
    {
        var first = reference.Split('/')[0];
        return reference.Contains('/', StringComparison.Ordinal) && (first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal) || first == "localhost")
            ? first
            : RegistryCredentials.DefaultRegistry;
    }
}
