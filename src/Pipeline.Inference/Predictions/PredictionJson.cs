using System.Text.Json.Serialization;

namespace Pipeline.Inference.Predictions;

/// <summary>Serializer code for the predictions' fixed parts.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ModelIdentity))]
internal sealed partial class PredictionJson : JsonSerializerContext;
