namespace Pipeline.Delivery.DriftChecks;

/// <summary>What a user chose for one drift check.</summary>
/// <param name="Source">Where the current side comes from.</param>
/// <param name="Directory">Absolute; what relative file names are relative to.</param>
/// <param name="Window">Length of a window; null for that of model.yaml.</param>
/// <param name="Retrain">Whether drift starts the chain that ends in a gated candidate.</param>
public sealed record DriftCheckOptions(DriftSourceName Source, string Directory, TimeSpan? Window, bool Retrain);
