using Pipeline.ModelPackage;

namespace Pipeline.Benchmarks.Requests;

/// <summary>Rows of values that training saw: numbers within a feature's bounds, whole where the bounds are whole, and its categories. The same seed gives the same rows.</summary>
public sealed class RowSource(FeatureSchema schema, int seed)
{
    private readonly Random _random = new(seed);

    public FeatureSchema Schema => schema;

    public BenchmarkRow Next() => new([.. schema.Numeric.Select(NumberOf)], [.. schema.Categorical.Select(CategoryOf)]);

    public IReadOnlyList<BenchmarkRow> Take(int count)
    {
        var rows = new BenchmarkRow[count];
        for (var index = 0; index < count; index++)
        {
            rows[index] = Next();
        }

        return rows;
    }

    private float NumberOf(Feature feature)
    {
        var (minimum, maximum) = (feature.Minimum ?? 0, feature.Maximum ?? 1);
        var isWhole = minimum == MathF.Floor(minimum) && maximum == MathF.Floor(maximum) && maximum - minimum is > 1 and < int.MaxValue;
        return isWhole
            ? minimum + _random.Next((int)(maximum - minimum) + 1)
            : minimum + (_random.NextSingle() * (maximum - minimum));
    }

    private string CategoryOf(Feature feature) => feature.Categories is { Count: > 0 } known ? known[_random.Next(known.Count)] : "none";
}
