namespace Pipeline.Drift.Verdicts;

/// <summary>How far the current counts are from the reference's, by several measures of the same bins.</summary>
/// <param name="Psi">Population stability index with empty shares raised to 1e-4: the number that other tools show. Natural logarithm.</param>
/// <param name="AdjustedPsi">Of Jeffreys shares, less what chance alone gives at these sample sizes; the verdict is by this one. May be below 0.</param>
/// <param name="NoiseFloor">What PSI is expected to be with no drift: (1/n + 1/m)(B - 1), with n rows of the reference, m current ones and B bins; of values and categories those count that are not empty on both sides.</param>
/// <param name="SmallestDetectablePsi">
/// The adjusted PSI that would just be significant with these numbers of rows and bins: (1/n + 1/m) (χ²(1 - q/k; B - 1) - (B - 1)), with the policy's level q and k tests in the window, q/k
/// being what Benjamini and Hochberg ask of a test that is alone in being significant. By the law of PSI with no drift (Yurdakul, Statistical Properties of Population Stability Index, 2018);
/// for a shift Kolmogorov and Smirnov's test has about the same bound. Above the policy's size of drift: a drift of that size would be missed, as there are too few rows.
/// </param>
/// <param name="JensenShannon">Jensen-Shannon distance, base 2: 0 to 1.</param>
/// <param name="LInfinity">The greatest difference of a share: 0 to 1.</param>
/// <param name="TotalVariation">Half the sum of the differences of shares: 0 to 1.</param>
public sealed record EffectSize(double Psi, double AdjustedPsi, double NoiseFloor, double SmallestDetectablePsi, double JensenShannon, double LInfinity, double TotalVariation);
