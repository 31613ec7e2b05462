using Pipeline.Inference.DriftMonitoring;
using Pipeline.Inference.Telemetry;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.ModelLoading;

/// <summary>Loads a package: every file re-hashed, digest and signature compared with what is demanded, the graph loaded, the golden sample answered.</summary>
public static class PackageLoader
{
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
        CheckTask(package);
        var golden = PackageReader.ReadGoldenSample(package);
        var model = new LoadedModel(package, golden, OnnxScorer.Load(package.OnnxPath, package.Manifest.Features), metricsOf(package), clock) { Drift = driftOf(package), SignedBy = signedBy };
        try
        {
            CheckAnswer(package, model.Scorer);
            GoldenCheck.Run(model);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static void CheckTask(PackagedModel package)
    {
        var (task, outputs) = (package.Manifest.Task, package.Manifest.Outputs);
        if (!ModelTask.Names.Contains(task))
        {
            throw new InvalidDataException($"{package} in {package.Directory} is a model for the task '{task}'; this service serves {string.Join(", ", ModelTask.Names)} and nothing else.");
        }

        if (outputs.Task != task)
        {
            throw new InvalidDataException($"{package} in {package.Directory} is a model for the task '{task}', and its outputs are those of the task '{outputs.Task}'.");
        }
    }

    private static void CheckAnswer(PackagedModel package, OnnxScorer scorer)
    {
        var outputs = package.Manifest.Outputs;
        if ((scorer.Tensor, scorer.Width) != (outputs.Tensor, outputs.Width))
        {
            throw new InvalidDataException(FormattableString.Invariant($"{package.OnnxPath} answers '{scorer.Tensor}' with {scorer.Width} numbers a row; its manifest says '{outputs.Tensor}' with {outputs.Width}."));
        }
    }
}
