namespace Pipeline.Drift.Verdicts;

/// <summary>The verdict on one feature, on the predictions or on the labels of a window; complete also when nothing is wrong.</summary>
/// <param name="Name">The feature's name; <c>prediction</c>, <c>predicted label</c> or <c>label</c>.</param>
/// <param name="Kind">What it is.</param>
/// <param name="IsCritical">Whether its drift alone makes the window drift.</param>
/// <param name="Verdict">The worst of the distribution's and the rates'.</param>
/// <param name="Reason">One sentence for people, with the numbers that decided.</param>
/// <param name="ReferenceRows">Values in bins in the reference (n).</param>
/// <param name="CurrentRows">Values in bins in the window (m).</param>
/// <param name="Effect">How far; null if either side has no value in a bin.</param>
/// <param name="Test">How sure; null likewise.</param>
/// <param name="Bins">Every bin.</param>
/// <param name="Rates">Every state but <see cref="ValueState.Ok"/>; empty for predictions and labels.</param>
/// <param name="Samples">Distances of the values themselves; null where they are not at hand.</param>
public sealed record SubjectDrift(
    string Name,
    SubjectKind Kind,
    bool IsCritical,
    DriftVerdict Verdict,
    string Reason,
    long ReferenceRows,
    long CurrentRows,
    EffectSize? Effect,
    SignificanceTest? Test,
    IReadOnlyList<BinDrift> Bins,
    IReadOnlyList<RateDrift> Rates,
    SampleDistance? Samples);
