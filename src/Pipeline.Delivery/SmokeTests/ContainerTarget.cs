using Docker.DotNet;
using Docker.DotNet.Models;
using Pipeline.Delivery.Images;
using Pipeline.Engine;

namespace Pipeline.Delivery.SmokeTests;

/// <summary>
/// The service in a container that is held as a careful cluster would hold it: read-only root, no capabilities, no new privileges, 512 MB, few processes. It stops by itself if
/// the pipeline is killed, as its input ends then; the next run removes what is left of it.
/// </summary>
internal sealed class ContainerTarget : ISmokeTarget
{
    private const string Port = "8080/tcp";
    private const long MemoryBytes = 512L << 20;
    private const long MaxProcesses = 128;

    private const int RemovalAttempts = 20;
    private static readonly TimeSpan RemovalInterval = TimeSpan.FromMilliseconds(250);

    private readonly DockerEngine _engine;
    private readonly string _id;
    private readonly TimeProvider _clock;

    private MultiplexedStream? _input;

    private ContainerTarget(DockerEngine engine, string id, TimeProvider clock)
    {
        _engine = engine;
        _id = id;
        _clock = clock;
    }

    /// <summary>Removes the containers of owners on this machine that live no more, creates one and starts it.</summary>
    /// <exception cref="PipelineException">The image runs as root, or the container cannot be started.</exception>
    public static async Task<ContainerTarget> StartAsync(DockerEngine engine, string imageId, TimeProvider clock, CancellationToken cancellationToken)
    {
        await RemoveAbandonedAsync(engine, cancellationToken);
        try
        {
            // Not cancellable: a container that was created and whose ID is lost could not be removed.
            var created = await engine.Client.Containers.CreateContainerAsync(Parameters(imageId), CancellationToken.None);
            var target = new ContainerTarget(engine, created.ID, clock);
            try
            {
                target._input = await engine.Client.Containers.AttachContainerAsync(created.ID, new ContainerAttachParameters { Stream = true, Stdin = true }, cancellationToken);
                await engine.Client.Containers.StartContainerAsync(created.ID, new ContainerStartParameters(), cancellationToken);
                return target;
            }
            catch
            {
                await target.DisposeAsync();
                throw;
            }
        }
        catch (DockerApiException e)
        {
            throw new PipelineException(ExitCode.ToolError, $"A container of the image {imageId} cannot be started: {e.ResponseBody ?? e.Message}", e);
        }
    }

    public async Task<Uri?> TryGetAddressAsync(CancellationToken cancellationToken)
    {
        var container = await _engine.Client.Containers.InspectContainerAsync(_id, cancellationToken);
        return container.NetworkSettings?.Ports is { } ports && ports.TryGetValue(Port, out var bindings) && bindings is [{ HostPort: { Length: > 0 } hostPort }, ..]
            ? new Uri($"http://{_engine.HostName}:{hostPort}")
            : null;
    }

    public async Task<bool> HasExitedAsync(CancellationToken cancellationToken) =>
        (await _engine.Client.Containers.InspectContainerAsync(_id, cancellationToken)).State is not { Running: true };

    public async Task<int?> TerminateAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        await _engine.Client.Containers.KillContainerAsync(_id, new ContainerKillParameters { Signal = "SIGTERM" }, cancellationToken);
        using var timeout = new CancellationTokenSource(patience, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return (int)(await _engine.Client.Containers.WaitContainerAsync(_id, either.Token)).StatusCode;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    public async Task<string> LogTailAsync(CancellationToken cancellationToken)
    {
        using var stream = await _engine.Client.Containers.GetContainerLogsAsync(_id, new ContainerLogsParameters { ShowStdout = true, ShowStderr = true, Tail = "50" }, cancellationToken);
        var (output, error) = await stream.ReadOutputToEndAsync(cancellationToken);
        return CommandLine.Tail(output) + CommandLine.Tail(error);
    }

    /// <summary>Lets go of the container's input, as the operating system does when this process is killed.</summary>
    internal void ReleaseInput() => _input?.Dispose();

    public async ValueTask DisposeAsync()
    {
        ReleaseInput();
        await RemoveAsync(_engine, _id);
    }

    private static CreateContainerParameters Parameters(string imageId) => new()
    {
        Image = imageId,
        Cmd = ["--exit-with-parent"],
        OpenStdin = true,
        StdinOnce = true,
        AttachStdin = true,
        Labels = ContainerOwner.Labels,
        HostConfig = new HostConfig
        {
            ReadonlyRootfs = true,
            CapDrop = ["ALL"],
            SecurityOpt = ["no-new-privileges"],
            Memory = MemoryBytes,
            MemorySwap = MemoryBytes,
            PidsLimit = MaxProcesses,
            // Port 0: any free one.
            PortBindings = new Dictionary<string, IList<PortBinding>> { [Port] = [new PortBinding { HostIP = "127.0.0.1", HostPort = "0" }] },
        },
        ExposedPorts = new Dictionary<string, EmptyStruct> { [Port] = default },
    };

    private static async Task RemoveAbandonedAsync(DockerEngine engine, CancellationToken cancellationToken)
    {
        var containers = await engine.Client.Containers.ListContainersAsync(
            new ContainersListParameters
            {
                All = true,
                Filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { [ImageLabels.SmokeTest] = true } },
            },
            cancellationToken);
        foreach (var container in containers.Where(c => c.Labels.TryGetValue(ImageLabels.SmokeTestHost, out var host) && host == Environment.MachineName))
        {
            if (!ContainerOwner.IsAlive(container.Labels[ImageLabels.SmokeTest]))
            {
                await RemoveAsync(engine, container.ID);
            }
        }
    }

    private static async Task RemoveAsync(DockerEngine engine, string id)
    {
        for (var attempt = 1; attempt <= RemovalAttempts; attempt++)
        {
            try
            {
                await engine.Client.Containers.RemoveContainerAsync(id, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, CancellationToken.None);
                return;
            }
            catch (DockerContainerNotFoundException)
            {
                return;
            }
            catch (DockerApiException e) when (e.StatusCode == System.Net.HttpStatusCode.Conflict)
            {
                // Another removal is under way, or the engine still clears up after a failed start: only "not found" says that it is gone.
                await Task.Delay(RemovalInterval, CancellationToken.None);
            }
        }
    }
}
