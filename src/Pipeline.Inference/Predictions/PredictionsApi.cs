using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Microsoft.Net.Http.Headers;
using Pipeline.Inference.Errors;
using Pipeline.Inference.Health;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.ModelLoading;
using Pipeline.Inference.Telemetry;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Predictions;

/// <summary>POST /v1/predict: typed rows in, probabilities and labels out.</summary>
public sealed class PredictionsApi(ModelSlot slot, Readiness readiness, InferenceMetrics metrics, InferenceOptions options, TimeProvider clock)
{
    // Fewer rows are scored in less time than it takes to notice that a client has gone.
    private const int RowsWorthCancelling = 256;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/predict", routes.ServiceProvider.GetRequiredService<PredictionsApi>().PredictAsync);

    private async Task PredictAsync(HttpContext context)
    {
        // Requests that arrive while draining are still answered: their senders have not noticed yet.
        if (slot.Current is not { } model || !(readiness.IsReady || readiness.IsDraining))
        {
            metrics.RejectedBeforeLoading.Inc();
            context.Response.Headers.RetryAfter = "1";
            await Problem.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "The model is not loaded yet.");
            return;
        }

        var start = clock.GetTimestamp();
        var outcome = Outcome.Error;
        metrics.InFlight.Inc();
        try
        {
            outcome = await AnswerAsync(context, model);
        }
        catch (BadHttpRequestException e)
        {
            outcome = Outcome.Invalid;
            await Problem.WriteAsync(context, e.StatusCode, DetailOf(e));
        }
        catch (Exception e) when (e is ConnectionResetException || (e is OperationCanceledException && context.RequestAborted.IsCancellationRequested))
        {
            outcome = Outcome.Canceled;
        }
        finally
        {
            metrics.InFlight.Dec();
            model.Metrics.Count(outcome);
            model.Metrics.RequestDuration.Observe(clock.GetElapsedTime(start).TotalSeconds);
        }
    }

    private async ValueTask<Outcome> AnswerAsync(HttpContext context, LoadedModel model)
    {
        if (!IsJson(context.Request))
        {
            await Problem.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, "The body must be application/json in UTF-8, not compressed.");
            return Outcome.Invalid;
        }

        var request = await ReadAsync(context, model);
        if (request.Batch is not { } batch)
        {
            await Problem.WriteAsync(context, request.StatusCode, request.Faults);
            return Outcome.Invalid;
        }

        await WriteAsync(context, model, Score(model, batch, context));
        return Outcome.Ok;
    }

    private async ValueTask<PredictRequest> ReadAsync(HttpContext context, LoadedModel model)
    {
        using var body = await RequestBody.ReadAsync(context.Request, CancellationToken.None);
        return new PredictRequestReader(model.Columns, options.MaxRows).Read(body.Bytes);
    }

    private float[] Score(LoadedModel model, FeatureBatch batch, HttpContext context)
    {
        var start = clock.GetTimestamp();
        var probabilities = model.Scorer.Score(batch, batch.RowCount >= RowsWorthCancelling ? context.RequestAborted : CancellationToken.None);
        model.Metrics.ComputeDuration.Observe(clock.GetElapsedTime(start).TotalSeconds);
        model.Metrics.Rows.Inc(batch.RowCount);
        return Array.TrueForAll(probabilities, float.IsFinite)
            ? probabilities
            : throw new InvalidDataException("The model answered a probability that is not a number.");
    }

    private static async ValueTask WriteAsync(HttpContext context, LoadedModel model, float[] probabilities)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(model.Writer.MaxLength(probabilities.Length));
        try
        {
            var length = model.Writer.Write(probabilities, buffer);
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = length;
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, length), CancellationToken.None);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool IsJson(HttpRequest request)
    {
        if (request.Headers.ContentEncoding is [var encoding, ..] && !string.Equals(encoding, "identity", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        // What nearly every client sends, without a parse.
        if (request.ContentType is "application/json")
        {
            return true;
        }

        return MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));
    }

    private string DetailOf(BadHttpRequestException e) => e.StatusCode == StatusCodes.Status413PayloadTooLarge
        ? $"The body may have at most {options.MaxBodyBytes} bytes."
        : e.Message;
}
