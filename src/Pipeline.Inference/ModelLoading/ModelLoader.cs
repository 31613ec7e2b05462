using Pipeline.Inference.DriftMonitoring;
using Pipeline.Inference.Health;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.Telemetry;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.ModelLoading;

/// <summary>Loads the package that is served. Then the service is ready.</summary>
public sealed partial class ModelLoader(InferenceOptions options, ModelSlot slot, Readiness readiness, InferenceMetrics metrics, DriftMetrics drift, TimeProvider clock, ILogger<ModelLoader> logger)
{
    /// <exception cref="InvalidDataException">The package is not what it says, or not what is demanded.</exception>
    /// <exception cref="IOException">The package cannot be read.</exception>
    public void Load()
    {
        var start = clock.GetTimestamp();
        var model = PackageLoader.Load(options.PackageDirectory, new PackageDemands(options.ExpectedDigest, "--expect-digest, MODEL_DIGEST", options.ModelKeyFile), metrics.MetricsOf, drift.CountersOf, clock);
        var package = model.Package;
        if (model.Drift is null)
        {
            Log.NoReference(logger, package.Manifest.Name, package.Digest, PackageFiles.Reference);
        }

        if (model.SignedBy is { } key)
        {
            Log.Signed(logger, package.Manifest.Name, package.Digest, key);
        }

        slot.Serve(model);
        metrics.ModelServed(package, clock.GetUtcNow());
        readiness.BecomeReady();
        Log.Ready(logger, package.Manifest.Name, package.Digest, model.Golden.Rows.Count, (long)clock.GetElapsedTime(start).TotalMilliseconds);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "ready: {ModelName} {ModelDigest}, {GoldenRows} golden rows answered alike, loaded in {Milliseconds} ms")]
        public static partial void Ready(ILogger logger, string modelName, Digest modelDigest, int goldenRows, long milliseconds);

        [LoggerMessage(3, LogLevel.Information, "{ModelName} {ModelDigest} is signed by the key {Key}")]
        public static partial void Signed(ILogger logger, string modelName, Digest modelDigest, Digest key);

        [LoggerMessage(2, LogLevel.Warning, "{ModelName} {ModelDigest} has no {File}: its features and predictions are not counted, so that drift cannot be told; make the package anew to have it")]
        public static partial void NoReference(ILogger logger, string modelName, Digest modelDigest, string file);
    }
}
