using System.Globalization;

namespace Pipeline.Delivery.Evaluation;

/// <summary>How numbers are written for people: the same in every culture.</summary>
public static class MetricText
{
    public static string Of(double? value) => value is { } number ? number.ToString("0.0000", CultureInfo.InvariantCulture) : "undefined";

    /// <summary>Two values of which one is the lesser, with digits enough to see it.</summary>
    public static (string One, string Other) OfBoth(double one, double other) => one != other && Of(one) == Of(other)
        ? (one.ToString("R", CultureInfo.InvariantCulture), other.ToString("R", CultureInfo.InvariantCulture))
        : (Of(one), Of(other));

    public static string List(IReadOnlyDictionary<string, double?> metrics) => string.Join(", ", metrics.Select(m => $"{m.Key} {Of(m.Value)}"));
}
