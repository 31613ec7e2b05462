namespace Pipeline.Delivery.Definition;

/// <summary>Names of how differently decisions treat groups; definitions as in Fairlearn.</summary>
public static class FairnessMeasures
{
    public const string DemographicParityDifference = "demographicParityDifference";
    public const string DisparateImpactRatio = "disparateImpactRatio";
    public const string EqualOpportunityDifference = "equalOpportunityDifference";
    public const string EqualizedOddsDifference = "equalizedOddsDifference";

    public static IReadOnlyList<string> Names { get; } = [DemographicParityDifference, DisparateImpactRatio, EqualOpportunityDifference, EqualizedOddsDifference];

    /// <summary>True if more is better; all others are differences, of which less is.</summary>
    public static bool IsRatio(string measure) => measure == DisparateImpactRatio;

    /// <summary>How it is computed.</summary>
    public static string Meaning(string measure) => measure switch
    {
        DemographicParityDifference => "greatest less least share of rows that are predicted positive",
        DisparateImpactRatio => "least over greatest share of rows that are predicted positive; the four-fifths rule asks for 0.8",
        EqualOpportunityDifference => "greatest less least recall",
        EqualizedOddsDifference => "the greater of the differences of recall and of the false positive rate",
        _ => throw new ArgumentOutOfRangeException(nameof(measure), measure, "There is no such measure of fairness."),
    };
}
