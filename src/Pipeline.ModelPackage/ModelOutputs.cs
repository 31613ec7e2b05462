using System.Text.Json.Serialization;

namespace Pipeline.ModelPackage;

/// <summary>
/// What a model answers to a row: some numbers, and for classes a label that follows from them. Its three forms, one for each <see cref="ModelTask"/>, are told apart by
/// their members in JSON.
/// </summary>
[JsonConverter(typeof(ModelOutputsJsonConverter))]
public abstract record ModelOutputs
{
    // Numbers below 1 are compared as they are, others by their share.
    private const double LeastScale = 1;

    private protected ModelOutputs()
    {
    }

    /// <summary>One of <see cref="ModelTask"/>.</summary>
    public abstract string Task { get; }

    /// <summary>The name of the graph's output, and of the answer in every dialect.</summary>
    public abstract string Tensor { get; }

    /// <summary>Numbers an answer: 1, or one for each class.</summary>
    public abstract int Width { get; }

    /// <summary>True if the graph gives [N, <see cref="Width"/>], false if it gives [N].</summary>
    public bool IsMatrix => Task == ModelTask.Multiclass;

    /// <summary>Every label that the model can answer; empty if it answers a number.</summary>
    public abstract IReadOnlyList<string> Labels { get; }

    /// <summary>Which of <see cref="Labels"/> an answer means; -1 if there are none.</summary>
    /// <param name="answer">The row's <see cref="Width"/> numbers.</param>
    public abstract int LabelIndexOf(ReadOnlySpan<float> answer);

    /// <summary>The label that an answer means; null if there are none.</summary>
    /// <param name="answer">The row's <see cref="Width"/> numbers.</param>
    public string? LabelOf(ReadOnlySpan<float> answer) => LabelIndexOf(answer) is var index and >= 0 ? Labels[index] : null;

    /// <summary>The one number that stands for an answer where one is wanted: the probability of the positive class, that of the most probable class, or the number itself.</summary>
    /// <param name="answer">The row's <see cref="Width"/> numbers.</param>
    public virtual float ScoreOf(ReadOnlySpan<float> answer) => answer[0];

    /// <summary>How far two answers to a row lie apart at most: of probabilities the difference, of other numbers the difference as a share of the first if that is above 1.</summary>
    /// <param name="one">The row's <see cref="Width"/> numbers.</param>
    /// <param name="other">Those of another scoring.</param>
    /// <param name="scale">What numbers other than probabilities are measured by at least: 1, or how large answers are, where rounding is what they differ by.</param>
    /// <returns>NaN if a number of either is none.</returns>
    public double DifferenceOf(ReadOnlySpan<float> one, ReadOnlySpan<float> other, double scale = LeastScale)
    {
        var greatest = 0d;
        for (var i = 0; i < one.Length; i++)
        {
            var difference = Math.Abs((double)one[i] - other[i]) / (Task == ModelTask.Regression ? Math.Max(scale, Math.Abs((double)one[i])) : LeastScale);
            if (double.IsNaN(difference))
            {
                return double.NaN;
            }

            greatest = Math.Max(greatest, difference);
        }

        return greatest;
    }
}
