namespace Pipeline.Inference.OpenInference;

/// <summary>Converts unsigned integers to floats with one rounding.</summary>
internal static class Unsigned
{
    /// <summary>The nearest float. The runtime's own conversion may pass through a double and round twice; halving keeps the lost bit where it still decides a tie.</summary>
    public static float ToSingle(ulong value) => value <= long.MaxValue ? (long)value : 2f * (long)((value >> 1) | (value & 1));
}
