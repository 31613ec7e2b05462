namespace Pipeline.Benchmarks.DriftSimulation;

/// <summary>Wilson's interval of 95 % of a share (JASA 22, 1927): honest also where nothing, or all, was counted.</summary>
internal readonly record struct WilsonInterval(double Share, double Low, double High)
{
    private const double Z = 1.959963984540054;

    /// <param name="hits">0 to <paramref name="trials"/>.</param>
    /// <param name="trials">At least 1.</param>
    public static WilsonInterval Of(int hits, int trials)
    {
        var share = (double)hits / trials;
        var divisor = 1 + (Z * Z / trials);
        var centre = (share + (Z * Z / (2 * trials))) / divisor;
        var half = Z / divisor * Math.Sqrt((share * (1 - share) / trials) + (Z * Z / (4d * trials * trials)));
        return new WilsonInterval(share, Math.Max(0, centre - half), Math.Min(1, centre + half));
    }
}
