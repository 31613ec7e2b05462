using System.Buffers;
using System.Text.Json;
using Pipeline.Inference.Errors;
using Pipeline.Inference.Health;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.ModelLoading;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.OpenInference;

/// <summary>The routes under /v2: the Open Inference Protocol over HTTP, KServe's list of models, and what Triton's tools ask for beside it.</summary>
public sealed class OpenInferenceApi(PredictionEndpoint endpoint, OpenInferenceDialect dialect, ModelSlot slot, Readiness readiness, InferenceOptions options)
{
    private const string ServerName = "pipeline-inference";

    private static readonly string[] Reads = [HttpMethods.Get, HttpMethods.Head];

    private static readonly string[] Extensions = ["binary_tensor_data", "model_configuration", "statistics"];

    private static readonly string ServerVersion = typeof(OpenInferenceApi).Assembly.GetName().Version!.ToString(fieldCount: 3);

    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v2");
        group.MapMethods("/", Reads, (RequestDelegate)DescribeServerAsync);
        group.MapMethods("/health/live", Reads, (RequestDelegate)TellLiveAsync);
        group.MapMethods("/health/ready", Reads, (RequestDelegate)TellReadyAsync);
        group.MapMethods("/models", Reads, (RequestDelegate)ListModelsAsync);
        group.MapMethods("/models/stats", Reads, (RequestDelegate)TellStatisticsAsync);
        group.MapPost("/repository/index", (RequestDelegate)IndexAsync);
        foreach (var model in new[] { "/models/{model}", "/models/{model}/versions/{version}" })
        {
            group.MapMethods(model, Reads, (RequestDelegate)DescribeModelAsync);
            group.MapMethods($"{model}/ready", Reads, (RequestDelegate)TellModelReadyAsync);
            group.MapMethods($"{model}/config", Reads, (RequestDelegate)TellConfigurationAsync);
            group.MapMethods($"{model}/stats", Reads, (RequestDelegate)TellStatisticsAsync);
            group.MapPost($"{model}/infer", (RequestDelegate)InferAsync);
        }
    }

    private Task InferAsync(HttpContext context) =>
        slot.Current is { } model && FaultOf(context, model) is { } fault ? ErrorResponse.WriteAsync(context, StatusCodes.Status404NotFound, fault) : endpoint.HandleAsync(context, dialect);

    private static Task DescribeServerAsync(HttpContext context) => WriteAsync(context, StatusCodes.Status200OK, json =>
    {
        json.WriteString("name"u8, ServerName);
        json.WriteString("version"u8, ServerVersion);
        json.WriteStartArray("extensions"u8);
        foreach (var extension in Extensions)
        {
            json.WriteStringValue(extension);
        }

        json.WriteEndArray();
    });

    private static Task TellLiveAsync(HttpContext context) => WriteAsync(context, StatusCodes.Status200OK, json => json.WriteBoolean("live"u8, true));

    // The protocol's text says "live" here, its clients read "ready".
    private Task TellReadyAsync(HttpContext context)
    {
        var isReady = readiness.IsReady;
        return WriteAsync(context, isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, json =>
        {
            json.WriteBoolean("live"u8, isReady);
            json.WriteBoolean("ready"u8, isReady);
        });
    }

    private Task ListModelsAsync(HttpContext context) => WriteAsync(context, StatusCodes.Status200OK, json =>
    {
        json.WriteStartArray("models"u8);
        if (slot.Current is { } model)
        {
            json.WriteStringValue(model.Package.Manifest.Name);
        }

        json.WriteEndArray();
    });

    private Task DescribeModelAsync(HttpContext context) => WriteAsync(context, (json, model) => ModelDocuments.WriteMetadata(json, model.Package, options.Stage));

    private Task TellConfigurationAsync(HttpContext context) => WriteAsync(context, (json, model) => ModelDocuments.WriteConfiguration(json, model.Package, model.MaxRowsOf(options.MaxRows)));

    private Task TellStatisticsAsync(HttpContext context) => WriteAsync(context, (json, model) => ModelDocuments.WriteStatistics(json, model.Package, model.Metrics));

    private Task TellModelReadyAsync(HttpContext context)
    {
        if (slot.Current is { } model && FaultOf(context, model) is { } fault)
        {
            return ErrorResponse.WriteAsync(context, StatusCodes.Status404NotFound, fault);
        }

        var isReady = readiness.IsReady;
        return WriteAsync(context, isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, json =>
        {
            json.WriteString("name"u8, (string)context.Request.RouteValues["model"]!);
            json.WriteBoolean("ready"u8, isReady);
        });
    }

    // Triton answers an array, and may be asked for ready models alone: there is no other.
    private Task IndexAsync(HttpContext context)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            if (slot.Current is { } model)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, model.Package.Manifest.Name);
                json.WriteString("version"u8, model.Package.Version);
                json.WriteString("state"u8, "READY"u8);
                json.WriteString("reason"u8, ""u8);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return SendAsync(context, StatusCodes.Status200OK, buffer);
    }

    private string? FaultOf(HttpContext context, LoadedModel model)
    {
        var (values, package) = (context.Request.RouteValues, model.Package);
        if (values["model"] is string name && name != package.Manifest.Name)
        {
            return $"There is no model '{name}' here; the model served is '{package.Manifest.Name}'.";
        }

        return ModelVersions.Matches(package, options.Stage, (string?)values["version"])
            ? null
            : $"There is no version '{values["version"]}' of '{package.Manifest.Name}' here; the versions are {string.Join(" and ", ModelVersions.Of(package, options.Stage))}.";
    }

    private Task WriteAsync(HttpContext context, Action<Utf8JsonWriter, LoadedModel> write)
    {
        if (slot.Current is not { } model)
        {
            return ErrorResponse.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The model is not loaded yet.");
        }

        return FaultOf(context, model) is { } fault
            ? ErrorResponse.WriteAsync(context, StatusCodes.Status404NotFound, fault)
            : WriteAsync(context, StatusCodes.Status200OK, json => write(json, model));
    }

    private static Task WriteAsync(HttpContext context, int statusCode, Action<Utf8JsonWriter> writeProperties)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            writeProperties(json);
            json.WriteEndObject();
        }

        return SendAsync(context, statusCode, buffer);
    }

    private static async Task SendAsync(HttpContext context, int statusCode, ArrayBufferWriter<byte> body)
    {
        context.Response.StatusCode = statusCode;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.WrittenCount;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
        }
    }
}
