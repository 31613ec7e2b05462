using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Pipeline.ModelPackage;

/// <summary>Reads each form of <see cref="ModelOutputs"/> by the member that it alone has.</summary>
public sealed class ModelOutputsJsonConverter : JsonConverter<ModelOutputs>
{
    public override ModelOutputs Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var members = MembersOf(reader);
        return members.Contains("positiveLabel") ? JsonSerializer.Deserialize(ref reader, TypeInfoOf<BinaryOutputs>(options))!
            : members.Contains("classes") ? JsonSerializer.Deserialize(ref reader, TypeInfoOf<MulticlassOutputs>(options))!
            : members.Contains("quantity") ? JsonSerializer.Deserialize(ref reader, TypeInfoOf<RegressionOutputs>(options))!
            : throw new JsonException("The outputs have neither positiveLabel nor classes nor quantity.");
    }

    public override void Write(Utf8JsonWriter writer, ModelOutputs value, JsonSerializerOptions options)
    {
        switch (value)
        {
            case BinaryOutputs binary:
                JsonSerializer.Serialize(writer, binary, TypeInfoOf<BinaryOutputs>(options));
                break;
            case MulticlassOutputs multiclass:
                JsonSerializer.Serialize(writer, multiclass, TypeInfoOf<MulticlassOutputs>(options));
                break;
            case RegressionOutputs regression:
                JsonSerializer.Serialize(writer, regression, TypeInfoOf<RegressionOutputs>(options));
                break;
            default:
                throw new NotSupportedException($"{value.GetType().Name} has no form in JSON.");
        }
    }

    // The caller's own: a context of generated code names the three types.
    private static JsonTypeInfo<T> TypeInfoOf<T>(JsonSerializerOptions options) => (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));

    private static HashSet<string> MembersOf(Utf8JsonReader reader)
    {
        var members = new HashSet<string>(StringComparer.Ordinal);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return members;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            members.Add(reader.GetString()!);
            reader.Read();
            reader.Skip();
        }

        return members;
    }
}
