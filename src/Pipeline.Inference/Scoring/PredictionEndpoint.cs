using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Connections;
using Pipeline.Inference.Errors;
using Pipeline.Inference.Health;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.ModelLoading;
using Pipeline.Inference.Telemetry;
using Pipeline.Inference.Watching;
using Pipeline.Inference.Tracing;

namespace Pipeline.Inference.Scoring;

/// <summary>What all dialects share: a request is admitted, read, scored, answered, counted, and at the end shown to those who watch predictions.</summary>
public sealed class PredictionEndpoint
{
    private const string RetryAfterSeconds = "1";

    // Bytes from which on a request takes longer than a change of threads costs: some 25 rows.
    private const int LargeBody = 2_048;

    private readonly ModelSlot _slot;
    private readonly Readiness _readiness;
    private readonly InferenceMetrics _metrics;
    private readonly InferenceOptions _options;
    private readonly TimeProvider _clock;
    private readonly PredictionWatch _watch;
    private readonly bool _isWatched;
    private readonly BodyReader _bodies;
    private readonly HeavyWork _heavyWork;
    private int _inFlight;

    public PredictionEndpoint(ModelSlot slot, Readiness readiness, InferenceMetrics metrics, InferenceOptions options, TimeProvider clock, PredictionWatch watch, HeavyWork heavyWork)
    {
        (_slot, _readiness, _metrics, _options, _clock) = (slot, readiness, metrics, options, clock);
        (_watch, _isWatched, _heavyWork) = (watch, watch.IsOn, heavyWork);
        _bodies = new BodyReader(options);
        metrics.ReadInFlight(() => Volatile.Read(ref _inFlight));
        metrics.ReadQueueDepth(() => heavyWork.WaitingCount);
    }

    /// <summary>Answers a request for predictions.</summary>
    public Task HandleAsync(HttpContext context, IDialect dialect)
    {
        // Requests that arrive while draining are still answered: their senders have not noticed yet.
        if (_slot.Current is not { } model || !(_readiness.IsReady || _readiness.IsDraining))
        {
            _metrics.CountRejectedBeforeLoading(dialect.Protocol);
            return RejectAsync(context, StatusCodes.Status503ServiceUnavailable, "The model is not loaded yet.");
        }

        // Before anything is read: saying no must cost next to nothing.
        if (Interlocked.Increment(ref _inFlight) > _options.MaxConcurrentRequests)
        {
            Interlocked.Decrement(ref _inFlight);
            model.Metrics.Count(dialect.Protocol, Outcome.Rejected);
            _metrics.CountRejected(Rejection.Concurrency);
            return RejectAsync(context, StatusCodes.Status429TooManyRequests, string.Create(CultureInfo.InvariantCulture, $"{_options.MaxConcurrentRequests} requests are being worked on, as many as this service takes at once."));
        }

        if (!(context.Request.ContentLength <= LargeBody))
        {
            return AnswerLargeAsync(context, dialect, model);
        }

        return AnswerAsync(context, dialect, model);
    }

    private async Task AnswerLargeAsync(HttpContext context, IDialect dialect, LoadedModel model)
    {
        if (!_heavyWork.TryEnter(_options.MaxWait))
        {
            Interlocked.Decrement(ref _inFlight);
            model.Metrics.Count(dialect.Protocol, Outcome.Rejected);
            _metrics.CountRejected(Rejection.Wait);
            await RejectAsync(context, StatusCodes.Status429TooManyRequests, string.Create(CultureInfo.InvariantCulture, $"The large requests that are waiting take longer than {_options.MaxWait.TotalMilliseconds} ms, the longest that one waits here."));
            return;
        }

        try
        {
            await AnswerAsync(context, dialect, model);
        }
        finally
        {
            _heavyWork.Leave();
        }
    }

    private static Task RejectAsync(HttpContext context, int statusCode, string detail)
    {
        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return ErrorResponse.WriteAsync(context, statusCode, detail);
    }

    private static Task RefuseBodyAsync(HttpContext context, BodyRefusedException refusal)
    {
        var headers = context.Response.Headers;
        switch (refusal.StatusCode)
        {
            case StatusCodes.Status408RequestTimeout:
                // The rest of the body is not waited for.
                headers.Connection = "close";
                break;
            case StatusCodes.Status415UnsupportedMediaType:
                headers.AcceptEncoding = ContentCoding.Accepted;
                break;
            case StatusCodes.Status429TooManyRequests:
                headers.RetryAfter = RetryAfterSeconds;
                break;
            default:
                break;
        }

        return ErrorResponse.WriteAsync(context, refusal.StatusCode, refusal.Message);
    }

