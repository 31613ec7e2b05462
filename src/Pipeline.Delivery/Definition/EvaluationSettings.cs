namespace Pipeline.Delivery.Definition;

/// <summary>How sure an evaluation must be, and of which rows.</summary>
/// <param name="MinRows">With fewer test rows nothing is judged.</param>
/// <param name="MinRowsPerClass">Nor with fewer of either class.</param>
/// <param name="Resamples">Of the bootstrap, for intervals that have no formula.</param>
public sealed record EvaluationSettings(int MinRows, int MinRowsPerClass, int Resamples)
{
    public const int DefaultMinSliceRows = 200;
    public const int DefaultWorstSlices = 10;

    public static EvaluationSettings Default { get; } = new(100, 20, 1_000);

    /// <summary>Parts of the test rows that are judged on their own.</summary>
    public IReadOnlyList<SliceSettings> Slices { get; init; } = [];

    /// <summary>Slices with fewer rows are not judged, and not looked for.</summary>
    public int MinSliceRows { get; init; } = DefaultMinSliceRows;

    /// <summary>How many of the worst slices that a search finds are reported; 0 for no search.</summary>
    public int WorstSlices { get; init; } = DefaultWorstSlices;
}
