using System.Text.Json.Serialization;

namespace Pipeline.ModelPackage;

/// <summary>Serializer code for the package's own files: all that the service reads, so that it needs no reflection.</summary>
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(GoldenSample))]
internal sealed partial class PackageJsonContext : JsonSerializerContext;
