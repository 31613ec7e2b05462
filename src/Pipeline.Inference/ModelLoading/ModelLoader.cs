using Pipeline.Inference.DriftMonitoring;
using Pipeline.Inference.Health;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.Telemetry;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.ModelLoading;

/// <summary>Loads the package: every file re-hashed, the digest compared with the expected one, the graph loaded, the golden sample answered. Then the service is ready.</summary>
public sealed partial class ModelLoader(InferenceOptions options, ModelSlot slot, Readiness readiness, InferenceMetrics metrics, DriftMetrics drift, TimeProvider clock, ILogger<ModelLoader> logger)
{
    /// <exception cref="InvalidDataException">The package is not what it says, or not the expected one.</exception>
    /// <exception cref="IOException">The package cannot be read.</exception>
    public void Load()
    {
        var start = clock.GetTimestamp();
        var package = PackageReader.Open(options.PackageDirectory);
        if (options.ExpectedDigest is { } expected && package.Digest != expected)
        {
            throw new InvalidDataException($"{package.Directory} holds {package} with the digest {package.Digest}; {expected} is expected (--expect-digest, MODEL_DIGEST).");
        }

        var golden = PackageReader.ReadGoldenSample(package);
        var scorer = OnnxScorer.Load(package.OnnxPath, package.Manifest.Features);
        var model = new LoadedModel(package, golden, scorer, metrics.MetricsOf(package), clock) { Drift = drift.CountersOf(package) };
        try
        {
            GoldenCheck.Run(model);
        }
        catch
        {
            model.Dispose();
            throw;
        }

        if (model.Drift is null)
        {
            Log.NoReference(logger, package.Manifest.Name, package.Digest, PackageFiles.Reference);
        }

        slot.Serve(model);
        metrics.ModelServed(package, clock.GetUtcNow());
        readiness.BecomeReady();
        Log.Ready(logger, package.Manifest.Name, package.Digest, golden.Rows.Count, (long)clock.GetElapsedTime(start).TotalMilliseconds);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "ready: {ModelName} {ModelDigest}, {GoldenRows} golden rows answered alike, loaded in {Milliseconds} ms")]
        public static partial void Ready(ILogger logger, string modelName, Digest modelDigest, int goldenRows, long milliseconds);

        [LoggerMessage(2, LogLevel.Warning, "{ModelName} {ModelDigest} has no {File}: its features and predictions are not counted, so that drift cannot be told; make the package anew to have it")]
        public static partial void NoReference(ILogger logger, string modelName, Digest modelDigest, string file);
    }
}
