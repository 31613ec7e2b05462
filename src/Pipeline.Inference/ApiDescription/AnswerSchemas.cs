using System.Globalization;
using System.Text.Json.Nodes;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.ApiDescription;

/// <summary>What a model answers to a row, as JSON schemas, in the form of its task.</summary>
internal static class AnswerSchemas
{
    public const string Label = "label";

    /// <summary>An answer in the native dialect and in MLflow's.</summary>
    public static JsonObject PredictionOf(ModelOutputs outputs) => new()
    {
        ["type"] = "object",
        ["required"] = JsonNodes.Texts(MembersOf(outputs)),
        ["additionalProperties"] = false,
        ["properties"] = new JsonObject(PropertiesOf(outputs, LabelOf(outputs))),
    };

    /// <summary>A golden row in /v1/model.</summary>
    public static JsonObject GoldenRowOf(ModelOutputs outputs) => new()
    {
        ["type"] = "object",
        ["required"] = JsonNodes.Texts(["row", .. MembersOf(outputs)]),
        ["properties"] = new JsonObject([KeyValuePair.Create("row", (JsonNode?)JsonNodes.Reference("schemas/Row")), .. PropertiesOf(outputs, new JsonObject { ["type"] = "string" })]),
    };

    /// <summary>The outputs in /v1/model.</summary>
    public static JsonObject OutputsOf(ModelOutputs outputs)
    {
        var properties = outputs switch
        {
            BinaryOutputs => new JsonObject
            {
                ["positiveLabel"] = new JsonObject { ["type"] = "string", ["description"] = "The class whose probability is given." },
                ["negativeLabel"] = new JsonObject { ["type"] = "string" },
                ["threshold"] = new JsonObject { ["type"] = "number", ["description"] = "A row is positive if its probability is at least this." },
            },
            MulticlassOutputs => new JsonObject
            {
                ["classes"] = new JsonObject { ["type"] = "array", ["description"] = "In the order of `probabilities`.", ["items"] = new JsonObject { ["type"] = "string" } },
            },
            _ => new JsonObject
            {
                ["quantity"] = new JsonObject { ["type"] = "string", ["description"] = "What is predicted." },
                ["unit"] = new JsonObject { ["type"] = new JsonArray("string", "null"), ["description"] = "Of the number." },
            },
        };
        return new JsonObject { ["type"] = "object", ["required"] = JsonNodes.Texts(properties.Select(property => property.Key)), ["properties"] = properties };
    }

    /// <summary>The tensors that the model answers, by their names.</summary>
    public static IReadOnlyList<string> MembersOf(ModelOutputs outputs) => outputs.Labels.Count > 0 ? [outputs.Tensor, Label] : [outputs.Tensor];

    /// <summary>One number of an answer.</summary>
    public static JsonObject NumberOf(ModelOutputs outputs) => outputs is RegressionOutputs
        ? new JsonObject { ["type"] = "number" }
        : new JsonObject { ["type"] = "number", ["minimum"] = 0, ["maximum"] = 1 };

    /// <summary>A label. Of more classes than anybody reads they are not listed.</summary>
    public static JsonObject LabelOf(ModelOutputs outputs)
    {
        var label = new JsonObject
        {
            ["type"] = "string",
            ["description"] = outputs is BinaryOutputs binary
                ? FormattableString.Invariant($"`{binary.PositiveLabel}` if the probability is at least {binary.Threshold}.")
                : "The most probable class, the first of those that tie.",
        };
        if (outputs.Labels.Count <= RowSchema.MaxKnownValues)
        {
            label["enum"] = JsonNodes.Texts(outputs.Labels);
        }

        return label;
    }

    /// <summary>What the numbers are, in words.</summary>
    public static string DescriptionOf(ModelOutputs outputs) => outputs switch
    {
        BinaryOutputs binary => $"The probability of `{binary.PositiveLabel}`.",
        MulticlassOutputs classes when classes.Width <= RowSchema.MaxKnownValues => $"The probability of each class, in this order: {string.Join(", ", classes.Classes.Select(name => $"`{name}`"))}.",
        MulticlassOutputs classes => string.Create(CultureInfo.InvariantCulture, $"The probability of each of {classes.Width} classes, in the order of `outputs.classes` in /v1/model."),
        RegressionOutputs { Unit: { } unit } number => $"`{number.Quantity}` in {unit}.",
        RegressionOutputs number => $"`{number.Quantity}`.",
        _ => string.Empty,
    };

    private static IEnumerable<KeyValuePair<string, JsonNode?>> PropertiesOf(ModelOutputs outputs, JsonObject label)
    {
        var numbers = NumberOf(outputs);
        if (outputs.IsMatrix)
        {
            numbers = new JsonObject { ["type"] = "array", ["items"] = numbers, ["minItems"] = outputs.Width, ["maxItems"] = outputs.Width };
        }

        numbers.Insert(1, "description", DescriptionOf(outputs));
        yield return KeyValuePair.Create(outputs.Tensor, (JsonNode?)numbers);
        if (outputs.Labels.Count > 0)
        {
            yield return KeyValuePair.Create(Label, (JsonNode?)label);
        }
    }
}
