using System.Globalization;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Gates;

/// <summary>Whether the model answers with what its task asks for whatever a request may hold: missing values where they are allowed, categories that training never saw, numbers at the ends of their range.</summary>
internal static class RobustnessGate
{
    // Each is changed in every feature, in every way.
    private const int MaxRows = 50;

    // Of up to a thousand probabilities in single precision.
    private const double SumTolerance = 1e-3;

    private static readonly float[] Extremes = [float.MinValue, float.MaxValue, -1, 0, float.Epsilon, 1e30f, -1e30f];

    private static readonly string[] Unseen = [string.Empty, " ", "never seen", "\u96ea\u0000\u2603", new string('x', 10_000)];

    /// <param name="score">The candidate: answers to rows.</param>
    /// <param name="outputs">What it answers.</param>
    /// <param name="rows">Test rows, of which some are changed; at least one.</param>
    public static GateRow Judge(Func<FeatureBatch, float[]> score, ModelOutputs outputs, FeatureBatch rows)
    {
        var sample = Enumerable.Range(0, Math.Min(MaxRows, rows.RowCount)).Select(i => (int)((long)i * rows.RowCount / Math.Min(MaxRows, rows.RowCount))).ToArray();
        var (asked, wrong, first) = (0, 0, (string?)null);
        foreach (var (feature, slot) in Slots(rows.Schema))
        {
            foreach (var (what, change) in ChangesOf(feature, slot))
            {
                var batch = Copy(rows, sample);
                change(batch);
                float[][] answers = [.. score(batch).Chunk(outputs.Width)];
                var bad = answers.Where(answer => !IsAnswer(outputs, answer)).ToList();
                asked += answers.Length;
                wrong += bad.Count;
                first ??= bad.Count == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{feature.Name} {what}: {string.Join(", ", bad[0].Select(number => number.ToString("G9", CultureInfo.InvariantCulture)))}");
            }
        }

        var reason = wrong == 0 ? "every answer is one" : string.Create(CultureInfo.InvariantCulture, $"{wrong} of {asked} answers are none, first for {first}");
        return new GateRow(CheckOf(outputs), asked, wrong == 0 && asked > 0 ? GateOutcome.Pass : GateOutcome.Fail, reason)
        {
            Value = wrong,
            Bound = 0,
            Meaning = $"answers of the ONNX graph that are not {Wanted(outputs)}, with one feature changed at a time",
        };
    }

    /// <summary>The check's text.</summary>
    public static string CheckOf(ModelOutputs outputs) => $"{Wanted(outputs)} for missing, unseen and extreme values";

    private static string Wanted(ModelOutputs outputs) => outputs switch
    {
        MulticlassOutputs => "probabilities that sum to 1",
        RegressionOutputs => "a finite number",
        _ => "a probability",
    };

    private static bool IsAnswer(ModelOutputs outputs, float[] answer) => outputs is RegressionOutputs
        ? float.IsFinite(answer[0])
        : Array.TrueForAll(answer, number => number is >= 0 and <= 1) && (outputs is BinaryOutputs || Math.Abs(answer.Sum(number => (double)number) - 1) <= SumTolerance);

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
