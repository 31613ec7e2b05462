namespace Pipeline.Metrics.Intervals;

/// <summary>SplitMix64 (Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, OOPSLA 2014): .NET's generator with a seed takes several times as long, and may change.</summary>
public static class SplitMix64
{
    /// <summary>The next number.</summary>
    /// <param name="state">Any to begin with; it moves on.</param>
    public static ulong Next(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
