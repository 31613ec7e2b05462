using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Multiclass;

namespace Pipeline.Delivery.Evaluation;

/// <summary>What reports show of a model of several classes beside its metrics.</summary>
/// <param name="Classes">All of them, in the model's order; at least two.</param>
/// <param name="Confusion">Of at most <see cref="MostShown"/> classes.</param>
/// <param name="Calibration">Ten equal-width bins of the predicted class's probability, those without rows left out; positive is a row that is predicted right.</param>
public sealed record MulticlassDetail(IReadOnlyList<ClassResult> Classes, ClassConfusion Confusion, IReadOnlyList<CalibrationBin> Calibration)
{
    /// <summary>Of more classes, reports show those with the most rows.</summary>
    public const int MostShown = 30;

    /// <param name="answers">Labels and probabilities.</param>
    /// <param name="classes">Their names, in the order of the probabilities.</param>
    /// <exception cref="ArgumentException">There are more or fewer names than classes.</exception>
    public static MulticlassDetail Of(MulticlassSample answers, IReadOnlyList<string> classes)
    {
        var rates = answers.Classes;
        return rates.Count == classes.Count
            ? new MulticlassDetail([.. classes.Zip(rates, (name, rate) => new ClassResult(name, rate))], ClassConfusion.Of(classes, answers.Confusion, MostShown), answers.Calibration)
            : throw new ArgumentException($"{classes.Count} names, but {rates.Count} classes.", nameof(classes));
    }

    /// <summary>Rows of the class that has the fewest.</summary>
    public long RarestRows() => Classes.Min(one => one.Rates.Rows);

    /// <summary>Those with the most rows, in the model's order.</summary>
    internal IReadOnlyList<ClassResult> Largest() =>
        [.. Classes.Index().OrderByDescending(one => one.Item.Rates.Rows).ThenBy(one => one.Index).Take(MostShown).OrderBy(one => one.Index).Select(one => one.Item)];
}
