using System.Text.Json.Serialization;
using Pipeline.Drift;

namespace Pipeline.ModelPackage;

/// <summary>Serializer code for the package's own files: all that the service reads, so that it needs no reflection.</summary>
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(GoldenSample))]
[JsonSerializable(typeof(BinaryOutputs))]
[JsonSerializable(typeof(MulticlassOutputs))]
[JsonSerializable(typeof(RegressionOutputs))]
[JsonSerializable(typeof(ReferenceProfile))]
internal sealed partial class PackageJsonContext : JsonSerializerContext;
