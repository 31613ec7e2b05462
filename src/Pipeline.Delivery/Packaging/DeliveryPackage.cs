using Pipeline.Delivery.Images;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Packaging;

/// <summary>What Package makes: the model package and the things that run it.</summary>
/// <param name="Package">The model package.</param>
/// <param name="Service">The inference service for this machine.</param>
/// <param name="Bundle">Both in an archive.</param>
/// <param name="Image">Both in an image; null if there is no Docker engine.</param>
/// <param name="WhyNoImage">Why there is no image; null if there is one.</param>
public sealed record DeliveryPackage(PackagedModel Package, ServiceBinaries Service, Bundle Bundle, ContainerImage? Image, string? WhyNoImage)
{
    /// <summary>The package's provenance in a signed envelope, <see cref="PackageFiles.SignedProvenance"/>; null without a signing key. The other files of the supply chain lie in the package's folder.</summary>
    public string? SignedProvenancePath { get; init; }
}
