using Pipeline.Metrics.Multiclass;

namespace Pipeline.Delivery.Evaluation;

/// <summary>What reports show of a model of several classes beside its metrics.</summary>
/// <param name="Classes">All of them, in the model's order; at least two.</param>
public sealed record MulticlassDetail(IReadOnlyList<ClassResult> Classes)
{
    /// <param name="answers">Labels and probabilities.</param>
    /// <param name="classes">Their names, in the order of the probabilities.</param>
    /// <exception cref="ArgumentException">There are more or fewer names than classes.</exception>
    public static MulticlassDetail Of(MulticlassSample answers, IReadOnlyList<string> classes)
    {
        var rates = answers.Classes;
        return rates.Count == classes.Count
            ? new MulticlassDetail([.. classes.Zip(rates, (name, rate) => new ClassResult(name, rate))])
            : throw new ArgumentException($"{classes.Count} names, but {rates.Count} classes.", nameof(classes));
    }

    /// <summary>Rows of the class that has the fewest.</summary>
    public long RarestRows() => Classes.Min(one => one.Rates.Rows);
}
