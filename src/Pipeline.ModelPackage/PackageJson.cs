using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

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

        TypeInfoResolver = Resolver(),
    };

    public static byte[] Serialize<T>(T value) => [.. JsonSerializer.SerializeToUtf8Bytes(value, TypeInfoOf<T>()), (byte)'\n'];

    /// <exception cref="InvalidDataException">The bytes are not JSON of this type.</exception>
    public static T Deserialize<T>(ReadOnlySpan<byte> bytes, string origin)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, TypeInfoOf<T>()) ?? throw new InvalidDataException($"{origin} holds null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{origin} is not a valid {typeof(T).Name}: {e.Message}", e);
        }
    }

    // The package's own files by generated code, everywhere; the pipeline's other records by reflection. The service has that switched off: there the condition is the
    // constant false, and what stands behind it is not compiled in.
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Only where reflection is on, which trimmed programs have off.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Only where reflection is on, which programs compiled ahead of time have off.")]
    private static IJsonTypeInfoResolver Resolver() => JsonSerializer.IsReflectionEnabledByDefault
        ? JsonTypeInfoResolver.Combine(PackageJsonContext.Default, new DefaultJsonTypeInfoResolver())
        : PackageJsonContext.Default;

    private static JsonTypeInfo<T> TypeInfoOf<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));
}
