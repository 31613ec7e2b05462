using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Gates;

/// <summary>Every gate's outcome for one candidate, the content of gate.json.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="ModelDigest">Digest of the candidate's model.onnx.</param>
/// <param name="EvaluationDigest">Digest of the candidate's evaluation.json.</param>
/// <param name="ComparedWith">The champions that were compared with, by stage: digests of their packages.</param>
/// <param name="Rows">One per gate and champion; at least one.</param>
public sealed record GateVerdict(
    string Model,
    Digest ModelDigest,
    Digest EvaluationDigest,
    IReadOnlyDictionary<string, Digest> ComparedWith,
    IReadOnlyList<GateRow> Rows)
{
    /// <summary>True iff there is at least one row and every row passed: an empty list proves nothing.</summary>
    public bool Passed() => Rows.Count > 0 && Rows.All(row => row.Passed);
}
