using System.Globalization;
using System.Text.Json;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Definition;

/// <summary>Settings one by one, each under its path in model.yaml, such as <c>training.trainers[0].leaves</c>, so that a plan can name the one that changed. Made from the canonical JSON, whatever is in it.</summary>
internal static class SettingDetails
{
    // A query has some lines; what is longer is not kept in the records of the store.
    private const int LongestValue = 4_000;

    /// <param name="json">Canonical JSON, an object.</param>
    /// <returns>JSON text by path.</returns>
    public static IReadOnlyDictionary<string, string> Of(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        var details = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(details, string.Empty, document.RootElement);
        return details;
    }

    private static void Add(Dictionary<string, string> details, string path, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object && value.EnumerateObject().Any())
        {
            foreach (var member in value.EnumerateObject())
            {
                Add(details, path.Length == 0 ? member.Name : $"{path}.{member.Name}", member.Value);
            }
        }
        else if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0)
        {
            foreach (var (index, element) in value.EnumerateArray().Index())
            {
                Add(details, string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"), element);
            }
        }
        else
        {
            var text = value.GetRawText();
            details[path] = text.Length <= LongestValue ? text : StageInput.ContentOf(Digest.OfText(text).Hex);
        }
    }
}
