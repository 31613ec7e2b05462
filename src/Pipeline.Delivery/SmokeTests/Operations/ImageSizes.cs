using Pipeline.Delivery.Images;
using Pipeline.Metrics;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.SmokeTests.Operations;

/// <summary>Sizes of images in the Docker engine, unpacked.</summary>
/// <param name="engine">Null if there is none.</param>
/// <param name="whyNone">Why not.</param>
internal sealed class ImageSizes(DockerEngine? engine, string? whyNone)
{
    private const double BytesPerMb = 1e6;

    /// <summary>In MB of the image that has this package's name and holds it; undefined if there is none.</summary>
    public async Task<MetricEstimate> OfAsync(PackagedModel package, CancellationToken cancellationToken)
    {
        if (engine is null)
        {
            return new MetricEstimate(null, $"no image: {whyNone}", null);
        }

        var image = await engine.FindImageAsync(package.ToString(), cancellationToken);
        return image is not null && image.Labels.GetValueOrDefault(ImageLabels.PackageDigest) == package.Digest.ToString()
            ? new MetricEstimate(image.Size / BytesPerMb, null, null)
            : new MetricEstimate(null, $"no image: the Docker engine has no {package} of this package", null);
    }
}
