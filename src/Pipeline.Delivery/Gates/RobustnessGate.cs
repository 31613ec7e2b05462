using System.Globalization;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Gates;

/// <summary>Whether the model answers with a probability whatever a request may hold: missing values where they are allowed, categories that training never saw, numbers at the ends of their range.</summary>
internal static class RobustnessGate
{
    public const string Check = "a probability for missing, unseen and extreme values";

    // Each is changed in every feature, in every way.
    private const int MaxRows = 50;

    private static readonly float[] Extremes = [float.MinValue, float.MaxValue, -1, 0, float.Epsilon, 1e30f, -1e30f];

    private static readonly string[] Unseen = [string.Empty, " ", "never seen", "\u96ea\u0000\u2603", new string('x', 10_000)];

    /// <param name="score">The candidate: a probability for each row.</param>
    /// <param name="rows">Test rows, of which some are changed; at least one.</param>
    public static GateRow Judge(Func<FeatureBatch, float[]> score, FeatureBatch rows)
    {
        var sample = Enumerable.Range(0, Math.Min(MaxRows, rows.RowCount)).Select(i => (int)((long)i * rows.RowCount / Math.Min(MaxRows, rows.RowCount))).ToArray();
        var (asked, wrong, first) = (0, 0, (string?)null);
        foreach (var (feature, slot) in Slots(rows.Schema))
        {
            foreach (var (what, change) in ChangesOf(feature, slot))
            {
                var batch = Copy(rows, sample);
                change(batch);
                var answers = score(batch);
                var bad = answers.Count(answer => !(answer >= 0 && answer <= 1));
                asked += answers.Length;
                wrong += bad;
                first ??= bad == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{feature.Name} {what}: {answers.First(answer => !(answer >= 0 && answer <= 1))}");
            }
        }

        var reason = wrong == 0 ? "every answer is one" : string.Create(CultureInfo.InvariantCulture, $"{wrong} of {asked} answers are none, first for {first}");
        return new GateRow(Check, asked, wrong == 0 && asked > 0 ? GateOutcome.Pass : GateOutcome.Fail, reason)
        {
            Value = wrong,
            Bound = 0,
            Meaning = "answers of the ONNX graph that are no probability, with one feature changed at a time",
        };
    }

    private static IEnumerable<(Feature Feature, int Slot)> Slots(FeatureSchema schema) =>
        [.. schema.Numeric.Select((feature, slot) => (feature, slot)), .. schema.Categorical.Select((feature, slot) => (feature, slot))];

    private static IEnumerable<(string What, Action<FeatureBatch> Change)> ChangesOf(Feature feature, int slot)
    {
        if (feature.Kind == FeatureKind.Numeric)
        {
            IEnumerable<float> values = feature.AllowsMissing ? [.. Extremes, float.NaN] : Extremes;
            return values.Select(value => (float.IsNaN(value) ? "missing" : value.ToString("R", CultureInfo.InvariantCulture), (Action<FeatureBatch>)(batch => SetNumber(batch, slot, value))));
        }

        IEnumerable<string> texts = feature.AllowsMissing ? [.. Unseen, FeatureSchema.MissingCategory] : Unseen;
        return texts.Select(text => (text == FeatureSchema.MissingCategory ? "missing" : "unseen", (Action<FeatureBatch>)(batch => Array.Fill(batch.Categories[slot], text))));
    }

    private static void SetNumber(FeatureBatch batch, int slot, float value)
    {
        var width = batch.Schema.Numeric.Count;
        for (var row = 0; row < batch.RowCount; row++)
        {
            batch.Numeric[(row * width) + slot] = value;
        }
    }

    private static FeatureBatch Copy(FeatureBatch from, int[] rows)
    {
        var batch = new FeatureBatch(from.Schema, rows.Length);
        var width = from.Schema.Numeric.Count;
        for (var i = 0; i < rows.Length; i++)
        {
            from.Numeric.AsSpan(rows[i] * width, width).CopyTo(batch.Numeric.AsSpan(i * width));
            for (var slot = 0; slot < batch.Categories.Count; slot++)
            {
                batch.Categories[slot][i] = from.Categories[slot][rows[i]];
            }
        }

        return batch;
    }
}
