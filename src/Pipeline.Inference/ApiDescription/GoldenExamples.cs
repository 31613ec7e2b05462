using System.Text.Json.Nodes;
using Pipeline.Inference.ModelLoading;
using Pipeline.Inference.Scoring;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.ApiDescription;

/// <summary>Requests and answers out of the model's golden sample, in each dialect: who sends them gets these answers.</summary>
internal sealed class GoldenExamples(LoadedModel model)
{
    private const int MaxRows = 2;

    private readonly IReadOnlyList<GoldenRow> _rows = [.. model.Golden.Rows.Take(MaxRows)];
    private readonly IReadOnlyList<Feature> _features = model.Package.Manifest.Features.Features;
    private readonly Manifest _manifest = model.Package.Manifest;
    private readonly ModelOutputs _outputs = model.Package.Manifest.Outputs;

    private Column Column => model.Columns.Columns[0];

    /// <summary>Examples by their names in the document.</summary>
    public JsonObject All() => new()
    {
        ["PredictRows"] = Example("Rows", new JsonObject { ["rows"] = Rows() }),
        ["PredictRow"] = Example("One bare row", _rows[0].Row.DeepClone()),
        ["PredictResponse"] = Example("The answer to those rows", new JsonObject { ["model"] = Identity(), ["predictions"] = Predictions() }),
        ["Problem"] = Example("A column of the wrong type", Problem()),
        ["ModelMetadata"] = Example("The tensors", Metadata()),
        ["InferRequest"] = Example("One tensor a column", new JsonObject { ["id"] = "1", ["inputs"] = new JsonArray([.. _features.Select(InputOf)]) }),
        ["InferResponse"] = Example("The answer to those tensors", InferResponse()),
        ["OpenInferenceError"] = Example("An element of the wrong type", new JsonObject { ["error"] = $"{Column.Name}, row 0: expected {Column.Expected}, got a boolean." }),
        ["DataframeSplit"] = Example("A data frame: columns and rows", new JsonObject { ["dataframe_split"] = new JsonObject { ["columns"] = Names(), ["data"] = new JsonArray([.. _rows.Select(Values)]) } }),
        ["DataframeRecords"] = Example("A data frame: records", new JsonObject { ["dataframe_records"] = Rows() }),
        ["Instances"] = Example("Instances", new JsonObject { ["instances"] = Rows() }),
        ["Inputs"] = Example("Columns", new JsonObject { ["inputs"] = new JsonObject(_features.Select(feature => KeyValuePair.Create(feature.Name, (JsonNode?)ColumnOf(feature)))) }),
        ["Csv"] = Example("CSV", Csv()),
        ["MlflowError"] = Example("A column of the wrong type", new JsonObject { ["error_code"] = "BAD_REQUEST", ["message"] = FaultText() }),
    };

    private static JsonObject Example(string summary, JsonNode? value) => new() { ["summary"] = summary, ["value"] = value };

    private JsonObject Identity() => new() { ["name"] = _manifest.Name, ["version"] = model.Package.Version, ["digest"] = model.Package.Digest.ToString() };

    private JsonArray Predictions() => new([.. _rows.Select(PredictionOf)]);

    private JsonObject PredictionOf(GoldenRow row)
    {
        var numbers = NumbersOf(row);
        var prediction = new JsonObject { [_outputs.Tensor] = _outputs.IsMatrix ? new JsonArray([.. numbers]) : numbers[0] };
        if (row.Label is { } label)
        {
            prediction[AnswerSchemas.Label] = label;
        }

        return prediction;
    }

    private static JsonNode?[] NumbersOf(GoldenRow row) => [.. row.Answer().Select(number => (JsonNode?)JsonValue.Create(number))];

    private JsonArray Rows() => JsonNodes.Copies(_rows.Select(row => row.Row));

    private JsonArray Names() => JsonNodes.Texts(_features.Select(feature => feature.Name));

    private JsonArray Values(GoldenRow row) => JsonNodes.Copies(_features.Select(feature => row.Row[feature.Name]));

    private JsonArray ColumnOf(Feature feature) => JsonNodes.Copies(_rows.Select(row => row.Row[feature.Name]));

    private JsonObject InputOf(Feature feature) => new()
    {
        ["name"] = feature.Name,
        ["shape"] = new JsonArray(_rows.Count, 1),
        ["datatype"] = TensorSchemas.DatatypeOf(feature),
        ["data"] = ColumnOf(feature),
    };

    private JsonObject Metadata() => new()
    {
        ["name"] = _manifest.Name,
        ["versions"] = new JsonArray(model.Package.Version),
        ["platform"] = "onnx_onnxv1",
        ["inputs"] = new JsonArray([.. _features.Select(feature => TensorOf(feature.Name, TensorSchemas.DatatypeOf(feature), new JsonArray(-1, 1)))]),
        ["outputs"] = new JsonArray(_outputs.Labels.Count > 0 ? [NumbersTensor(), TensorOf(AnswerSchemas.Label, "BYTES", new JsonArray(-1))] : [NumbersTensor()]),
    };

    private JsonObject NumbersTensor() => TensorOf(_outputs.Tensor, "FP32", _outputs.IsMatrix ? new JsonArray(-1, _outputs.Width) : new JsonArray(-1));

    private static JsonObject TensorOf(string name, string datatype, JsonArray shape) => new() { ["name"] = name, ["datatype"] = datatype, ["shape"] = shape };

    private JsonObject InferResponse() => new()
    {
        ["model_name"] = _manifest.Name,
        ["model_version"] = model.Package.Version,
        ["id"] = "1",
        ["outputs"] = new JsonArray([.. Outputs()]),
    };

    private IEnumerable<JsonObject> Outputs()
    {
        yield return Output(_outputs.Tensor, _outputs.IsMatrix ? new JsonArray(_rows.Count, _outputs.Width) : new JsonArray(_rows.Count), "FP32", new JsonArray([.. _rows.SelectMany(NumbersOf)]));
        if (_outputs.Labels.Count > 0)
        {
            yield return Output(AnswerSchemas.Label, new JsonArray(_rows.Count), "BYTES", JsonNodes.Texts(_rows.Select(row => row.Label!)));
        }
    }

    private static JsonObject Output(string name, JsonArray shape, string datatype, JsonArray data) => new()
    {
        ["name"] = name,
        ["shape"] = shape,
        ["datatype"] = datatype,
        ["data"] = data,
    };

    private JsonObject Problem() => new()
    {
        ["type"] = "about:blank",
        ["title"] = "Bad Request",
        ["status"] = StatusCodes.Status400BadRequest,
        ["detail"] = FaultText(),
        ["errorCount"] = 1,
        ["errors"] = new JsonArray(new JsonObject { ["row"] = 0, ["field"] = Column.Name, ["expected"] = Column.Expected, ["got"] = "a boolean" }),
    };

    private string FaultText() => $"row 0, {Column.Name}: expected {Column.Expected}, got a boolean.";

    private string Csv()
    {
        var lines = _rows.Select(row => _features.Select(feature => TextOf(row.Row[feature.Name]))).Prepend(_features.Select(feature => feature.Name));
        return string.Concat(lines.Select(values => $"{string.Join(',', values.Select(Quoted))}\n"));
    }

    private static string TextOf(JsonNode? value) => value switch
    {
        null => string.Empty,
        JsonValue text when text.TryGetValue<string>(out var content) => content,
        _ => value.ToJsonString(),
    };

    private static string Quoted(string text) => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
