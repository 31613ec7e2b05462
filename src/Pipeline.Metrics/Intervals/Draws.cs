namespace Pipeline.Metrics.Intervals;

/// <summary>How often each row counts.</summary>
internal static class Draws
{
    /// <summary>Each row once: the rows themselves, not a resample of them.</summary>
    public static byte[] Once(int rows)
    {
        var draws = new byte[rows];
        Array.Fill(draws, (byte)1);
        return draws;
    }
}
