using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Pipeline.ModelPackage;

namespace Pipeline.Benchmarks.Requests;

/// <summary>Bodies of the Open Inference Protocol's infer: one tensor [N, 1] a feature, FP32 or BYTES, as JSON or with the binary tensor extension.</summary>
public static class TensorBody
{
    public static byte[] Json(FeatureSchema schema, IReadOnlyList<BenchmarkRow> rows) => Head(schema, rows, tensors: null);

    /// <summary>The JSON part with the raw tensors behind it, as the public clients send by default: outputs are asked for in binary, too.</summary>
    /// <returns>The body, and the bytes of its JSON part for the header Inference-Header-Content-Length.</returns>
    public static (byte[] Body, int JsonLength) Binary(FeatureSchema schema, IReadOnlyList<BenchmarkRow> rows)
    {
        var tensors = Columns(schema).Select(column => Raw(column, rows)).ToList();
        var head = Head(schema, rows, tensors);
        return ([.. head, .. tensors.SelectMany(tensor => tensor)], head.Length);
    }

    private static byte[] Head(FeatureSchema schema, IReadOnlyList<BenchmarkRow> rows, List<byte[]>? tensors)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("inputs");
            foreach (var (index, column) in Columns(schema).Index())
            {
                WriteInput(json, column, rows, tensors?[index].Length);
            }

            json.WriteEndArray();
            if (tensors is not null)
            {
                json.WriteStartObject("parameters");
                json.WriteBoolean("binary_data_output", true);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteInput(Utf8JsonWriter json, (Feature Feature, int Slot) column, IReadOnlyList<BenchmarkRow> rows, int? binaryLength)
    {
        var isNumeric = column.Feature.Kind == FeatureKind.Numeric;
        json.WriteStartObject();
        json.WriteString("name", column.Feature.Name);
        json.WriteStartArray("shape");
        json.WriteNumberValue(rows.Count);
        json.WriteNumberValue(1);
        json.WriteEndArray();
        json.WriteString("datatype", isNumeric ? "FP32" : "BYTES");
        if (binaryLength is { } length)
        {
            json.WriteStartObject("parameters");
            json.WriteNumber("binary_data_size", length);
            json.WriteEndObject();
        }
        else
        {
            json.WriteStartArray("data");
            foreach (var row in rows)
            {
                if (isNumeric)
                {
                    json.WriteNumberValue(row.Numbers[column.Slot]);
                }
                else
                {
                    json.WriteStringValue(row.Categories[column.Slot]);
                }
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static byte[] Raw((Feature Feature, int Slot) column, IReadOnlyList<BenchmarkRow> rows)
    {
        var bytes = new ArrayBufferWriter<byte>();
        foreach (var row in rows)
        {
            if (column.Feature.Kind == FeatureKind.Numeric)
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes.GetSpan(4), row.Numbers[column.Slot]);
                bytes.Advance(4);
            }
            else
            {
                var text = Encoding.UTF8.GetBytes(row.Categories[column.Slot]);
                BinaryPrimitives.WriteInt32LittleEndian(bytes.GetSpan(4), text.Length);
                bytes.Advance(4);
                bytes.Write(text);
            }
        }

        return bytes.WrittenSpan.ToArray();
    }

    private static IEnumerable<(Feature Feature, int Slot)> Columns(FeatureSchema schema)
    {
        var slots = new int[2];
        foreach (var feature in schema.Features)
        {
            yield return (feature, slots[(int)feature.Kind]++);
        }
    }
}
