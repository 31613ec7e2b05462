using System.Buffers;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Telemetry;

namespace Pipeline.Inference.Predictions;

/// <summary>POST /v1/predict: typed rows in, predictions out.</summary>
public sealed class NativeDialect(InferenceOptions options) : IDialect
{
    public Protocol Protocol => Protocol.Native;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<PredictionEndpoint>();
        var dialect = routes.ServiceProvider.GetRequiredService<NativeDialect>();
        routes.MapPost("/v1/predict", context => endpoint.HandleAsync(context, dialect));
    }

    public void Read(Exchange exchange, ReadOnlySpan<byte> body)
    {
        if (!MediaTypes.IsJson(exchange.Context.Request))
        {
            exchange.Refuse(StatusCodes.Status415UnsupportedMediaType, "The body must be application/json in UTF-8.");
            return;
        }

        new PredictRequestReader(exchange, exchange.Model.MaxRowsOf(options.MaxRows), options.MaxJsonDepth).Read(body);
    }

    public void Write(Exchange exchange, IBufferWriter<byte> answer)
    {
        exchange.Context.Response.ContentType = "application/json";
        exchange.Model.Writer.Write(exchange.Predictions, answer);
    }
}
