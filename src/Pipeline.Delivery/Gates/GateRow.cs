using System.Text.Json.Serialization;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates.Waivers;
using Pipeline.Metrics.Comparisons;
using Pipeline.Metrics;

namespace Pipeline.Delivery.Gates;

/// <summary>One line of a gate verdict.</summary>
/// <param name="Check">What was asked, e.g. <c>rocAuc ≥ 0.62</c>.</param>
/// <param name="Rows">Test rows that the value is computed on.</param>
/// <param name="Outcome">The verdict.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record GateRow(string Check, int Rows, GateOutcome Outcome, string Reason)
{
    /// <summary>The candidate's value; null if undefined.</summary>
    public double? Value { get; init; }

    /// <summary>Of the value; null if there is none.</summary>
    public ConfidenceInterval? Interval { get; init; }

    /// <summary>The value that had to be reached; null if it could not be had.</summary>
    public double? Bound { get; init; }

    /// <summary>The champion's value where one is compared with.</summary>
    public double? Champion { get; init; }

    /// <summary>The candidate's value less the champion's, row by row on the same rows.</summary>
    public PairedDifference? Difference { get; init; }

    /// <summary>How the value is computed; null if the check is of no metric.</summary>
    public string? Meaning { get; init; }

    /// <summary>By which it is let through; null if it needs none or has none.</summary>
    public Waiver? Waiver { get; init; }

    /// <summary>True also if it is waived.</summary>
    [JsonIgnore]
    public bool Passed => Outcome is GateOutcome.Pass or GateOutcome.Waived;

    /// <summary>The value as tables have it; a dash where the check is of no metric.</summary>
    [JsonIgnore]
    public string ValueText => Value is null && Bound is null ? "–" : MetricText.Of(Value);

    /// <summary>The verdict as tables have it.</summary>
    [JsonIgnore]
    public string OutcomeText => Outcome switch
    {
        GateOutcome.Pass => "pass",
        GateOutcome.Fail => "FAIL",
        GateOutcome.Waived => "WAIVED",
        _ => "NOT ENOUGH DATA",
    };
}
