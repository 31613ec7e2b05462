using Pipeline.Delivery.Definition;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Gates.Waivers;

/// <summary>Somebody's decision to let one model through in spite of one gate: for a reason, for a time.</summary>
/// <param name="Name">Of its file, without the extension.</param>
/// <param name="Gate">What the gate asks, as the verdict writes it.</param>
/// <param name="Model">Digest of the model.onnx that it is for; no other passes by it.</param>
/// <param name="Reason">Why.</param>
/// <param name="ApprovedBy">Who answers for it.</param>
/// <param name="From">The first day on which it holds, in UTC.</param>
/// <param name="Expires">The first day on which it no longer does.</param>
public sealed record Waiver(string Name, string Gate, Digest Model, string Reason, string ApprovedBy, DateOnly From, DateOnly Expires)
{
    /// <summary>So long at most: what is to hold for longer is a changed gate.</summary>
    public const int MaxDays = 90;

    /// <summary>True if its gate is of the packaged service, which SmokeTest judges and not Gate.</summary>
    internal bool IsOfOperation() => OperationMeasures.Names.Any(measure => Gate.StartsWith($"{measure} ", StringComparison.Ordinal));

    public bool Holds(DateOnly today) => today >= From && today < Expires;
}
