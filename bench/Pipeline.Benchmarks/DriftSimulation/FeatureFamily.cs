namespace Pipeline.Benchmarks.DriftSimulation;

/// <summary>What the features of a simulated model look like.</summary>
internal enum FeatureFamily
{
    /// <summary>Standard normal, independent.</summary>
    Normal,

    /// <summary>Standard normal, each two correlated by 0.7.</summary>
    Correlated,

    /// <summary>Cauchy and log-normal in turn, independent.</summary>
    HeavyTailed,

    /// <summary>Counts, flags and categories with rare values, independent.</summary>
    Discrete,
}
