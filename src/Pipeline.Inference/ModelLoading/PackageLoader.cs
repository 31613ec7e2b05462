using Pipeline.Inference.DriftMonitoring;
using Pipeline.Inference.Telemetry;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.ModelLoading;

/// <summary>Loads a package: every file re-hashed, digest and signature compared with what is demanded, the graph loaded, the golden sample answered.</summary>
public static class PackageLoader
{
    private const string ServedTask = "binary";

    /// <param name="directory">The package.</param>
    /// <param name="demands">What it must fulfil.</param>
    /// <param name="metricsOf">Gives the model its metrics.</param>
    /// <param name="driftOf">Gives it what counts its rows by bin, if anything does.</param>
    /// <param name="clock">The service's clock.</param>
    /// <exception cref="InvalidDataException">The package is not what it says, or not what is demanded.</exception>
    /// <exception cref="IOException">The package cannot be read.</exception>
    public static LoadedModel Load(string directory, PackageDemands demands, Func<PackagedModel, ModelMetrics> metricsOf, Func<PackagedModel, DriftCounters?> driftOf, TimeProvider clock)
    {
        var package = PackageReader.Open(directory);
        var signedBy = demands.Check(package);
        if (package.Manifest.Task != ServedTask)
        {
            throw new InvalidDataException($"{package} in {package.Directory} is a model for the task '{package.Manifest.Task}'; this service serves '{ServedTask}' and nothing else.");
        }

        var golden = PackageReader.ReadGoldenSample(package);
        var model = new LoadedModel(package, golden, OnnxScorer.Load(package.OnnxPath, package.Manifest.Features), metricsOf(package), clock) { Drift = driftOf(package), SignedBy = signedBy };
        try
        {
            GoldenCheck.Run(model);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
