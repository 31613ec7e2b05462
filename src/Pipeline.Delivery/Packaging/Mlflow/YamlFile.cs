using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Pipeline.Delivery.Packaging.Mlflow;

/// <summary>
/// Writes a JSON tree as YAML in block style, whose every text is quoted: Python's reader knows YAML 1.1, to which a plain <c>3.10</c>, <c>no</c> or <c>0123</c> is no text. The same tree always gives the same bytes,
/// on every platform.
/// </summary>
internal static class YamlFile
{
    private static readonly EmitterSettings Settings = new EmitterSettings().WithNewLine("\n");

    public static void Write(string path, JsonObject content) => File.WriteAllText(path, TextOf(content), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));

    public static string TextOf(JsonObject content)
    {
        var text = new StringWriter();
        var emitter = new Emitter(text, Settings);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Emit(emitter, content);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void Emit(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject mapping:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, MappingStyle.Block));
                foreach (var (key, value) in mapping)
                {
                    emitter.Emit(ScalarOf(key, ScalarStyle.Plain));
                    Emit(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray sequence:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Block));
                foreach (var item in sequence)
                {
                    Emit(emitter, item);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                emitter.Emit(TextOf(value.GetValue<string>()));
                break;
            default:
                emitter.Emit(ScalarOf(NumberOf(node?.ToJsonString() ?? "null"), ScalarStyle.Plain));
                break;
        }
    }

    // What is no printable ASCII goes into double quotes, the one style with escapes: line breaks, of which YAML 1.1 knows more than YAML 1.2, and characters that readers refuse.
    private static Scalar TextOf(string text) => ScalarOf(text, text.All(c => c is >= ' ' and <= '~') ? ScalarStyle.SingleQuoted : ScalarStyle.DoubleQuoted);

    private static Scalar ScalarOf(string text, ScalarStyle style) => new(AnchorName.Empty, TagName.Empty, text, style, isPlainImplicit: true, isQuotedImplicit: true);

    // To YAML 1.1, 1E-05 is a text and 1.0E-05 a number.
    private static string NumberOf(string json) => json.Contains('.', StringComparison.Ordinal) ? json : json.Replace("E", ".0E", StringComparison.Ordinal);
}
