using System.Text.Json.Nodes;
using Pipeline.Inference.ModelInfo;
using Pipeline.Inference.ModelLoading;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.ApiDescription;

/// <summary>
/// Puts together the OpenAPI 3.1 document of one model. The libraries that make such documents describe the types of the program; here the columns of a row are known
/// only when a package is loaded, and a client wants to see those. What is the same for every model stands in JSON files under Template.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="maxRows">Rows that one request may have, of any model.</param>
/// <param name="openPaths">Paths that need no API key, with all under them; null if none needs one.</param>
internal sealed class OpenApiDocument(LoadedModel model, int maxRows, IReadOnlyList<PathString>? openPaths)
{
    // Relative to the document, so that it holds behind a proxy that puts the service under a path.
    private const string Server = "..";

    private static readonly string[] PathTemplates = ["native.json", "open-inference.json", "mlflow.json", "operations.json"];

    private static readonly (string Name, string Description)[] Tags =
    [
        ("predictions", "The service's own dialect."),
        ("model", "What is served."),
        ("open inference protocol", "For clients of KServe, Triton and others: [Open Inference Protocol](https://github.com/kserve/open-inference-protocol) V2, with its binary tensor extension."),
        ("mlflow scoring", "For clients of MLflow's scoring server."),
        ("operations", "For orchestrators, monitoring and people."),
    ];

    private readonly int _maxRows = model.MaxRowsOf(maxRows);

    public JsonObject Build()
    {
        var document = new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = Info(),
            ["servers"] = new JsonArray(new JsonObject { ["url"] = Server, ["description"] = "This service" }),
            ["tags"] = new JsonArray([.. Tags.Select(tag => new JsonObject { ["name"] = tag.Name, ["description"] = tag.Description })]),
            ["security"] = new JsonArray(),
            ["paths"] = Paths(),
            ["components"] = Components(),
        };
        if (openPaths is not null)
        {
            DemandKeys(document, openPaths);
        }

        RemoveUnusedResponses(document);
        NameModelOnAnswers(document);
        return document;
    }

    private JsonObject Info() => new()
    {
        ["title"] = model.Package.Manifest.Name,
        ["version"] = model.Package.Version,
        ["summary"] = $"Predictions of the model {model.Package.Manifest.Name}",
        ["description"] = ModelSummary.Of(model.Package),
    };

    private JsonObject Paths()
    {
        var paths = new JsonObject();
        foreach (var (path, item) in PathTemplates.SelectMany(JsonNodes.Template))
        {
            paths[path.Replace("{model}", Uri.EscapeDataString(model.Package.Manifest.Name), StringComparison.Ordinal)] = item!.DeepClone();
        }

        return paths;
    }

    private JsonObject Components()
    {
        var outputs = model.Package.Manifest.Outputs;
        var components = JsonNodes.Template("components.json");
        var schemas = components["schemas"]!.AsObject();
        schemas["Row"] = RowSchema.Of(model);
        schemas["Rows"] = RowsSchema();
        schemas["Outputs"] = AnswerSchemas.OutputsOf(outputs);
        schemas["GoldenRow"] = AnswerSchemas.GoldenRowOf(outputs);
        schemas["Prediction"] = AnswerSchemas.PredictionOf(outputs);
        schemas["InferRequest"]!["properties"]!["outputs"]!["items"]!["properties"]!["name"]!["enum"] = JsonNodes.Texts(AnswerSchemas.MembersOf(outputs));
        schemas["InputTensor"] = TensorSchemas.InputOf(model);
        schemas["OutputTensor"] = TensorSchemas.OutputOf(outputs);
        schemas["InvocationRecord"] = InvocationSchema.RecordOf(model.Package.Manifest.Features);
        schemas["InvocationRequest"] = InvocationSchema.Of(model.Package.Manifest.Features, _maxRows);
        var responses = components["responses"]!.AsObject();
        foreach (var (name, response) in ErrorResponses.All())
        {
            responses[name] = response;
        }

        components["parameters"]!["Version"]!["examples"] = new JsonObject { ["version"] = new JsonObject { ["value"] = model.Package.Version } };
        components["examples"] = new GoldenExamples(model).All();
        return components;
    }

    private JsonObject RowsSchema() => new()
    {
        ["type"] = "object",
        ["required"] = new JsonArray("rows"),
        ["additionalProperties"] = false,
        ["properties"] = new JsonObject
        {
            ["rows"] = new JsonObject { ["type"] = "array", ["minItems"] = 1, ["maxItems"] = _maxRows, ["items"] = JsonNodes.Reference("schemas/Row") },
        },
    };

    private static void DemandKeys(JsonObject document, IReadOnlyList<PathString> openPaths)
    {
        document["components"]!["securitySchemes"] = new JsonObject
        {
            ["Bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "An API key in the header Authorization." },
            ["ApiKey"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "X-API-Key", ["description"] = "An API key in a header of its own." },
        };
        foreach (var (path, item) in document["paths"]!.AsObject().Where(path => !openPaths.Any(open => new PathString(path.Key).StartsWithSegments(open))))
        {
            foreach (var operation in OperationsOf(item!))
            {
                operation["security"] = new JsonArray(new JsonObject { ["Bearer"] = new JsonArray() }, new JsonObject { ["ApiKey"] = new JsonArray() });
                operation["responses"]!["401"] = JsonNodes.Reference($"responses/{ErrorResponses.PrefixOf(path)}Unauthorized");
            }
        }
    }

    private static IEnumerable<JsonObject> Operations(JsonObject document) =>
        document["paths"]!.AsObject().SelectMany(path => OperationsOf(path.Value!));

    private static IEnumerable<JsonObject> OperationsOf(JsonNode item) => item.AsObject().Where(member => member.Key != "parameters").Select(member => member.Value!.AsObject());

    private static void RemoveUnusedResponses(JsonObject document)
    {
        var used = Operations(document).SelectMany(operation => operation["responses"]!.AsObject()).Select(response => (string?)response.Value!["$ref"]).ToHashSet();
        var responses = document["components"]!["responses"]!.AsObject();
        foreach (var name in responses.Select(response => response.Key).Where(name => !used.Contains($"#/components/responses/{name}")).ToList())
        {
            responses.Remove(name);
        }
    }

    private static void NameModelOnAnswers(JsonObject document)
    {
        var own = Operations(document).SelectMany(operation => operation["responses"]!.AsObject()).Where(response => response.Value!["$ref"] is null);
        foreach (var response in own.Concat(document["components"]!["responses"]!.AsObject()).Select(response => response.Value!).ToList())
        {
            response["headers"] ??= new JsonObject();
            response["headers"]![ModelInfoApi.VersionHeader] = JsonNodes.Reference($"headers/{ModelInfoApi.VersionHeader}");
        }
    }
}
