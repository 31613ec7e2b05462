using System.Text.Json;
using Pipeline.Inference.Telemetry;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.OpenInference;

/// <summary>The protocol's documents about a model, and those that Triton's tools ask for.</summary>
internal static class ModelDocuments
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    public static void WriteMetadata(Utf8JsonWriter json, PackagedModel package, string? stage)
    {
        json.WriteString("name"u8, package.Manifest.Name);
        json.WriteStartArray("versions"u8);
        foreach (var version in ModelVersions.Of(package, stage))
        {
            json.WriteStringValue(version);
        }

        json.WriteEndArray();
        json.WriteString("platform"u8, "onnx_onnxv1"u8);
        json.WriteStartArray("inputs"u8);
        foreach (var feature in package.Manifest.Features.Features)
        {
            WriteTensor(json, feature.Name, feature.Kind == FeatureKind.Numeric ? "FP32" : "BYTES", [-1, 1]);
        }

        json.WriteEndArray();
        json.WriteStartArray("outputs"u8);
        var outputs = package.Manifest.Outputs;
        WriteTensor(json, outputs.Tensor, "FP32", outputs.IsMatrix ? [-1, outputs.Width] : [-1]);
        if (outputs.Labels.Count > 0)
        {
            WriteTensor(json, "label", "BYTES", [-1]);
        }

        json.WriteEndArray();
    }

    /// <summary>Triton's model configuration. With a batch size Triton's shapes leave the rows out.</summary>
    public static void WriteConfiguration(Utf8JsonWriter json, PackagedModel package, int maxRows)
    {
        json.WriteString("name"u8, package.Manifest.Name);
        json.WriteString("platform"u8, "onnxruntime_onnx"u8);
        json.WriteString("backend"u8, "onnxruntime"u8);
        json.WriteNumber("max_batch_size"u8, maxRows);
        json.WriteStartArray("input"u8);
        foreach (var feature in package.Manifest.Features.Features)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, feature.Name);
            json.WriteString("data_type"u8, feature.Kind == FeatureKind.Numeric ? "TYPE_FP32"u8 : "TYPE_STRING"u8);
            json.WriteStartArray("dims"u8);
            json.WriteNumberValue(1);
            json.WriteEndArray();
            json.WriteBoolean("optional"u8, feature.AllowsMissing);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("output"u8);
        var outputs = package.Manifest.Outputs;
        WriteConfiguredOutput(json, outputs.Tensor, "TYPE_FP32", outputs.IsMatrix ? [outputs.Width] : []);
        if (outputs.Labels.Count > 0)
        {
            WriteConfiguredOutput(json, "label", "TYPE_STRING", []);
        }

        json.WriteEndArray();
    }

    /// <summary>Triton's statistics, as far as this service counts: times of requests apart by outcome, and of the last one, are not kept. All dialects count.</summary>
    public static void WriteStatistics(Utf8JsonWriter json, PackagedModel package, ModelMetrics metrics)
    {
        json.WriteStartArray("model_stats"u8);
        json.WriteStartObject();
        json.WriteString("name"u8, package.Manifest.Name);
        json.WriteString("version"u8, package.Version);
        json.WriteNumber("inference_count"u8, (long)metrics.Rows.Value);
        json.WriteNumber("execution_count"u8, metrics.BatchRows.Count);
        json.WriteStartObject("inference_stats"u8);
        WriteCount(json, "success", metrics.Requests.Total(Outcome.Ok), seconds: null);
        WriteCount(json, "fail", Enum.GetValues<Outcome>().Where(outcome => outcome != Outcome.Ok).Sum(metrics.Requests.Total), seconds: null);
        WriteCount(json, "queue", metrics.QueueDuration.Count, metrics.QueueDuration.Sum);
        WriteCount(json, "compute_infer", metrics.ComputeDuration.Count, metrics.ComputeDuration.Sum);
        json.WriteEndObject();
        json.WriteStartArray("batch_stats"u8);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteTensor(Utf8JsonWriter json, string name, string datatype, ReadOnlySpan<int> shape)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, name);
        json.WriteString("datatype"u8, datatype);
        WriteNumbers(json, "shape", shape);
        json.WriteEndObject();
    }

    private static void WriteConfiguredOutput(Utf8JsonWriter json, string name, string datatype, ReadOnlySpan<int> dimensions)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, name);
        json.WriteString("data_type"u8, datatype);
        WriteNumbers(json, "dims", dimensions);
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<int> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private static void WriteCount(Utf8JsonWriter json, string name, long count, double? seconds)
    {
        json.WriteStartObject(name);
        json.WriteNumber("count"u8, count);
        if (seconds is { } known)
        {
            json.WriteNumber("ns"u8, (long)(known * NanosecondsPerSecond));
        }

        json.WriteEndObject();
    }
}
