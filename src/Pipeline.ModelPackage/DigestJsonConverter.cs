using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.ModelPackage;

/// <summary>Writes a digest as <c>sha256:</c> and its hex digits, and reads nothing else.</summary>
internal sealed class DigestJsonConverter : JsonConverter<Digest>
{
    public override Digest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Digest.TryParse(reader.GetString(), out var digest) ? digest : throw new JsonException($"'{reader.GetString()}' is not a digest (sha256: and 64 lower-case hex digits).");

    public override void Write(Utf8JsonWriter writer, Digest value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
