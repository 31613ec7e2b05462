using Pipeline.ModelPackage;

namespace Pipeline.OnnxExport.Tests;

/// <summary>Random columns and rows of every awkward kind, the same for the same seed.</summary>
internal sealed class RandomRows
{
    private static readonly string[] Names = ["distance", "internal/Cast_1", "N", "größe \"cm\"", "日本", " ", "Features", "a\nb", "probability_"];

    private static readonly string[] Values =
        ["", " ", "  ", "a", "A", "a ", "é", "e\u0301", "日本", "🙂", "\"quoted\"", "it's", "a,b", "a\nb", "a\0b", "\uFFFD", "\\uFFFF", "null", "NaN", "0", new string('x', 300)];

    private static readonly float[] Extremes =
        [1e30f, -1e30f, 0f, -0f, float.Epsilon, -float.Epsilon, 1e-40f, 1e-35f, -1e-35f, 1.0000001e-35f, 1f, -1f, 16777216f, 16777217f, 3e38f, -3e38f];

    // What 0.1 and its sums round to, and their neighbours.
    private static readonly float[] Tenths = [0.1f, MathF.BitIncrement(0.1f), MathF.BitDecrement(0.1f), 0.2f, 0.1f + 0.2f, 0.3f, (float)(0.1 + 0.2), 0.7f, 0.8f - 0.1f, 1 - 0.9f];

    private readonly Random _random;
    private readonly Func<float>[] _numbers;
    private readonly Func<string>[] _categories;

    public RandomRows(int seed)
    {
        _random = new Random(seed);
        var numeric = _random.Next(5);
        var categorical = _random.Next(numeric == 0 ? 1 : 0, 4);
        var names = new Queue<string>(_random.GetItems(Names, 1).Concat(Names).Distinct());
        Schema = new FeatureSchema([
            .. Enumerable.Range(0, numeric).Select(_ => new Feature(names.Dequeue(), FeatureKind.Numeric, false)),
            .. Enumerable.Range(0, categorical).Select(_ => new Feature(names.Dequeue(), FeatureKind.Categorical, false))]);
        _numbers = [.. Enumerable.Range(0, numeric).Select(_ => NumberSource())];
        _categories = [.. Enumerable.Range(0, categorical).Select(_ => CategorySource())];
        MaxCategories = _random.Next(3) switch { 0 => 1 + _random.Next(3), 1 => 8, _ => int.MaxValue };
    }

    public FeatureSchema Schema { get; }

    /// <summary>For the encoding: of some seeds all categories have a slot, of others the most frequent.</summary>
    public int MaxCategories { get; }

    /// <summary>A number from the first to the last; half of them from the lower eighth.</summary>
    public int Count(int first, int last) => first + (_random.Next(2) == 0 ? _random.Next(1 + ((last - first) / 8)) : _random.Next(last - first + 1));

    public FeatureBatch Next(int count)
    {
        var rows = new FeatureBatch(Schema, count);
        for (var i = 0; i < rows.Numeric.Length; i++)
        {
            rows.Numeric[i] = _numbers[i % _numbers.Length]();
        }

        for (var column = 0; column < _categories.Length; column++)
        {
            for (var row = 0; row < count; row++)
            {
                rows.Categories[column][row] = _categories[column]();
            }
        }

        return rows;
    }

    /// <summary>Labels of the trainer's task that depend on the rows, with noise: of two classes both, of two to seven classes not always all, numbers of all sizes.</summary>
    public RowLabels LabelsOf(FeatureBatch rows, TrainerKind kind)
    {
        var scores = ScoresOf(rows);
        switch (TrainedModel.TaskOf(kind))
        {
            case ModelTask.Binary:
                var flags = Array.ConvertAll(scores, score => score > 0);
                flags[0] = !flags[^1];
                return RowLabels.OfFlags(flags);
            case ModelTask.Multiclass:
                string[] names = [.. Values.Take(_random.Next(2, 8))];
                return RowLabels.OfClasses(Array.ConvertAll(scores, score => (int)Math.Clamp((score + 2) * names.Length / 4, 0, names.Length - 1)), names);
            default:
                var (scale, offset) = (_random.GetItems([0.01, 1, 1e5], 1)[0], _random.GetItems([0, -3, 1e4], 1)[0]);
                return RowLabels.OfNumbers(Array.ConvertAll(scores, score => (float)((score * scale) + offset)));
        }
    }

    /// <summary>Rows as no training set has them: extremes, missing numbers, missing and unseen categories, and the given numbers with their neighbours.</summary>
    public FeatureBatch NextStrange(int count, IReadOnlyList<(int Column, float Threshold)> thresholds)
    {
        var rows = Next(count);
        float[] extremes = [.. Extremes, float.PositiveInfinity, float.NegativeInfinity];
        for (var i = 0; i < rows.Numeric.Length; i++)
        {
            rows.Numeric[i] = _random.Next(6) switch { 0 => float.NaN, 1 => _random.GetItems(extremes, 1)[0], _ => rows.Numeric[i] };
        }

        for (var row = 0; row < count && thresholds.Count > 0; row++)
        {
            var (column, threshold) = thresholds[_random.Next(thresholds.Count)];
            rows.Numeric[(row * _numbers.Length) + column] = _random.Next(3) switch { 0 => threshold, 1 => MathF.BitIncrement(threshold), _ => MathF.BitDecrement(threshold) };
        }

        foreach (var column in rows.Categories)
        {
            for (var row = 0; row < count; row++)
            {
                column[row] = _random.Next(5) switch { 0 => FeatureSchema.MissingCategory, 1 => _random.GetItems(Values, 1)[0] + "!", 2 => _random.GetItems(Values, 1)[0], _ => column[row] };
            }
        }

        return rows;
    }

    private double[] ScoresOf(FeatureBatch rows)
    {
        var scores = new double[rows.RowCount];
        for (var row = 0; row < scores.Length; row++)
        {
            var score = 0d;
            for (var column = 0; column < _numbers.Length; column++)
            {
                var value = rows.Numeric[(row * _numbers.Length) + column];
                score += float.IsNaN(value) ? 0.7 : Math.Sin(Math.Clamp(value, -100, 100));
            }

            score += rows.Categories.Sum(c => c[row].Length % 3 == 1 ? 0.8 : -0.8);
            scores[row] = score + (2 * _random.NextDouble()) - 1;
        }

        return scores;
    }

    private Func<float> NumberSource()
    {
        var missing = _random.Next(2) == 0 ? 0 : 0.1;
        Func<float> source = _random.Next(8) switch
        {
            0 => () => _random.Next(10),
            1 => () => (float)((_random.NextDouble() * 4) - 2),
            2 => () => _random.GetItems(Extremes, 1)[0],
            3 => () => 7.25f,
            4 => () => float.NaN,
            5 => () => (_random.Next(2000) - 1000) * float.Epsilon,
            6 => () => _random.GetItems(Tenths, 1)[0],
            _ => () => (float)Math.Exp((_random.NextDouble() * 20) - 10),
        };
        return () => _random.NextDouble() < missing ? float.NaN : source();
    }

    private Func<string> CategorySource()
    {
        var missing = _random.Next(2) == 0 ? 0 : 0.1;
        var values = _random.GetItems(Values, _random.Next(1, 20));
        return () => _random.NextDouble() < missing ? FeatureSchema.MissingCategory : _random.GetItems(values, 1)[0];
    }
}