    private async Task AnswerAsync(HttpContext context, IDialect dialect, LoadedModel model)
    {
        var exchange = model.Exchanges.Rent(model);
        exchange.Context = context;
        exchange.Arrival = _clock.GetTimestamp();
        if (_isWatched)
        {
            _watch.Begin(exchange);
        }

        var outcome = Outcome.Error;
        try
        {
            outcome = await AnswerAsync(exchange, dialect);
        }
        catch (BadHttpRequestException e)
        {
            outcome = Outcome.Invalid;

            // What is left of the body is not read.
            context.Response.Headers.Connection = "close";
            await ErrorResponse.WriteAsync(context, e.StatusCode, DetailOf(e));
        }
        catch (BodyRefusedException e)
        {
            outcome = CountRefusal(e);
            await RefuseBodyAsync(context, e);
        }
        catch (OperationCanceledException e) when (e is not ConnectionAbortedException && !context.RequestAborted.IsCancellationRequested)
        {
            outcome = Outcome.Timeout;
            await ErrorResponse.WriteAsync(context, StatusCodes.Status504GatewayTimeout, DeadlineDetail());
        }
        catch (Exception e) when (e is ConnectionResetException or OperationCanceledException)
        {
            outcome = Outcome.Canceled;
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
            model.Metrics.Count(dialect.Protocol, outcome);
            model.Metrics.RequestDuration.Observe(_clock.GetElapsedTime(exchange.Arrival).TotalSeconds);
            model.Exchanges.Return(exchange);
        }
    }

    private async ValueTask<Outcome> AnswerAsync(Exchange exchange, IDialect dialect)
    {
        var context = exchange.Context;
        using (var body = await _bodies.ReadAsync(context.Request, _options.Deadline))
        {
            if (body.Bytes.Length > LargeBody)
            {
                var start = _clock.GetTimestamp();
                await _heavyWork.TurnAsync();
                exchange.Waited = _clock.GetTimestamp() - start;
                ThrowIfTooLate(exchange);
            }

            dialect.Read(exchange, body.Bytes);
        }

        if (exchange.IsRefused)
        {
            await RefuseAsync(exchange);
            return Outcome.Invalid;
        }

        if (exchange.Rows.Count > 0)
        {
            await (RequestTracing.IsOn ? ScoreTracedAsync(exchange) : ScoreAsync(exchange));
        }

        ThrowIfTooLate(exchange);
        CheckProbabilities(exchange);
        Write(exchange, dialect);
        Observe(exchange, dialect.Protocol);
        return Outcome.Ok;
    }

    private void ThrowIfTooLate(Exchange exchange)
    {
        if (_clock.GetElapsedTime(exchange.Arrival) > _options.Deadline)
        {
            throw new OperationCanceledException();
        }
    }

    // The one place where answered requests are shown to whoever watches predictions. The exchange is used again afterwards: an observer copies what it keeps.
    private void Observe(Exchange exchange, Protocol protocol)
    {
        exchange.Model.Drift?.Count(exchange.Rows, exchange.Probabilities);
        if (_isWatched)
        {
            _watch.Observe(exchange, protocol);
        }
    }

    private ValueTask ScoreAsync(Exchange exchange) => RunScheduler.IsCancellable(exchange.Rows.Count)
        ? ScoreUntilDeadlineAsync(exchange)
        : exchange.Model.Runs.ScoreAsync(exchange, CancellationToken.None);

    private async ValueTask ScoreTracedAsync(Exchange exchange)
    {
        using var span = RequestTracing.StartScoring(exchange);
        try
        {
            await ScoreAsync(exchange);
        }
        catch (Exception e)
        {
            span?.SetTag("error.type", e.GetType().FullName).SetStatus(ActivityStatusCode.Error);
            throw;
        }
    }

    private async ValueTask ScoreUntilDeadlineAsync(Exchange exchange)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(exchange.Context.RequestAborted);
        var left = _options.Deadline - _clock.GetElapsedTime(exchange.Arrival);
        deadline.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        await exchange.Model.Runs.ScoreAsync(exchange, deadline.Token);
    }

    private static void CheckProbabilities(Exchange exchange)
    {
        foreach (var probability in exchange.Probabilities)
        {
            if (!float.IsFinite(probability))
            {
                throw new InvalidDataException("The model answered a probability that is not a number.");
            }
        }
    }

    // Into one buffer whose length is known, so that the answer needs no chunks; the server sends it when the request ends.
    private static void Write(Exchange exchange, IDialect dialect)
    {
        var response = exchange.Context.Response;
        dialect.Write(exchange, exchange.Answer);
        response.ContentLength = exchange.Answer.WrittenCount;
        response.BodyWriter.Write(exchange.Answer.WrittenSpan);
    }

    private static Task RefuseAsync(Exchange exchange)
    {
        var status = exchange.RefusedStatus == 0 ? StatusCodes.Status400BadRequest : exchange.RefusedStatus;
        return exchange.RefusedDetail is { } detail
            ? ErrorResponse.WriteAsync(exchange.Context, status, detail)
            : ErrorResponse.WriteAsync(exchange.Context, status, exchange.Faults);
    }

    private Outcome CountRefusal(BodyRefusedException refusal)
    {
        if (refusal.StatusCode != StatusCodes.Status429TooManyRequests)
        {
            return Outcome.Invalid;
        }

        _metrics.CountRejected(Rejection.Memory);
        return Outcome.Rejected;
    }

    private string DetailOf(BadHttpRequestException e) => e.StatusCode == StatusCodes.Status413PayloadTooLarge
        ? string.Create(CultureInfo.InvariantCulture, $"The body may have at most {_options.MaxBodyBytes} bytes.")
        : e.Message;

    private string DeadlineDetail() => string.Create(CultureInfo.InvariantCulture, $"The request was not answered within {_options.Deadline.TotalSeconds} s.");
}
