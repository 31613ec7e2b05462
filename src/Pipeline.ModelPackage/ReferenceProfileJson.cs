using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.Drift;

namespace Pipeline.ModelPackage;

/// <summary>Serializer code for reference.json, in the form of all the package's JSON files.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ReferenceProfile))]
public sealed partial class ReferenceProfileJson : JsonSerializerContext
{
    private static readonly ReferenceProfileJson Strict = new(new JsonSerializerOptions(PackageJson.Options) { TypeInfoResolver = null });

    public static byte[] Serialize(ReferenceProfile profile) => [.. JsonSerializer.SerializeToUtf8Bytes(profile, Strict.ReferenceProfile), (byte)'\n'];

    /// <exception cref="InvalidDataException">The bytes are not JSON of a reference profile.</exception>
    public static ReferenceProfile Deserialize(ReadOnlySpan<byte> bytes, string origin)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, Strict.ReferenceProfile) ?? throw new InvalidDataException($"{origin} holds null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{origin} is not a valid {nameof(ReferenceProfile)}: {e.Message}", e);
        }
    }
}
