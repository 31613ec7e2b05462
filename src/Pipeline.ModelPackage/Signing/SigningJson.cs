using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Pipeline.ModelPackage.Signing;

/// <summary>Serializer code for signatures. Members that are not known are passed over, as DSSE and in-toto demand; one that stands twice is refused, because readers could differ over it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, AllowDuplicateProperties = false, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SigstoreBundle))]
[JsonSerializable(typeof(ModelStatement))]
internal sealed partial class SigningJson : JsonSerializerContext
{
    /// <summary>With base64 as it is: by default a plus sign would be escaped.</summary>
    public static SigningJson Plain => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <exception cref="InvalidDataException">The bytes are not JSON of this type.</exception>
    public static T Deserialize<T>(ReadOnlySpan<byte> bytes, JsonTypeInfo<T> type, string origin)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, type) ?? throw new InvalidDataException($"{origin} holds null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{origin} is not a valid {typeof(T).Name}: {e.Message}", e);
        }
    }
}
