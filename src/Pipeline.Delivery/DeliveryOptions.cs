using Pipeline.Delivery.Approvals;
using Pipeline.Delivery.Comparisons;
using Pipeline.Delivery.Gates.Waivers;
using Pipeline.Delivery.Tracking;

namespace Pipeline.Delivery;

/// <summary>What a user chose for one run.</summary>
/// <param name="RootDirectory">The repository's folder.</param>
/// <param name="Model">Name of a folder under models/; null for the only one.</param>
/// <param name="Stage">The stage of promotion that must be reached; null to go as far as policy allows.</param>
/// <param name="Registry">host[:port][/path] to push to; null for none.</param>
/// <param name="BaseImage">Image to build on; null for the default.</param>
/// <param name="NoDocker">True to do without a Docker engine even if there is one.</param>
public sealed record DeliveryOptions(string RootDirectory, string? Model, string? Stage, string? Registry, string? BaseImage, bool NoDocker)
{
    /// <summary>The two models of Compare; null if that does not run.</summary>
    public CompareOptions? Compare { get; init; }

    /// <summary>How a person answers who is asked to approve, reject or roll back.</summary>
    public DecisionOptions Decision { get; init; } = new(null, Yes: false, null);

    /// <summary>The commit that policies are read from; null for the default: the files here, in a CI job what cannot be proposed.</summary>
    public string? PolicyReference { get; init; }

    /// <summary>A file with the reviews of a GitHub deployment; null if there is none.</summary>
    public string? DeploymentReviews { get; init; }

    /// <summary>File of the private key that signs model packages; null to sign none.</summary>
    public string? ModelSigningKey { get; init; }

    /// <summary>What Waive is to let through; null if that does not run.</summary>
    public WaiveOptions? Waive { get; init; }

    /// <summary>Name of the stage from which on everything is made anew; null to restore what is stored.</summary>
    public string? Force { get; init; }

    /// <summary>Where runs are logged; null to log none.</summary>
    public TrackingSettings? Tracking { get; init; }
}
