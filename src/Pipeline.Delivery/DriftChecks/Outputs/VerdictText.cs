using System.Text.Json;
using Pipeline.Drift;
using Pipeline.Drift.Verdicts;

namespace Pipeline.Delivery.DriftChecks.Outputs;

/// <summary>A verdict's word and mark; the mark's shape tells it without colour.</summary>
internal static class VerdictText
{
    /// <summary>As in drift.json: lower case.</summary>
    public static string Word(DriftVerdict verdict) => JsonNamingPolicy.SnakeCaseLower.ConvertName(verdict.ToString());

    public static string Mark(DriftVerdict verdict) => verdict switch
    {
        DriftVerdict.Drift => "▲",
        DriftVerdict.Warn => "◆",
        DriftVerdict.Insufficient => "○",
        _ => "●",
    };

    /// <summary>As in drift.json, for labels of metrics.</summary>
    public static string Word(SubjectKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    /// <summary>As in drift.json and in the service's metrics.</summary>
    public static string Word(ValueState state) => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString());

    /// <summary>For people.</summary>
    public static string Phrase(ValueState state) => state switch
    {
        ValueState.NotFinite => "infinite",
        ValueState.BelowRange => "below training's range",
        ValueState.AboveRange => "above training's range",
        ValueState.Unseen => "unseen in training",
        _ => Word(state),
    };
}
