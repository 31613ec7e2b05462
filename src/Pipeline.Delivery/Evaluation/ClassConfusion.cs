namespace Pipeline.Delivery.Evaluation;

/// <summary>Rows by true and predicted class, of the classes with the most rows.</summary>
/// <param name="Names">Of the classes, in the model's order.</param>
/// <param name="HasOthers">True if there are more classes: they share one more line and column, the last.</param>
/// <param name="Counts">Rows: the outer list by true class, the inner by predicted class.</param>
public sealed record ClassConfusion(IReadOnlyList<string> Names, bool HasOthers, IReadOnlyList<IReadOnlyList<long>> Counts)
{
    /// <param name="names">Of all classes.</param>
    /// <param name="counts">Of all classes, by true and predicted class.</param>
    /// <param name="most">So many classes at most.</param>
    public static ClassConfusion Of(IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<long>> counts, int most)
    {
        int[] shown = [.. Enumerable.Range(0, names.Count).OrderByDescending(one => counts[one].Sum()).ThenBy(one => one).Take(most).Order()];
        var hasOthers = shown.Length < names.Count;

        // Where each class goes: its own line, or that of the others.
        var lines = Enumerable.Repeat(shown.Length, names.Count).ToArray();
        foreach (var (line, one) in shown.Index())
        {
            lines[one] = line;
        }

        var size = shown.Length + (hasOthers ? 1 : 0);
        long[][] sums = [.. Enumerable.Range(0, size).Select(_ => new long[size])];
        for (var actual = 0; actual < names.Count; actual++)
        {
            for (var predicted = 0; predicted < names.Count; predicted++)
            {
                sums[lines[actual]][lines[predicted]] += counts[actual][predicted];
            }
        }

        return new ClassConfusion([.. shown.Select(one => names[one])], hasOthers, sums);
    }
}
