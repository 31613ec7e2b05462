using System.Globalization;
using Pipeline.Delivery.Images;
using Pipeline.Delivery.Promotion;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery;

/// <content>Running a promoted model on this machine.</content>
public sealed partial class ModelDelivery
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    /// <summary>Runs the service with the model that a stage runs (the first stage, or --stage), or with a package folder, until it is stopped.</summary>
    /// <param name="packagePath">A package's folder; null for the promoted one.</param>
    /// <param name="port">To listen on.</param>
    /// <param name="cancellationToken">Stops the service.</param>
    /// <exception cref="PipelineException">Nothing is promoted yet, the package is not to be had, or the service ended by itself.</exception>
    public async Task ServeAsync(string? packagePath, int port, CancellationToken cancellationToken)
    {
        var package = packagePath is null ? PromotedPackage() : OpenPackage(Path.GetFullPath(packagePath));
        var service = await new PublishServiceStage(_runner, _options.RootDirectory).RunAsync(HostRuntimeIdentifier, cancellationToken);
        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        _log.Info($"Serve: {package} on {url}/v1/predict (Ctrl-C ends it)");
        string[] arguments =
        [
            "--package", package.Directory, "--expect-digest", package.Digest.ToString(), "--address", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--exit-with-parent",
        ];
        await using var process = BackgroundProcess.Start(service.Executable, arguments, _options.RootDirectory, onLine: line => _log.Info($"Serve: {line}"));
        int? exitCode;
        try
        {
            exitCode = await process.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Stopping it is how a person ends it: no failure, if it ends well.
            exitCode = await process.TerminateAsync(StopPatience, _log.Clock, CancellationToken.None);
            if (exitCode == 0)
            {
                return;
            }
        }

        throw new PipelineException(
            ExitCode.ToolError,
            exitCode is null ? $"The service does not end within {StopPatience.TotalSeconds} s; it has been killed." : $"The service ended with exit code {exitCode}; the lines above say why.");
    }

    private static PackagedModel OpenPackage(string path)
    {
        try
        {
            return PackageReader.Open(path);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new PipelineException(ExitCode.ToolError, $"--package {path}: {e.Message}", e);
        }
    }

    private PackagedModel PromotedPackage()
    {
        var stage = _options.Stage ?? _definition.Stages[0].Name;
        var record = _ledger.Current(stage)
            ?? throw new PipelineException(ExitCode.ToolError, $"{_definition.Name} has nothing in {stage} yet. Run ./build.sh Promote first.");
        return new ChampionSource(_ledger, _runner.Store, images: null).FindInStore(record.PackageDigest)
            ?? throw new PipelineException(ExitCode.ToolError, $"The package {record.PackageDigest} that {stage} runs is not in the store. Run ./build.sh Promote to make it anew.");
    }
}
