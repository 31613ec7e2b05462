using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Delivery.Definition;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Data;

/// <summary>The golden requests that a person wrote beside model.yaml: rows as a client sends them, whose answers the smoke test demands of the running service.</summary>
/// <param name="Features">The rows' values.</param>
/// <param name="Rows">The rows as written.</param>
public sealed record GoldenRequests(FeatureBatch Features, IReadOnlyList<JsonObject> Rows)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Reads and validates the rows against a schema.</summary>
    /// <param name="path">The file.</param>
    /// <param name="schema">The model's columns.</param>
    /// <param name="attributes">Columns of the data that the model does not take, for a message to who names one.</param>
    /// <exception cref="PipelineException">The file is not there or at fault; every fault is told at once, with its row (from 1) and field.</exception>
    public static GoldenRequests Read(string path, FeatureSchema schema, params IReadOnlyList<string> attributes)
    {
        var array = ReadArray(path);
        var batch = new FeatureBatch(schema, array.Count);
        var faults = new List<string>();
        var rows = new List<JsonObject>();
        for (var i = 0; i < array.Count; i++)
        {
            if (array[i] is JsonObject row)
            {
                rows.Add(row);
                Fill(batch, i, row, attributes, fault => faults.Add(FormattableString.Invariant($"row {i + 1}: {fault}")));
            }
            else
            {
                faults.Add(FormattableString.Invariant($"row {i + 1}: must be an object such as {{\"{schema.Features[0].Name}\": …}}"));
            }
        }

        return faults.Count == 0
            ? new GoldenRequests(batch, rows)
            : throw new PipelineException(ExitCode.Usage, $"{path} does not fit the model's columns:\n  {string.Join("\n  ", faults)}");
    }

    private static JsonArray ReadArray(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(path), documentOptions: Strict) is JsonArray { Count: > 0 } array
                ? array
                : throw new PipelineException(ExitCode.Usage, $"{path} must hold a JSON array of at least one request row.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PipelineException(ExitCode.Usage, $"{path} cannot be read: {e.Message} Write a few request rows there, as a JSON array of objects.", e);
        }
        catch (JsonException e)
        {
            throw new PipelineException(ExitCode.Usage, $"{path} is not valid JSON: {e.Message}", e);
        }
    }

    private static void Fill(FeatureBatch batch, int index, JsonObject row, IReadOnlyList<string> attributes, Action<string> addFault)
    {
        var schema = batch.Schema;
        var names = schema.Features.Select(feature => feature.Name).ToList();
        foreach (var (name, _) in row.Where(field => !names.Contains(field.Key)))
        {
            addFault(attributes.Contains(name) ? $"'{name}' is one of data.attributes, which the model does not take; leave it out" : $"'{name}' is not a column{NearestName.Hint(name, names)}");
        }

        for (var i = 0; i < schema.Numeric.Count; i++)
        {
            batch.Numeric[(index * schema.Numeric.Count) + i] = Number(schema.Numeric[i], row, addFault);
        }

        for (var i = 0; i < schema.Categorical.Count; i++)
        {
            batch.Categories[i][index] = Category(schema.Categorical[i], row, addFault);
        }
    }

    private static float Number(Feature feature, JsonObject row, Action<string> addFault)
    {
        if (IsMissing(feature, row, addFault))
        {
            return float.NaN;
        }

        if (row[feature.Name] is JsonValue node && node.GetValueKind() == JsonValueKind.Number && node.TryGetValue<double>(out var number) && float.IsFinite((float)number))
        {
            return (float)number;
        }

        addFault($"'{feature.Name}' must be a number within a 32-bit float; it is {row[feature.Name]!.ToJsonString()}");
        return float.NaN;
    }

    private static string Category(Feature feature, JsonObject row, Action<string> addFault)
    {
        if (IsMissing(feature, row, addFault))
        {
            return FeatureSchema.MissingCategory;
        }

        if (row[feature.Name] is JsonValue node && node.GetValueKind() == JsonValueKind.String && node.GetValue<string>() is var text && text != FeatureSchema.MissingCategory)
        {
            return text;
        }

        addFault($"'{feature.Name}' must be a text; it is {row[feature.Name]!.ToJsonString()}");
        return FeatureSchema.MissingCategory;
    }

    private static bool IsMissing(Feature feature, JsonObject row, Action<string> addFault)
    {
        if (row[feature.Name] is not null)
        {
            return false;
        }

        if (!feature.AllowsMissing)
        {
            addFault($"'{feature.Name}' is missing, which training never saw; give a value");
        }

        return true;
    }
}
