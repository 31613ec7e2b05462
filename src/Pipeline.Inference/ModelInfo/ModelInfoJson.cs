using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Inference.ModelInfo;

/// <summary>Serializer code for what /v1/model tells.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.Never)]
[JsonSerializable(typeof(ModelDescription))]
internal sealed partial class ModelInfoJson : JsonSerializerContext;
