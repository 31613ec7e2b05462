using System.Text.Json;
using System.Text.Json.Serialization;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.ModelInfo;

/// <summary>Serializer code for what /v1/model tells.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.Never)]
[JsonSerializable(typeof(ModelDescription))]
[JsonSerializable(typeof(BinaryOutputs))]
[JsonSerializable(typeof(MulticlassOutputs))]
[JsonSerializable(typeof(RegressionOutputs))]
internal sealed partial class ModelInfoJson : JsonSerializerContext;
