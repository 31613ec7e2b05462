using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using Pipeline.Inference.ApiDescription;
using Pipeline.Inference.ModelLoading;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Tests;
using OpenApiDocument = Pipeline.Inference.ApiDescription.OpenApiDocument;

namespace Pipeline.Inference.Tests.ApiDescription;

public sealed class OpenApiTests(SharedService shared) : IClassFixture<SharedService>
{
    /// <summary>Set to 1 to write the snapshot anew; then review its difference.</summary>
    private const string UpdateSwitch = "PIPELINE_UPDATE_SNAPSHOTS";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task The_document_of_the_test_model_is_the_reviewed_one()
    {
        var path = SourceFolder.PathOf("tests", "Pipeline.Inference.Tests", "Snapshots", "openapi.json");
        var document = await DocumentAsync(shared.Running);

        // Digests change with every byte of the test model, and say nothing about the document.
        var text = document.ToJsonString(Indented)
            .Replace(shared.Running.Package.Digest.ToString(), $"sha256:{new string('0', 64)}", StringComparison.Ordinal)
            .Replace(shared.Running.Package.Version, new string('0', 12), StringComparison.Ordinal) + "\n";
        if (Environment.GetEnvironmentVariable(UpdateSwitch) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        }

        text.Should().Be(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), $"the snapshot is {path}; {UpdateSwitch}=1 writes it anew");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_reader_of_OpenAPI_finds_nothing_wrong_with_it(bool needsKey)
    {
        var document = JsonNodes.ToUtf8(new OpenApiDocument(Model(), 10, needsKey ? [] : null).Build());

        var result = Microsoft.OpenApi.OpenApiDocument.Parse(Encoding.UTF8.GetString(document), "json");

        result.Diagnostic!.SpecificationVersion.Should().Be(OpenApiSpecVersion.OpenApi3_1);
        result.Diagnostic.Errors.Should().BeEmpty();
        result.Diagnostic.Warnings.Should().BeEmpty();
        var operations = result.Document!.Paths.SelectMany(path => path.Value.Operations!.Values).ToList();
        operations.Should().OnlyContain(operation => operation.OperationId != null && operation.Summary != null);
        operations.Select(operation => operation.OperationId).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task It_has_the_routes_of_the_service_and_no_others()
    {
        var document = await DocumentAsync(shared.Running);
        var described = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Where(member => member.Key != "parameters").Select(operation => (path.Key, operation.Key)));

        described.Should().BeEquivalentTo(ServedRoutes.Of(shared.Running));
    }

    [Fact]
    public async Task A_row_has_the_columns_of_the_model()
    {
        var row = (await DocumentAsync(shared.Running))["components"]!["schemas"]!["Row"]!;

        row["required"]!.ToJsonString().Should().Be("""["hour","origin"]""", "training never saw these missing");
        row["properties"]!["hour"]!.ToJsonString().Should().Be(
            """{"type":"number","description":"A number; training saw 0 to 23.","examples":[7,22.5,0],"x-training-minimum":0,"x-training-maximum":23}""");
        var destination = row["properties"]!["destination"]!;
        destination["type"]!.ToJsonString().Should().Be("""["string","null"]""");
        destination["x-known-values"]!.ToJsonString().Should().Be("""["DEN","LAX"]""");
        destination.AsObject().Should().NotContainKey("enum", "values that training never saw are scored, too");
    }

    [Fact]
    public void Of_many_categories_the_first_hundred_are_listed_and_all_are_counted()
    {
        var feature = new Feature("tail", FeatureKind.Categorical, AllowsMissing: true, Categories: [.. Enumerable.Range(0, 1_000).Select(i => $"N{i}")]);

        var schema = RowSchema.ColumnOf(feature, new GoldenSample([TestModel.Golden(7, "ATL", 500, "LAX")]));

        schema["x-known-values"]!.AsArray().Should().HaveCount(100);
        ((int)schema["x-known-value-count"]!).Should().Be(1_000);
        schema["examples"]!.ToJsonString().Should().Be("""["N0","N1","N2"]""");
        ((string?)schema["description"]).Should().Contain("1000 values").And.Contain("/v1/model");
    }

    [Fact]
    public void With_API_keys_all_but_open_paths_demand_one_in_either_header()
    {
        var document = new OpenApiDocument(Model(), 10, openPaths: ["/health", "/v2/health", "/version"]).Build();

        document["components"]!["securitySchemes"]!.AsObject().Select(scheme => scheme.Key).Should().Equal("Bearer", "ApiKey");
        var predict = document["paths"]!["/v1/predict"]!["post"]!;
        predict["security"]!.ToJsonString().Should().Be("""[{"Bearer":[]},{"ApiKey":[]}]""");
        predict["responses"]!.AsObject().Should().ContainKey("401");
        ((string?)document["paths"]!["/v2/models/delay"]!["get"]!["responses"]!["401"]!["$ref"]).Should().EndWith("/OpenInferenceUnauthorized");
        document["paths"]!["/health/ready"]!["get"]!.AsObject().Should().NotContainKey("security");
        document["paths"]!["/v2/health/live"]!["get"]!.AsObject().Should().NotContainKey("security");
        new OpenApiDocument(Model(), 10, openPaths: null).Build().ToJsonString().Should().NotContain("X-API-Key").And.NotContain("Unauthorized");
    }

    [Fact]
    public async Task Who_has_the_document_is_told_that_it_has_not_changed()
    {
        using var first = await shared.Running.GetAsync("/openapi/v1.json");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi/v1.json");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var again = await shared.Running.Client.SendAsync(request, TestContext.Current.CancellationToken);

        first.Content.Headers.ContentType.Should().Be(new MediaTypeHeaderValue("application/json"));
        first.Headers.GetValues("X-Model-Version").Should().Equal(shared.Running.Package.Version);
        again.StatusCode.Should().Be(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task Before_the_model_is_loaded_there_is_no_document()
    {
        await using var service = await RunningService.ListenAsync();

        using var response = await service.GetAsync("/openapi/v1.json");

        response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        response.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Another_limit_or_model_gives_another_document()
    {
        await using var service = await RunningService.StartAsync(options => options with { MaxRows = 7 });

        var document = await DocumentAsync(service);

        ((int)document["components"]!["schemas"]!["Rows"]!["properties"]!["rows"]!["maxItems"]!).Should().Be(7);
    }

    internal static async Task<JsonObject> DocumentAsync(RunningService service)
    {
        using var response = await service.GetAsync("/openapi/v1.json");
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        return await RunningService.JsonOf(response);
    }

    private LoadedModel Model() => shared.Running.App.Services.GetRequiredService<ModelSlot>().Current!;
}
