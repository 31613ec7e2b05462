using Pipeline.ModelPackage;

namespace Pipeline.Inference.Shadow;

/// <summary>Compares the served model's answer to a row with the shadow's, of the same task. Immutable and thread-safe.</summary>
internal sealed class ShadowComparison
{
    /// <summary>Numbers that lie this share apart still agree; below 1 this difference.</summary>
    public const double NumberTolerance = 0.01;

    private readonly ModelOutputs _served;
    private readonly ModelOutputs _shadow;

    // Where the shadow has each of the served model's numbers.
    private readonly int[] _places;

    private ShadowComparison(ModelOutputs served, ModelOutputs shadow, int[] places) => (_served, _shadow, _places) = (served, shadow, places);

    /// <summary>Numbers an answer, of both.</summary>
    public int Width => _served.Width;

    /// <summary>Says how answers are compared.</summary>
    /// <exception cref="InvalidDataException">They cannot be: the models answer other labels, or another quantity.</exception>
    public static ShadowComparison Of(ModelOutputs served, ModelOutputs shadow)
    {
        if (served.Task != shadow.Task)
        {
            throw new InvalidDataException($"it is a model for the task '{shadow.Task}', the served model one for '{served.Task}', so that they cannot be compared.");
        }

        if (served is RegressionOutputs number && shadow is RegressionOutputs other)
        {
            return number == other ? new ShadowComparison(served, shadow, [0])
                : throw new InvalidDataException($"it answers {TextOf(other)}, the served model {TextOf(number)}, so that they cannot be compared.");
        }

        return served is BinaryOutputs ? OfTwo(served, shadow) : OfSeveral(served, shadow);
    }

    /// <summary>Whether both mean the same: the same label, or numbers that are about as large.</summary>
    /// <param name="served">The served model's numbers for a row.</param>
    /// <param name="shadow">The shadow's, in its own order.</param>
    /// <param name="difference">The greatest <see cref="DifferenceOf(ReadOnlySpan{float}, ReadOnlySpan{float})"/>.</param>
    public bool Agrees(ReadOnlySpan<float> served, ReadOnlySpan<float> shadow, double difference) =>
        _served is RegressionOutputs ? difference <= NumberTolerance : _served.LabelOf(served) == _shadow.LabelOf(shadow);

    /// <summary>How far two answers lie apart: the greatest difference of a class's probability, or that of the numbers, as a share of the served one if that is above 1.</summary>
    public double DifferenceOf(ReadOnlySpan<float> served, ReadOnlySpan<float> shadow)
    {
        var greatest = 0d;
        for (var i = 0; i < served.Length; i++)
        {
            greatest = Math.Max(greatest, _served.DifferenceOf(served.Slice(i, 1), shadow.Slice(_places[i], 1)));
        }

        return greatest;
    }

    private static ShadowComparison OfTwo(ModelOutputs served, ModelOutputs shadow) => served.Labels.SequenceEqual(shadow.Labels, StringComparer.Ordinal)
        ? new ShadowComparison(served, shadow, [0])
        : throw new InvalidDataException($"it answers '{shadow.Labels[0]}' or '{shadow.Labels[1]}', the served model '{served.Labels[0]}' or '{served.Labels[1]}', so that they cannot be compared.");

    private static ShadowComparison OfSeveral(ModelOutputs served, ModelOutputs shadow)
    {
        var places = shadow.Labels.Select((label, index) => (label, index)).ToDictionary(pair => pair.label, pair => pair.index, StringComparer.Ordinal);
        return places.Count == served.Labels.Count && served.Labels.All(places.ContainsKey)
            ? new ShadowComparison(served, shadow, [.. served.Labels.Select(label => places[label])])
            : throw new InvalidDataException($"it answers other classes ({DifferenceOf(served.Labels, shadow.Labels)}), so that they cannot be compared.");
    }

    private static string TextOf(RegressionOutputs outputs) => outputs.Unit is null ? $"'{outputs.Quantity}'" : $"'{outputs.Quantity}' in {outputs.Unit}";

    private static string DifferenceOf(IReadOnlyList<string> served, IReadOnlyList<string> shadow)
    {
        string[] more = [.. shadow.Except(served, StringComparer.Ordinal).Select(label => $"'{label}' is new").Take(3)];
        string[] fewer = [.. served.Except(shadow, StringComparer.Ordinal).Select(label => $"'{label}' is missing").Take(3)];
        return string.Join(", ", more.Concat(fewer));
    }
}
