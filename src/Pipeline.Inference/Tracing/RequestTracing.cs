using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.Scoring;

namespace Pipeline.Inference.Tracing;

/// <summary>
/// Spans of requests and of their scoring, exported by OTLP. Where to, by which protocol and how many is told by OpenTelemetry's own variables
/// (<c>OTEL_EXPORTER_OTLP_*</c>, <c>OTEL_TRACES_SAMPLER</c>, <c>OTEL_SERVICE_NAME</c>, …), which its SDK reads from the environment itself.
/// </summary>
public sealed class RequestTracing : IDisposable
{
    /// <summary>Name of the source of all spans.</summary>
    public const string SourceName = "Pipeline.Inference";

    // Spans that cannot be sent are not worth a stop beyond what an orchestrator waits.
    private const int FlushMilliseconds = 1_000;

    private static readonly ActivitySource Source = new(SourceName);

    private readonly TracerProvider? _provider;

    public RequestTracing(InferenceOptions options)
    {
        if (!options.Traces)
        {
            return;
        }

        // The SDK's own builder, not the host's: the host has no configuration that could give it the variables.
        _provider = Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => resource.AddService("inference").AddEnvironmentVariableDetector())
            .AddSource(SourceName)
            .AddOtlpExporter()
            .Build();
    }

    /// <summary>Whether anybody wants spans.</summary>
    internal static bool IsOn => Source.HasListeners();

    public void Dispose()
    {
        _provider?.Shutdown(FlushMilliseconds);
        _provider?.Dispose();
    }

    /// <summary>Begins the span of a request; null if its sender or the sampler wants none.</summary>
    internal static Activity? StartRequest(HttpRequest request) => Source.StartActivity(request.Method, ActivityKind.Server, TraceContext.Of(request), Attributes(request));

    /// <summary>Begins the span of scoring a request's rows, the wait for a run included.</summary>
    internal static Activity? StartScoring(Exchange exchange) => Source.StartActivity("score")?
        .SetTag("inference.model.name", exchange.Model.Package.Manifest.Name)
        .SetTag("inference.model.version", exchange.Model.Package.Version)
        .SetTag("inference.rows", exchange.Rows.Count);

    // Given at the start, so that a sampler may decide by them. Names are those of OpenTelemetry's conventions for HTTP.
    private static List<KeyValuePair<string, object?>> Attributes(HttpRequest request)
    {
        List<KeyValuePair<string, object?>> attributes =
        [
            new("http.request.method", request.Method),
            new("url.scheme", request.Scheme),
            new("url.path", request.Path.Value),
            new("server.address", request.Host.Host),
            new("network.protocol.version", "1.1"),
        ];
        AddIfKnown(attributes, "server.port", request.Host.Port);
        AddIfKnown(attributes, "client.address", request.HttpContext.Connection.RemoteIpAddress?.ToString());
        AddIfKnown(attributes, "user_agent.original", request.Headers.UserAgent is [{ } agent] ? agent : null);
        return attributes;
    }

    private static void AddIfKnown(List<KeyValuePair<string, object?>> attributes, string name, object? value)
    {
        if (value is not null)
        {
            attributes.Add(new(name, value));
        }
    }
}
