namespace Pipeline.Delivery.Definition;

/// <summary>A bound of how differently the model's decisions treat groups of rows. Exactly one of the bounds is set.</summary>
/// <param name="Measure">One of <see cref="FairnessMeasures"/>.</param>
/// <param name="By">The column whose values are the groups; it is one of the evaluation's slices.</param>
/// <param name="Min">The lower end of the measure's 95 % interval must be at least this; for a ratio.</param>
/// <param name="Max">The upper end must be at most this; for a difference.</param>
public sealed record FairnessGateSettings(string Measure, string By, double? Min, double? Max) : GateSettings;
