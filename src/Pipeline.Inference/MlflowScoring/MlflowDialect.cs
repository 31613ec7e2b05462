using System.Buffers;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Telemetry;

namespace Pipeline.Inference.MlflowScoring;

/// <summary>
/// POST /invocations of MLflow's scoring protocol, JSON or CSV in. The answer <c>{"predictions":[{"probability","label"}, …]}</c> (of several classes
/// <c>{"probabilities":[…],"label"}</c>, of a number <c>{"prediction"}</c>) is what MLflow gives for a model that returns a data frame, one record a row, as its own ONNX flavor does: its clients
/// read it straight into a data frame of these columns.
/// </summary>
public sealed class MlflowDialect(InferenceOptions options) : IDialect
{
    private const string Csv = "text/csv";

    public Protocol Protocol => Protocol.Mlflow;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<PredictionEndpoint>();
        var dialect = routes.ServiceProvider.GetRequiredService<MlflowDialect>();
        routes.MapPost("/invocations", context => endpoint.HandleAsync(context, dialect));
    }

    public void Read(Exchange exchange, ReadOnlySpan<byte> body)
    {
        if (MediaTypes.IsJson(exchange.Context.Request))
        {
            new JsonBodyReader(exchange, exchange.Model.MaxRowsOf(options.MaxRows), options.MaxJsonDepth).Read(body);
        }
        else if (MediaTypes.Is(exchange.Context.Request, Csv))
        {
            new CsvBodyReader(exchange, exchange.Model.MaxRowsOf(options.MaxRows)).Read(body);
        }
        else
        {
            exchange.Refuse(StatusCodes.Status415UnsupportedMediaType, "The body must be application/json or text/csv in UTF-8.");
        }
    }

    public void Write(Exchange exchange, IBufferWriter<byte> answer)
    {
        exchange.Context.Response.ContentType = "application/json";
        exchange.Model.MlflowWriter.Write(exchange.Predictions, answer);
    }
}
