namespace Pipeline.Inference.Predictions;

/// <summary>Which model answered.</summary>
public sealed record ModelIdentity(string Name, string Version, string Digest);
