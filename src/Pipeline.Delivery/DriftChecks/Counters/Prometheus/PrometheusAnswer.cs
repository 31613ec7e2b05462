using System.Globalization;
using System.Text.Json;
using Pipeline.Engine;

namespace Pipeline.Delivery.DriftChecks.Counters.Prometheus;

/// <summary>Reads the answers of Prometheus' HTTP API. Format: https://prometheus.io/docs/prometheus/latest/querying/api/.</summary>
internal static class PrometheusAnswer
{
    /// <summary>Whether the body looks like an answer of the API and not like a page.</summary>
    public static bool IsJson(ReadOnlySpan<byte> body) => body.TrimStart(" \r\n\t"u8) is [(byte)'{', ..];

    /// <summary>The reason of a refusal; null if the body is none of the API's.</summary>
    public static string? ErrorOf(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("error", out var error) ? error.ToString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <param name="body">The answer to a range selector.</param>
    /// <param name="after">Samples of that time and earlier ones are dropped: version 2 gives those at the very start, version 3 does not.</param>
    /// <param name="query">For messages.</param>
    /// <exception cref="PipelineException">Tool error: the body is something else, or the server left something out.</exception>
    public static IReadOnlyList<PrometheusSeries> SamplesOf(byte[] body, long after, string query) => Read(body, data =>
    {
        var result = data.GetProperty("result");
        if (data.GetProperty("resultType").GetString() != "matrix")
        {
            throw new FormatException($"the result of {query} is no matrix");
        }

        return result.EnumerateArray().Select(series => new PrometheusSeries(Labels(series.GetProperty("metric")), Samples(series, after))).Where(series => series.Samples.Count > 0).ToList();
    });

    /// <exception cref="PipelineException">Tool error: the body is something else, or the server left something out.</exception>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> LabelsOf(byte[] body) => Read(body, data => data.EnumerateArray().Select(Labels).ToList());

    private static List<T> Read<T>(byte[] body, Func<JsonElement, List<T>> read)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.GetProperty("status").GetString() != "success")
            {
                throw new FormatException(ErrorOf(body) ?? "its status is not success");
            }

            // Remote storages say so if they could not read everything; counts from a part would look like less traffic.
            if (json.RootElement.TryGetProperty("warnings", out var warnings) && warnings.ValueKind == JsonValueKind.Array && warnings.GetArrayLength() > 0)
            {
                throw new FormatException($"it has warnings: {string.Join("; ", warnings.EnumerateArray())}");
            }

            return read(json.RootElement.GetProperty("data"));
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new PipelineException(ExitCode.ToolError, $"Prometheus' answer cannot be used: {e.Message}", e);
        }
    }

    private static Dictionary<string, string> Labels(JsonElement metric)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var label in metric.EnumerateObject())
        {
            labels[label.Name] = label.Value.GetString() ?? string.Empty;
        }

        return labels;
    }

    private static List<PrometheusSample> Samples(JsonElement series, long after)
    {
        var values = series.GetProperty("values");
        var samples = new List<PrometheusSample>(values.GetArrayLength());
        foreach (var pair in values.EnumerateArray())
        {
            var time = (long)Math.Round(pair[0].GetDouble() * 1000);
            if (time > after)
            {
                samples.Add(new PrometheusSample(time, double.Parse(pair[1].GetString()!, NumberStyles.Float, CultureInfo.InvariantCulture)));
            }
        }

        return samples;
    }
}
