using System.Buffers;
using System.Text.Json;
using Pipeline.ModelPackage;

namespace Pipeline.Benchmarks.Requests;

/// <summary>Bodies of POST /v1/predict, which the peers take as well: one bare row, or <c>{"rows":[…]}</c>.</summary>
public static class NativeBody
{
    public static byte[] Of(FeatureSchema schema, IReadOnlyList<BenchmarkRow> rows)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            if (rows is [var only])
            {
                WriteRow(json, schema, only);
            }
            else
            {
                json.WriteStartObject();
                json.WriteStartArray("rows");
                foreach (var row in rows)
                {
                    WriteRow(json, schema, row);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteRow(Utf8JsonWriter json, FeatureSchema schema, BenchmarkRow row)
    {
        var (number, category) = (0, 0);
        json.WriteStartObject();
        foreach (var feature in schema.Features)
        {
            if (feature.Kind == FeatureKind.Numeric)
            {
                json.WriteNumber(feature.Name, row.Numbers[number++]);
            }
            else
            {
                json.WriteString(feature.Name, row.Categories[category++]);
            }
        }

        json.WriteEndObject();
    }
}
