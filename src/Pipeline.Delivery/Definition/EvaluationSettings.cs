namespace Pipeline.Delivery.Definition;

/// <summary>How sure an evaluation must be.</summary>
/// <param name="MinRows">With fewer test rows nothing is judged.</param>
/// <param name="MinRowsPerClass">Nor with fewer of either class.</param>
/// <param name="Resamples">Of the bootstrap, for intervals that have no formula.</param>
public sealed record EvaluationSettings(int MinRows, int MinRowsPerClass, int Resamples)
{
    public static EvaluationSettings Default { get; } = new(100, 20, 1_000);
}
