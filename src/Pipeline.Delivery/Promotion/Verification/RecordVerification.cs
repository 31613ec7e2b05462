namespace Pipeline.Delivery.Promotion.Verification;

/// <summary>What a check of a model's records found.</summary>
/// <param name="Records">How many were read.</param>
/// <param name="Signatures">How many of them are signed.</param>
/// <param name="Faults">What does not verify; empty if all does.</param>
/// <param name="NotChecked">What could not be checked, and why.</param>
public sealed record RecordVerification(int Records, int Signatures, IReadOnlyList<string> Faults, IReadOnlyList<string> NotChecked);
