using Pipeline.Delivery.Gates;

namespace Pipeline.Delivery.SmokeTests.Operations;

/// <summary>A champion and what it costs to operate, measured side by side with the candidate.</summary>
/// <param name="Champion">The stage's model.</param>
/// <param name="Measured">Null if its files could not be had.</param>
internal sealed record MeasuredChampion(Champion Champion, MeasuredPackage? Measured);
