using System.Text.Encodings.Web;
using System.Text.Json;

namespace Pipeline.ModelPackage;

/// <summary>How the package's JSON files are written: the same value always gives the same bytes, on every platform and in every culture.</summary>
public static class PackageJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public static byte[] Serialize<T>(T value) => [.. JsonSerializer.SerializeToUtf8Bytes(value, Options), (byte)'\n'];

    /// <exception cref="InvalidDataException">The bytes are not JSON of this type.</exception>
    public static T Deserialize<T>(ReadOnlySpan<byte> bytes, string origin)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(bytes, Options) ?? throw new InvalidDataException($"{origin} holds null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{origin} is not a valid {typeof(T).Name}: {e.Message}", e);
        }
    }
}
