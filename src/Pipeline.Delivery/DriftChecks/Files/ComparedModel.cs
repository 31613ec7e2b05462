using Pipeline.Delivery.Definition;
using Pipeline.Drift;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.DriftChecks.Files;

/// <summary>The model that rows are compared with.</summary>
/// <param name="Package">Its package.</param>
/// <param name="Reference">The package's reference profile, checked against its manifest.</param>
/// <param name="Definition">The model's folder as it is now.</param>
public sealed record ComparedModel(PackagedModel Package, ReferenceProfile Reference, ModelDefinition Definition)
{
    /// <summary>The training rows, for distances of the values themselves; null if they are not at hand.</summary>
    public TrainingSample? Training { get; init; }

    internal FeatureSchema Schema => Package.Manifest.Features;
}
