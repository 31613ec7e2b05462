using Docker.DotNet.Models;
using Pipeline.Delivery.Images;
using Pipeline.Delivery.SmokeTests.Operations;
using Pipeline.Engine;
using Pipeline.ModelPackage;
using Serilog;
using Spectre.Console;

namespace Pipeline.Integration.Tests;

/// <summary>What the tests share: a run store below the temporary folder, the published service, the Docker engine if there is one. Takes away every image and container it has made.</summary>
public sealed class Workspace : IAsyncLifetime
{
    private readonly StringWriter _output = new();
    private readonly SemaphoreSlim _gate = new(1);
    private readonly List<PackagedModel> _packages = [];
    private ServiceBinaries? _service;
    private bool _hadBaseImage;

    public Workspace()
    {
        Root = Directory.CreateTempSubdirectory("pipeline-integration-").FullName;
        RepositoryRoot = FindRepository();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(_output) });
        console.Profile.Width = 400;
        var logger = new LoggerConfiguration().WriteTo.Sink(new TextSink(_output)).CreateLogger();
        Log = new RunLog(logger, console, TimeProvider.System);
        Runner = NewRunner(Path.Combine(Root, "artifacts"));
    }

    public string Root { get; }

    public string RepositoryRoot { get; }

    public RunLog Log { get; }

    public StageRunner Runner { get; }

    public DockerEngine? Engine { get; private set; }

    public string? WhyNoEngine { get; private set; }

    /// <summary>Everything printed so far.</summary>
    public string Printed => _output.ToString();

    public StageRunner NewRunner(string artifacts) => new(new RunStore(artifacts, TimeProvider.System), Log);

    public async ValueTask InitializeAsync()
    {
        (Engine, WhyNoEngine) = await DockerEngine.TryConnectAsync(CancellationToken.None);
        _hadBaseImage = Engine is not null && await Engine.FindImageAsync("pipeline-base:latest", CancellationToken.None) is not null;
    }

    public DockerEngine RequireEngine()
    {
        if (Engine is null)
        {
            MissingPart.Skip($"there is no Docker engine: {WhyNoEngine}");
        }

        return Engine!;
    }

    /// <summary>The real service, published once for all tests.</summary>
    public async Task<ServiceBinaries> ServiceAsync()
    {
        await _gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            return _service ??= await new PublishServiceStage(Runner, RepositoryRoot).RunAsync("linux-x64", TestContext.Current.CancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>With no gates and no champions: operations are measured for the record.</summary>
    public async Task<OperationsInputs> OperationsAsync() => new(await ServiceAsync(), [], []);

    /// <summary>A package for tests that only need one: its image is built and its smoke test run once.</summary>
    public PackagedModel CommonPackage() => NewPackage("common");

    public PackagedModel NewPackage(string trainer = "hand", float goldenError = 0)
    {
        var package = SamplePackage.Write(Path.Combine(Root, "packages", Guid.NewGuid().ToString("N")), trainer, goldenError);
        _packages.Add(package);
        return package;
    }

    /// <summary>An image of the package, on a base image that never has to be pulled.</summary>
    public async Task<ContainerImage> NewImageAsync(PackagedModel package, StageRunner? runner = null, string? registry = null, string revision = "0000000", bool usesCache = true)
    {
        var engine = RequireEngine();
        var token = TestContext.Current.CancellationToken;
        var @base = await new BaseImageStage(Runner, engine).RunAsync(token);
        return await new ContainerImageStage(runner ?? Runner, engine, RepositoryRoot) { UsesCache = usesCache }.RunAsync(package, await ServiceAsync(), new ImageSettings(@base.Reference, revision) { Registry = registry }, token);
    }

    public async ValueTask DisposeAsync()
    {
        if (Engine is not null)
        {
            foreach (var package in _packages)
            {
                await RemoveImagesAsync($"io.pipeline.package.digest={package.Digest}");
            }

            if (!_hadBaseImage)
            {
                await RemoveImagesAsync("org.opencontainers.image.title=pipeline-base");
            }

            Engine.Dispose();
        }

        _gate.Dispose();
        await _output.DisposeAsync();
        Directory.Delete(Root, recursive: true);
    }

    /// <summary>Containers of smoke tests that the engine has now, running or not.</summary>
    public async Task<IList<ContainerListResponse>> SmokeContainersAsync() =>
        await RequireEngine().Client.Containers.ListContainersAsync(
            new ContainersListParameters { All = true, Filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { ["io.pipeline.smoke-test"] = true } } },
            TestContext.Current.CancellationToken);

    private async Task RemoveImagesAsync(string label)
    {
        var images = await Engine!.Client.Images.ListImagesAsync(new ImagesListParameters { All = true, Filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { [label] = true } } });
        foreach (var image in images)
        {
            try
            {
                await Engine.Client.Images.DeleteImageAsync(image.ID, new ImageDeleteParameters { Force = true });
            }
            catch (Docker.DotNet.DockerApiException)
            {
                // A layer below another image of the list; it goes with that one.
            }
        }
    }

    internal static string FindRepository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Pipeline.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside the repository.");
        }

        return folder;
    }
}
