using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Gates;

/// <summary>Whether training once more gives the same model.onnx to the last bit.</summary>
internal static class ReproducibilityGate
{
    /// <param name="candidate">Digest of the candidate's model.onnx.</param>
    /// <param name="again">Digests of what its trainer makes, once more; several if the definition has it several times.</param>
    /// <param name="rows">Training rows.</param>
    public static GateRow Judge(Digest candidate, IReadOnlyList<Digest> again, int rows)
    {
        var isSame = again.Contains(candidate);
        return new GateRow("trained again, the same model.onnx", rows, isSame ? GateOutcome.Pass : GateOutcome.Fail, isSame
            ? $"{candidate.Abbreviated} both times"
            : $"{candidate.Abbreviated} first, then {string.Join(" and ", again.Select(digest => digest.Abbreviated))}: a trainer depends on more than rows, settings and seed")
        {
            Meaning = "digests of the exported graph; rows are those of training",
        };
    }
}
