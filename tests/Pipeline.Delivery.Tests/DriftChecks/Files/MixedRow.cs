using System.Globalization;

namespace Pipeline.Delivery.Tests.DriftChecks.Files;

/// <summary>A row of <see cref="MixedModel"/>; null is missing.</summary>
internal sealed record MixedRow(DateTime Time, double? Hour, double? Distance, string? Airport, string? Weekend, double? Nothing, float Probability, bool? Late)
{
    public static string Header => "departure,hour,distance,airport,weekend,nothing,score,late";

    public string Csv => string.Join(',', [Time.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture), Number(Hour, "nan"), Number(Distance, "nan"), Airport is null ? string.Empty : $"\"{Airport}\"", Weekend ?? string.Empty, Number(Nothing, "nan"), Number(Probability, "nan"), Flag(Late) ?? string.Empty]);

    public string Json => $$"""{"departure": "{{Time:yyyy-MM-ddTHH:mm:ss.ffffff}}Z", "hour": {{Json64(Hour)}}, "distance": {{Json64(Distance)}}, "airport": {{Text(Airport)}}, "weekend": {{Weekend ?? "null"}}, "nothing": {{Json64(Nothing)}}, "score": {{Json64(Probability)}}, "late": {{Flag(Late) ?? "null"}}}""";

    /// <summary>As a row of VALUES.</summary>
    public string Sql => string.Create(
        CultureInfo.InvariantCulture,
        $"(TIMESTAMP '{Time:yyyy-MM-dd HH:mm:ss.ffffff}', {Sql64(Hour)}, {Sql64(Distance)}, {(Airport is null ? "NULL" : $"'{Airport}'")}, {Weekend ?? "NULL"}, {Sql64(Nothing)}, {Sql64(Probability)}, {Flag(Late) ?? "NULL"})");

    private static string? Flag(bool? flag) => flag is null ? null : flag.Value ? "true" : "false";

    private static string Number(double? value, string nan) => value switch
    {
        null => string.Empty,
        double.NaN => nan,
        double.PositiveInfinity => "inf",
        double.NegativeInfinity => "-inf",
        _ => value.Value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string Json64(double? value) => value is { } number && double.IsFinite(number) ? Number(number, "null") : "null";

    private static string Sql64(double? value) => value is null ? "NULL::DOUBLE" : $"'{Number(value, "nan")}'::DOUBLE";

    private static string Text(string? text) => text is null ? "null" : $"\"{text}\"";
}
