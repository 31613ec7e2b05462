using Pipeline.Delivery.Data;
using Pipeline.Drift.Verdicts;

namespace Pipeline.Delivery.DriftChecks.Files;

/// <summary>
/// Values of the numeric features in evenly spaced rows, for distances that need the values themselves. Bounded, whatever there are of rows and features: sorting the
/// values of hundreds of features would else take longer than counting all of them.
/// </summary>
internal sealed class SampleColumns
{
    /// <summary>Of one feature on one side.</summary>
    public const int MaxValues = 1_000_000;

    /// <summary>Of all features on one side: 80 MB.</summary>
    public const int MaxValuesInAll = 20_000_000;

    private readonly List<float>[] _columns;
    private EvenPick _pick;

    /// <param name="features">Number of numeric features, at least 1.</param>
    /// <param name="rows">Rows that will come.</param>
    public SampleColumns(int features, long rows)
    {
        var wanted = Math.Min(rows, Math.Min(MaxValues, MaxValuesInAll / features));
        _columns = [.. Enumerable.Range(0, features).Select(_ => new List<float>((int)wanted))];
        _pick = new EvenPick(rows, wanted);
        IsPart = wanted < rows;
    }

    /// <summary>Whether not all rows are taken.</summary>
    public bool IsPart { get; }

    /// <summary>Rows that have been taken.</summary>
    public int Rows { get; private set; }

    /// <summary>Takes a row's values that are finite, if it is its turn.</summary>
    public void Take(ReadOnlySpan<float> numbers)
    {
        if (!_pick.Next())
        {
            return;
        }

        Rows++;
        for (var i = 0; i < numbers.Length; i++)
        {
            if (float.IsFinite(numbers[i]))
            {
                _columns[i].Add(numbers[i]);
            }
        }
    }

    /// <summary>The training rows' values.</summary>
    /// <param name="dataset">With the schema's numeric features among its columns.</param>
    /// <param name="names">The numeric features.</param>
    /// <param name="cancellationToken">Interrupts the reading.</param>
    public static SampleColumns OfTraining(Dataset dataset, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var columns = new SampleColumns(names.Count, dataset.Find(DataSplit.Train)!.Rows);
        var values = new float[names.Count];

        // Nothing spills: rows are only passed through.
        using var database = new DuckDatabase(spillDirectory: string.Empty);
        database.Read(
            $"SELECT {string.Join(", ", names.Select(name => $"coalesce({DuckDatabase.Identifier(name)}, CAST('nan' AS FLOAT))"))} FROM read_parquet({DuckDatabase.Literal(dataset.PathOf(DataSplit.Train))})",
            row =>
            {
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = row.GetFloat(i);
                }

                columns.Take(values);
            },
            cancellationToken);
        return columns;
    }

    /// <summary>Compares each feature that has values on both sides.</summary>
    public static IReadOnlyDictionary<string, SampleDistance> Compare(SampleColumns reference, SampleColumns current, IReadOnlyList<string> names, SampleComparison distance, CancellationToken cancellationToken)
    {
        var found = new SampleDistance?[names.Count];
        Parallel.For(0, names.Count, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            if (reference._columns[i].Count > 0 && current._columns[i].Count > 0)
            {
                found[i] = distance(Sorted(reference._columns[i]), Sorted(current._columns[i]));
            }
        });
        return names.Zip(found).Where(pair => pair.Second is not null).ToDictionary(pair => pair.First, pair => pair.Second!, StringComparer.Ordinal);
    }

    // Floats are sorted in a quarter of the time that doubles are.
    private static double[] Sorted(List<float> values)
    {
        values.Sort();
        var sorted = new double[values.Count];
        for (var i = 0; i < sorted.Length; i++)
        {
            sorted[i] = values[i];
        }

        return sorted;
    }
}
