using System.Globalization;

namespace Pipeline.Drift.Verdicts;

/// <summary>Numbers and names as verdicts' sentences have them, the same on every machine.</summary>
internal static class Wording
{
    private const int Digits = 3;

    // Math.Round's own limit.
    private const int MostDigits = 15;

    /// <summary>Three digits behind the point, at most.</summary>
    // Adding zero makes a zero of the negative one, which would be written as "-0".
    public static string Number(double value) => (Math.Round(value, Digits) + 0.0).ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>As many digits as show on which side of a threshold the number is: 0.0997 is not "0.1" where 0.1 is the threshold.</summary>
    public static string Number(double value, double threshold)
    {
        var digits = Digits;
        while (digits < MostDigits && Math.Round(value, digits) < threshold != value < threshold)
        {
            digits++;
        }

        return (Math.Round(value, digits) + 0.0).ToString("0.###############", CultureInfo.InvariantCulture);
    }

    public static string PValue(double value) => value switch
    {
        0 => "below 1e-300",
        < 0.001 => value.ToString("0e+0", CultureInfo.InvariantCulture),
        _ => Number(value),
    };

    public static string Percent(double share) => (share * 100).ToString(share is > 0 and < 0.001 ? "0.###" : "0.#", CultureInfo.InvariantCulture) + " %";

    public static string Change(double from, double to) => $"{Percent(from)} → {Percent(to)}";

    public static string Of(ValueState state) => state switch
    {
        ValueState.Missing => "missing",
        ValueState.NotFinite => "infinite",
        ValueState.BelowRange => "below the range of training",
        ValueState.AboveRange => "above the range of training",
        ValueState.Unseen => "not seen in training",
        _ => "ok",
    };

    /// <summary>The first few, and how many more there are.</summary>
    public static string List(IReadOnlyCollection<string> texts, int most, string separator = ", ") =>
        texts.Count > most ? string.Create(CultureInfo.InvariantCulture, $"{string.Join(separator, texts.Take(most))} and {texts.Count - most} more") : string.Join(separator, texts);

    public static string Features(int count) => count == 1 ? "1 feature" : string.Create(CultureInfo.InvariantCulture, $"{count} features");
}
