using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Pipeline.Inference.ModelLoading;
using Pipeline.Inference.Predictions;
using Pipeline.Inference.Scoring;

namespace Pipeline.Benchmarks.Serving;

/// <summary>
/// POST /bench/constant: takes the body of /v1/predict through the product's own dialect, with its validation, and answers with bytes made once. Nothing is admitted,
/// scored or counted, so that it bounds what the service could reach.
/// </summary>
internal sealed class ConstantEndpoint(ModelSlot slot, NativeDialect dialect)
{
    private const float Probability = 0.12345678f;

    // The answer to the last number of rows: all requests of a run have the same.
    private (int Rows, byte[] Bytes)? _answer;

    public async Task AnswerAsync(HttpContext context)
    {
        var model = slot.Current ?? throw new InvalidOperationException("The model is not loaded.");
        var body = await ReadAsync(context.Request.BodyReader);
        var exchange = model.Exchanges.Rent(model);
        try
        {
            exchange.Context = context;
            dialect.Read(exchange, body.IsSingleSegment ? body.FirstSpan : body.ToArray());
            context.Request.BodyReader.AdvanceTo(body.End);
            Write(context.Response, exchange);
        }
        finally
        {
            model.Exchanges.Return(exchange);
        }
    }

    private static async ValueTask<ReadOnlySequence<byte>> ReadAsync(PipeReader reader)
    {
        var read = await reader.ReadAsync();
        while (!read.IsCompleted)
        {
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await reader.ReadAsync();
        }

        return read.Buffer;
    }

    private void Write(HttpResponse response, Exchange exchange)
    {
        if (exchange.IsRefused)
        {
            response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        if (_answer is not { } answer || answer.Rows != exchange.Rows.Count)
        {
            _answer = answer = (exchange.Rows.Count, BytesFor(exchange));
        }

        response.ContentType = "application/json";
        response.ContentLength = answer.Bytes.Length;
        response.BodyWriter.Write(answer.Bytes);
    }

    private static byte[] BytesFor(Exchange exchange)
    {
        var probabilities = new float[exchange.Rows.Count];
        Array.Fill(probabilities, Probability);
        exchange.Model.Writer.Write(probabilities, exchange.Answer);
        return exchange.Answer.WrittenSpan.ToArray();
    }
}
