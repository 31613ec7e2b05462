using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Gates;

/// <summary>Every gate's outcome for one candidate, the content of gate.json.</summary>
/// <param name="SchemaVersion">Of this format.</param>
/// <param name="Model">The model's name.</param>
/// <param name="ModelDigest">Digest of the candidate's model.onnx.</param>
/// <param name="EvaluationDigest">Digest of the candidate's evaluation.json.</param>
/// <param name="ComparedWith">The champions that were compared with, by stage: digests of their packages.</param>
/// <param name="Rows">One per gate and champion; at least one.</param>
public sealed record GateVerdict(
    int SchemaVersion,
    string Model,
    Digest ModelDigest,
    Digest EvaluationDigest,
    IReadOnlyDictionary<string, Digest> ComparedWith,
    IReadOnlyList<GateRow> Rows)
{
    public const int CurrentSchemaVersion = 2;

    /// <summary>Digest of the rows that it is on; null in verdicts of earlier versions.</summary>
    public Digest? DatasetDigest { get; init; }

    /// <summary>Digest of the sources that trained and judged; null in verdicts of earlier versions.</summary>
    public Digest? CodeDigest { get; init; }

    /// <summary>True iff there is at least one row and every row passed, or is waived: an empty list proves nothing.</summary>
    public bool Passed() => Outcome() is GateOutcome.Pass or GateOutcome.Waived;

    /// <summary>The worst of the rows': a gate that fails does so whatever the others lack.</summary>
    public GateOutcome Outcome() =>
        Rows.Count == 0 || Rows.Any(row => row.Outcome == GateOutcome.Fail) ? GateOutcome.Fail
        : Rows.All(row => row.Passed) ? (Rows.Any(row => row.Outcome == GateOutcome.Waived) ? GateOutcome.Waived : GateOutcome.Pass)
        : GateOutcome.NotEnoughData;
}
