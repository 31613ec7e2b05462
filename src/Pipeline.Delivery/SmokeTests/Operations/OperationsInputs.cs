using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Gates.Waivers;
using Pipeline.Delivery.Images;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.SmokeTests.Operations;

/// <summary>What a package's operations are measured and judged with.</summary>
/// <param name="Service">The service for this machine, which serves the candidate and the champions alike.</param>
/// <param name="Gates">What must be fulfilled; empty if the figures are for the record only.</param>
/// <param name="Champions">Other models that stages in reach run; empty if no gate compares.</param>
public sealed record OperationsInputs(ServiceBinaries Service, IReadOnlyList<OperationGateSettings> Gates, IReadOnlyList<Champion> Champions)
{
    /// <summary>By which gates that say no are let through.</summary>
    public WaiversInForce Waivers { get; init; } = WaiversInForce.None;

    /// <param name="definition">Has the gates.</param>
    /// <param name="candidate">Digest of the candidate's package: a stage that runs it has no other model to compare with.</param>
    /// <param name="service">For this machine.</param>
    /// <param name="champions">Of the stages in reach.</param>
    public static OperationsInputs Of(ModelDefinition definition, Digest candidate, ServiceBinaries service, IEnumerable<Champion> champions) =>
        new(service, [.. GatesOf(definition)], Compares(definition) ? [.. champions.Where(champion => champion.PackageDigest != candidate)] : []);

    /// <summary>True if an operation gate compares with champions.</summary>
    internal static bool Compares(ModelDefinition definition) => GatesOf(definition).Any(gate => gate.MaxRelativeRegression is not null);

    private static IEnumerable<OperationGateSettings> GatesOf(ModelDefinition definition) => definition.Gates.OfType<OperationGateSettings>();

    /// <summary>Parts of the key of what is measured.</summary>
    internal IEnumerable<(string Name, StageInput Value)> KeyParts() =>
    [
        ("service", Service.Digest.ToString()),
        ("settings (operation gates)", DefinitionDigest.OfOperationGates(Gates)),
        .. Champions.Select(champion => ($"champion ({champion.Stage})", (StageInput)champion.PackageDigest.ToString())),
        .. Waivers.KeyParts().Select(part => (part.Name, (StageInput)part.Value)),
    ];
}
