namespace Pipeline.Delivery.Definition;

/// <summary>A bound of what the packaged service takes. Exactly one of the bounds is set.</summary>
/// <param name="Measure">One of <see cref="OperationMeasures"/>.</param>
/// <param name="Max">It must be at most this, in the measure's unit.</param>
/// <param name="MaxRelativeRegression">It may be above the champion's, measured side by side, by at most this share: 0.2 is 20 %.</param>
public sealed record OperationGateSettings(string Measure, double? Max, double? MaxRelativeRegression) : GateSettings;
