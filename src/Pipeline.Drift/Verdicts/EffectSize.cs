namespace Pipeline.Drift.Verdicts;

/// <summary>How far the current counts are from the reference's, by several measures of the same bins.</summary>
/// <param name="Psi">Population stability index with empty shares raised to 1e-4: the number that other tools show. Natural logarithm.</param>
/// <param name="AdjustedPsi">Of Jeffreys shares, less what chance alone gives at these sample sizes; the verdict is by this one. May be below 0.</param>
/// <param name="NoiseFloor">What PSI is expected to be with no drift: (1/n + 1/m)(B - 1).</param>
/// <param name="SmallestDetectablePsi">The least drift that would be found with these numbers of rows and bins at the policy's level, as an adjusted PSI.</param>
/// <param name="JensenShannon">Jensen-Shannon distance, base 2: 0 to 1.</param>
/// <param name="LInfinity">The greatest difference of a share: 0 to 1.</param>
/// <param name="TotalVariation">Half the sum of the differences of shares: 0 to 1.</param>
public sealed record EffectSize(double Psi, double AdjustedPsi, double NoiseFloor, double SmallestDetectablePsi, double JensenShannon, double LInfinity, double TotalVariation);
