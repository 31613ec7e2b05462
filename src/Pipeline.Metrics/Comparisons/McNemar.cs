using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace Pipeline.Metrics.Comparisons;

/// <summary>McNemar's test of two models' decisions on the same rows (Psychometrika 12, 1947): only rows that one gets right and the other does not tell them apart.</summary>
/// <param name="OnlyFirst">Rows that the first gets right and the second does not.</param>
/// <param name="OnlySecond">The other way round.</param>
public sealed record McNemar(long OnlyFirst, long OnlySecond)
{
    // Below, the approximation by χ² is rough.
    private const int LeastForChiSquared = 25;

    /// <summary>Exact and two-sided, by the binomial distribution.</summary>
    public double ExactPValue => Math.Min(1, 2 * Binomial.CDF(0.5, Discordant, Math.Min(OnlyFirst, OnlySecond)));

    /// <summary>The exact one less half the probability of what was seen: less cautious, and nearer to its level.</summary>
    public double MidPValue => OnlyFirst == OnlySecond
        ? 1 - (Binomial.PMF(0.5, Discordant, (int)OnlyFirst) / 2)
        : (2 * Binomial.CDF(0.5, Discordant, Math.Min(OnlyFirst, OnlySecond))) - Binomial.PMF(0.5, Discordant, (int)Math.Min(OnlyFirst, OnlySecond));

    /// <summary>With Edwards' correction for continuity; 0 without discordant rows.</summary>
    public double ChiSquared => Discordant == 0 ? 0 : Math.Pow(Math.Max(0, Math.Abs(OnlyFirst - OnlySecond) - 1), 2) / Discordant;

    /// <summary>Of <see cref="ChiSquared"/>, with one degree of freedom.</summary>
    public double ChiSquaredPValue => SpecialFunctions.Erfc(Math.Sqrt(ChiSquared / 2));

    /// <summary>The exact one with fewer than 25 discordant rows, else that of χ².</summary>
    public double PValue => Discordant < LeastForChiSquared ? ExactPValue : ChiSquaredPValue;

    private int Discordant => checked((int)(OnlyFirst + OnlySecond));

    /// <param name="labels">What is true; one per row.</param>
    /// <param name="first">The first model's decisions.</param>
    /// <param name="second">The second's.</param>
    /// <typeparam name="T">Of a label.</typeparam>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static McNemar Of<T>(ReadOnlySpan<T> labels, ReadOnlySpan<T> first, ReadOnlySpan<T> second)
        where T : IEquatable<T>
    {
        if (labels.Length != first.Length || labels.Length != second.Length)
        {
            throw new ArgumentException($"{labels.Length} labels, but {first.Length} and {second.Length} decisions.");
        }

        long onlyFirst = 0, onlySecond = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            var (firstIsRight, secondIsRight) = (first[i].Equals(labels[i]), second[i].Equals(labels[i]));
            onlyFirst += firstIsRight && !secondIsRight ? 1 : 0;
            onlySecond += secondIsRight && !firstIsRight ? 1 : 0;
        }

        return new McNemar(onlyFirst, onlySecond);
    }
}
