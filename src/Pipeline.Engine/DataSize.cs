using System.Globalization;

namespace Pipeline.Engine;

/// <summary>A number of bytes, as people write and read it.</summary>
/// <param name="Bytes">0 or more.</param>
public readonly record struct DataSize(long Bytes)
{
    /// <summary>How it is written, for messages.</summary>
    public const string Form = "a size such as 500MB, 2GiB or 0";

    private static readonly (string Name, decimal Bytes)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1),
    ];

    /// <summary>Reads <c>2GiB</c>, <c>1.5 GB</c>, or bytes without a unit; case does not count.</summary>
    public static bool TryParse(string? text, out DataSize size)
    {
        size = default;
        var written = text?.Trim() ?? string.Empty;
        var unit = Array.Find(Units, unit => written.EndsWith(unit.Name, StringComparison.OrdinalIgnoreCase));
        var number = unit.Name is null ? written : written[..^unit.Name.Length].TrimEnd();
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) || value > long.MaxValue / (unit.Name is null ? 1 : unit.Bytes))
        {
            return false;
        }

        size = new DataSize((long)(value * (unit.Name is null ? 1 : unit.Bytes)));
        return true;
    }

    /// <summary>In the largest binary unit of which there is at least one: <c>1.5 GiB</c>.</summary>
    public override string ToString()
    {
        var bytes = Bytes;
        var unit = Array.FindLast(Units[..4], unit => bytes >= unit.Bytes);
        return unit.Name is null ? string.Create(CultureInfo.InvariantCulture, $"{Bytes} B") : string.Create(CultureInfo.InvariantCulture, $"{Bytes / unit.Bytes:0.#} {unit.Name}");
    }
}
