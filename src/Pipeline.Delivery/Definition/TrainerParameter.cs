using System.Globalization;

namespace Pipeline.Delivery.Definition;

/// <summary>A setting of trainers that has a number, and that a search can choose.</summary>
/// <param name="Name">As model.yaml writes it.</param>
/// <param name="IsInteger">Whether it must be a whole number.</param>
/// <param name="Least">The least value allowed.</param>
/// <param name="Most">The greatest value allowed.</param>
/// <param name="Range">Where a search looks if nothing else is said; null if it is searched only where the definition says so.</param>
/// <param name="IsLogarithmic">Whether a search takes steps by factors: of 0.01, 0.1 and 1 the second lies in the middle.</param>
/// <param name="Trainers">Names of those that take it.</param>
public sealed record TrainerParameter(string Name, bool IsInteger, double Least, double Most, SearchRange? Range, bool IsLogarithmic, IReadOnlyList<string> Trainers)
{
    // What a factor starts from where 0 is allowed.
    private const double SmallestFactor = 1e-3;

    private static readonly string[] Boosted = [TrainerSettings.LightGbm, TrainerSettings.FastTree];
    private static readonly string[] WeightsOnly = [TrainerSettings.LogisticRegression, TrainerSettings.MaximumEntropy, TrainerSettings.Linear];
    private static readonly string[] Regularized = [TrainerSettings.LightGbm, .. WeightsOnly];

    /// <summary>All of them, in the order in which they are written.</summary>
    public static IReadOnlyList<TrainerParameter> All { get; } =
    [
        new("trees", true, 1, 10_000, new SearchRange(20, 400), true, Boosted),
        new("leaves", true, 2, 10_000, new SearchRange(4, 128), true, Boosted),
        new("learningRate", false, 0.0001, 1, new SearchRange(0.02, 0.3), true, Boosted),
        new("minExamplesPerLeaf", true, 1, 1_000_000, new SearchRange(2, 200), true, Boosted),
        new("l1", false, 0, 1_000_000, new SearchRange(0, 10), true, [TrainerSettings.LightGbm, TrainerSettings.LogisticRegression, TrainerSettings.MaximumEntropy]),
        new("l2", false, 0, 1_000_000, new SearchRange(0, 10), true, Regularized),
        new("categories", true, 0, 1_000_000, null, true, TrainerNames.All),
        new("earlyStopping", true, 0, 10_000, null, false, Boosted),
    ];

    /// <summary>Those of a trainer.</summary>
    public static IReadOnlyList<TrainerParameter> Of(string trainer) => [.. All.Where(parameter => parameter.Trainers.Contains(trainer))];

    /// <summary>The setting's value.</summary>
    public double ValueOf(TrainerSettings settings) => Name switch
    {
        "trees" => settings.Trees,
        "leaves" => settings.Leaves,
        "learningRate" => settings.LearningRate,
        "minExamplesPerLeaf" => settings.MinExamplesPerLeaf,
        "l1" => settings.L1,
        "l2" => settings.L2,
        "categories" => settings.Categories,
        _ => settings.EarlyStopping,
    };

    /// <summary>The settings with another value of this one.</summary>
    public TrainerSettings With(TrainerSettings settings, double value) => Name switch
    {
        "trees" => settings with { Trees = (int)value },
        "leaves" => settings with { Leaves = (int)value },
        "learningRate" => settings with { LearningRate = value },
        "minExamplesPerLeaf" => settings with { MinExamplesPerLeaf = (int)value },
        "l1" => settings with { L1 = value },
        "l2" => settings with { L2 = value },
        "categories" => settings with { Categories = (int)value },
        _ => settings with { EarlyStopping = (int)value },
    };

    /// <summary>The setting's value as text, the same in every culture.</summary>
    public string TextOf(TrainerSettings settings) => ValueOf(settings).ToString(CultureInfo.InvariantCulture);

    /// <summary>The value at a share of the way through a range, rounded so that it can be written down.</summary>
    /// <param name="range">Where to look.</param>
    /// <param name="share">0 to 1.</param>
    public double At(SearchRange range, double share)
    {
        double value;
        if (!IsLogarithmic)
        {
            value = range.Min + (share * (range.Max - range.Min));
        }
        else
        {
            // From 0 on by factors: as if all began that little further up.
            var offset = range.Min > 0 ? 0 : SmallestFactor;
            value = ((range.Min + offset) * Math.Pow((range.Max + offset) / (range.Min + offset), share)) - offset;
        }

        var rounded = IsInteger ? Math.Round(value) : Rounded(value);
        return Math.Clamp(rounded, range.Min, range.Max);
    }

    /// <summary>How far through a range a value lies: what <see cref="At"/> takes back.</summary>
    public double ShareOf(SearchRange range, double value)
    {
        if (range.Max <= range.Min)
        {
            return 0;
        }

        var offset = range.Min > 0 ? 0 : SmallestFactor;
        var share = IsLogarithmic
            ? Math.Log((value + offset) / (range.Min + offset)) / Math.Log((range.Max + offset) / (range.Min + offset))
            : (value - range.Min) / (range.Max - range.Min);
        return Math.Clamp(share, 0, 1);
    }

    // Three significant digits: more are neither meant nor read.
    private static double Rounded(double value) => double.Parse(value.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
