using System.Diagnostics.CodeAnalysis;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.ModelLoading;
using Pipeline.Inference.Telemetry;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Shadow;

/// <summary>
/// Looks at the shadow's package and loads it when it is another one. A package that cannot be used is tried again, less and less often, because a folder that is being
/// copied looks like a broken package. Not thread-safe.
/// </summary>
public sealed partial class ShadowLoader(InferenceOptions options, ShadowMetrics metrics, TimeProvider clock, ILogger<ShadowLoader> logger)
{
    private static readonly TimeSpan MaxPause = TimeSpan.FromMinutes(1);

    private readonly ShadowOptions _options = options.Shadow!;
    private ModelMetrics? _unpublished;
    private Digest? _failedDigest;
    private long _failedAt;
    private TimeSpan _pause;

    /// <summary>The package that is there now, loaded; null if it is the current one, or none that can be used.</summary>
    /// <param name="served">The model that is served.</param>
    /// <param name="current">The shadow in use.</param>
    /// <param name="isAsked">Whether somebody asked for it: then no pause is made.</param>
    internal ShadowModel? LoadIfNew(LoadedModel served, Digest? current, bool isAsked)
    {
        Digest? found = null;
        try
        {
            // A link is followed once, so that one that is swapped while its package is read does not mix two packages.
            var directory = Directory.ResolveLinkTarget(_options.PackageDirectory, returnFinalTarget: true)?.FullName ?? _options.PackageDirectory;
            var manifest = Path.Combine(directory, PackageFiles.Manifest);
            found = File.Exists(manifest) ? Digest.OfFile(manifest) : null;
            if (found is not null && found == current)
            {
                _pause = TimeSpan.Zero;
                return null;
            }

            return IsPausing(found) && !isAsked ? null : Load(directory, served);
        }
        catch (Exception e)
        {
            // Whatever is wrong with a package must not touch the model that is served.
            Fail(found, e);
            return null;
        }
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The shadow owns its model.")]
    private ShadowModel Load(string directory, LoadedModel served)
    {
        var start = clock.GetTimestamp();

        // What a model that answers requests publishes is no business of the shadow's.
        var model = PackageLoader.Load(directory, new PackageDemands(_options.ExpectedDigest, "--shadow-expect-digest, SHADOW_DIGEST", options.ModelKeyFile), package => _unpublished ??= new InferenceMetrics(new InferenceOptions()).MetricsOf(package), _ => null, clock);
        try
        {
            var comparison = ShadowComparison.Of(served.Package.Manifest.Outputs, model.Package.Manifest.Outputs);
            var translation = RowTranslation.Of(served.Package.Manifest.Features, model.Package.Manifest.Features);
            _pause = TimeSpan.Zero;
            Log.Loaded(logger, model.Package.Manifest.Name, model.Package.Digest, (long)clock.GetElapsedTime(start).TotalMilliseconds);
            return new ShadowModel(served, model, translation, comparison, metrics, clock);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private bool IsPausing(Digest? found) => _pause > TimeSpan.Zero && found == _failedDigest && clock.GetElapsedTime(_failedAt) < _pause;

    private void Fail(Digest? found, Exception e)
    {
        var isSame = _pause > TimeSpan.Zero && found == _failedDigest;
        var longest = _options.Poll > MaxPause ? _options.Poll : MaxPause;
        _pause = isSame && _pause * 2 < longest ? _pause * 2 : isSame ? longest : _options.Poll;
        (_failedDigest, _failedAt) = (found, clock.GetTimestamp());
        metrics.LoadFailed();
        Log.CannotLoad(logger, _options.PackageDirectory, e.Message);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "shadow loaded: {ModelName} {ModelDigest}, in {Milliseconds} ms")]
        public static partial void Loaded(ILogger logger, string modelName, Digest modelDigest, long milliseconds);

        [LoggerMessage(2, LogLevel.Warning, "the shadow package {Directory} cannot be used: {Reason} The served model, and a shadow that is already loaded, go on.")]
        public static partial void CannotLoad(ILogger logger, string directory, string reason);
    }
}
