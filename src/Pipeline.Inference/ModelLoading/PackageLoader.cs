using Pipeline.Inference.DriftMonitoring;
using Pipeline.Inference.Telemetry;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.ModelLoading;

/// <summary>Loads a package: every file re-hashed, the digest compared with the expected one, the graph loaded, the golden sample answered.</summary>
public static class PackageLoader
{
    private const string ServedTask = "binary";

    /// <param name="directory">The package.</param>
    /// <param name="expected">The digest that it must have; null takes any.</param>
    /// <param name="expectedBy">The option and the variable that tell the digest, for messages.</param>
    /// <param name="metricsOf">Gives the model its metrics.</param>
    /// <param name="driftOf">Gives it what counts its rows by bin, if anything does.</param>
    /// <param name="clock">The service's clock.</param>
    /// <exception cref="InvalidDataException">The package is not what it says, or not the expected one.</exception>
    /// <exception cref="IOException">The package cannot be read.</exception>
    public static LoadedModel Load(string directory, Digest? expected, string expectedBy, Func<PackagedModel, ModelMetrics> metricsOf, Func<PackagedModel, DriftCounters?> driftOf, TimeProvider clock)
    {
        var package = PackageReader.Open(directory);
        if (expected is { } digest && package.Digest != digest)
        {
            throw new InvalidDataException($"{package.Directory} holds {package} with the digest {package.Digest}; {digest} is expected ({expectedBy}).");
        }

        if (package.Manifest.Task != ServedTask)
        {
            throw new InvalidDataException($"{package} in {package.Directory} is a model for the task '{package.Manifest.Task}'; this service serves '{ServedTask}' and nothing else.");
        }

        var golden = PackageReader.ReadGoldenSample(package);
        var model = new LoadedModel(package, golden, OnnxScorer.Load(package.OnnxPath, package.Manifest.Features), metricsOf(package), clock) { Drift = driftOf(package) };
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
