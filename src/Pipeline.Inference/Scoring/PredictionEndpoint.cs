using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Pipeline.Inference.Health;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.ModelLoading;
using Pipeline.Inference.Telemetry;
using Pipeline.Inference.Watching;
using Pipeline.Inference.Tracing;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Scoring;

/// <summary>What all dialects share: a request is admitted, read, scored, answered, counted, and at the end shown to those who watch predictions.</summary>
public sealed class PredictionEndpoint
{
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
    private readonly RequestFailures _failures;
    private readonly HeavyWork _heavyWork;
    private readonly RefusalPace _refusals;
    private int _inFlight;

    public PredictionEndpoint(ModelSlot slot, Readiness readiness, InferenceMetrics metrics, InferenceOptions options, TimeProvider clock, PredictionWatch watch, HeavyWork heavyWork)
    {
        (_slot, _readiness, _metrics, _options, _clock) = (slot, readiness, metrics, options, clock);
        (_watch, _isWatched, _heavyWork) = (watch, watch.IsOn, heavyWork);
        _bodies = new BodyReader(options);
        _failures = new RequestFailures(options, metrics);
        _refusals = new RefusalPace(clock);
        metrics.ReadInFlight(() => Volatile.Read(ref _inFlight));
        metrics.ReadQueueDepth(() => heavyWork.WaitingCount);
    }

    /// <summary>Answers a request for predictions.</summary>
    public Task HandleAsync(HttpContext context, IDialect dialect)
    {
        // Requests that arrive while draining are still answered: their senders have not noticed yet.
        if (_slot.Current is not { } model || !(_readiness.IsReady || _readiness.IsDraining))
        {
            _metrics.CountBeforeLoading(dialect.Protocol);
            _failures.Reject(context, Rejection.NotReady);
            return Task.CompletedTask;
        }

        // Before anything is read: saying no must cost next to nothing.
        var isLarge = !(context.Request.ContentLength <= LargeBody);
        if (Interlocked.Increment(ref _inFlight) > _options.MaxConcurrentRequests)
        {
            _heavyWork.NoteRefusal();
            return Reject(context, dialect, model, Rejection.Concurrency);
        }

        if (isLarge && !_heavyWork.TryEnter(_options.MaxWait))
        {
            return Reject(context, dialect, model, Rejection.Wait);
        }

        var exchange = Begin(context, model);
        return isLarge ? AnswerLargeAsync(exchange, dialect) : AnswerSmall(exchange, dialect);
    }

    private Task Reject(HttpContext context, IDialect dialect, LoadedModel model, Rejection reason)
    {
        Interlocked.Decrement(ref _inFlight);
        model.Metrics.Count(dialect.Protocol, Outcome.Rejected);
        var delay = _refusals.DelayOf(context);
        if (delay > TimeSpan.Zero)
        {
            return RejectLaterAsync(context, reason, delay);
        }

        _failures.Reject(context, reason);
        return Task.CompletedTask;
    }

    private async Task RejectLaterAsync(HttpContext context, Rejection reason, TimeSpan delay)
    {
        await Task.Delay(delay, _clock, CancellationToken.None);
        _failures.Reject(context, reason);
    }

    private async Task AnswerLargeAsync(Exchange exchange, IDialect dialect)
    {
        try
        {
            await AnswerAsync(exchange, dialect);
        }
        finally
        {
            _heavyWork.Leave();
        }
    }

    // Most requests are small, have come whole and are right: nothing has to be waited for, and a method that waits would cost a microsecond more.
    private Task AnswerSmall(Exchange exchange, IDialect dialect)
    {
        try
        {
            var request = exchange.Context.Request;
            if (!BodyReader.TryPeek(request, out var body))
            {
                return AnswerAsync(exchange, dialect);
            }

            try
            {
                dialect.Read(exchange, body.FirstSpan);
            }
            finally
            {
                request.BodyReader.AdvanceTo(body.End);
            }
        }
        catch (Exception e)
        {
            AnswerFailed(exchange, dialect, e);
            return Task.CompletedTask;
        }

        AnswerRead(exchange, dialect);
        return Task.CompletedTask;
    }

    private async Task AnswerAsync(Exchange exchange, IDialect dialect)
    {
        try
        {
            using var body = await _bodies.ReadAsync(exchange.Context.Request, _options.Deadline);
            if (body.Bytes.Length > LargeBody)
            {
                var start = _clock.GetTimestamp();
                await _heavyWork.TurnAsync();
                exchange.Waited = _clock.GetElapsedTime(start);
                ThrowIfTooLate(exchange);
            }

            dialect.Read(exchange, body.Bytes);
        }
        catch (Exception e)
        {
            AnswerFailed(exchange, dialect, e);
            return;
        }

        AnswerRead(exchange, dialect);
    }

    private void AnswerRead(Exchange exchange, IDialect dialect)
    {
        var outcome = Outcome.Invalid;
        try
        {
            if (exchange.IsRefused)
            {
                outcome = Refuse(exchange);
            }
            else
            {
                Score(exchange);
                ThrowIfTooLate(exchange);
                outcome = CheckNumbers(exchange) ? WriteAnswer(exchange, dialect) : Refuse(exchange);
            }
        }
        catch (Exception e)
        {
            AnswerFailed(exchange, dialect, e);
            return;
        }

        End(exchange, dialect, outcome);
    }

    private void AnswerFailed(Exchange exchange, IDialect dialect, Exception failure)
    {
        var outcome = Outcome.Error;
        try
        {
            outcome = _failures.Answer(exchange.Context, failure);
        }
        finally
        {
            End(exchange, dialect, outcome);
        }
    }

    private Exchange Begin(HttpContext context, LoadedModel model)
    {
        var exchange = model.Exchanges.Rent(model);
        exchange.Context = context;
        exchange.Arrival = _clock.GetTimestamp();
        if (_isWatched)
        {
            _watch.Begin(exchange);
        }

        return exchange;
    }

    private void End(Exchange exchange, IDialect dialect, Outcome outcome)
    {
        var model = exchange.Model;
        Interlocked.Decrement(ref _inFlight);
        model.Metrics.Count(dialect.Protocol, outcome);
        model.Metrics.RequestDuration.Observe(_clock.GetElapsedTime(exchange.Arrival).TotalSeconds);
        model.Exchanges.Return(exchange);
    }

    private void ThrowIfTooLate(Exchange exchange)
    {
        if (_clock.GetElapsedTime(exchange.Arrival) > _options.Deadline)
        {
            throw new OperationCanceledException();
        }
    }

    private Outcome WriteAnswer(Exchange exchange, IDialect dialect)
    {
        Write(exchange, dialect);
        Observe(exchange, dialect.Protocol);
        return Outcome.Ok;
    }

    private static Outcome Refuse(Exchange exchange)
    {
        RequestFailures.Refuse(exchange);
        return Outcome.Invalid;
    }

    // The one place where answered requests are shown to whoever watches predictions. The exchange is used again afterwards: an observer copies what it keeps.
    private void Observe(Exchange exchange, Protocol protocol)
    {
        exchange.Model.Drift?.Count(exchange.Rows, exchange.Predictions);
        if (_isWatched)
        {
            _watch.Observe(exchange, protocol);
        }
    }

    private void Score(Exchange exchange)
    {
        if (exchange.Rows.Count == 0)
        {
            return;
        }

        using var span = RequestTracing.IsOn ? RequestTracing.StartScoring(exchange) : null;
        try
        {
            if (ModelRuns.IsCancellable(exchange.Rows.Count))
            {
                ScoreUntilDeadline(exchange);
            }
            else
            {
                exchange.Model.Runs.Score(exchange);
            }
        }
        catch (Exception e)
        {
            span?.SetTag("error.type", e.GetType().FullName).SetStatus(ActivityStatusCode.Error);
            throw;
        }
    }

    private void ScoreUntilDeadline(Exchange exchange)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(exchange.Context.RequestAborted);
        var left = _options.Deadline - _clock.GetElapsedTime(exchange.Arrival);
        deadline.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        exchange.Model.Runs.Score(exchange, deadline.Token);
    }

    // A probability is one whatever is asked. A number is not: of values of 1e38 it may be greater than any, which is the request's fault and not the model's.
    private static bool CheckNumbers(Exchange exchange)
    {
        var predictions = exchange.Predictions;
        for (var i = 0; i < predictions.Length; i++)
        {
            if (float.IsFinite(predictions[i]))
            {
                continue;
            }

            var outputs = exchange.Model.Package.Manifest.Outputs;
            if (outputs is not RegressionOutputs)
            {
                throw new InvalidDataException($"The model answered a {outputs.Tensor} that is not a number.");
            }

            exchange.Faults.Add(i, null, "values whose prediction is within ±3.4e38", "greater ones");
        }

        return !exchange.IsRefused;
    }

    // Into one buffer whose length is known, so that the answer needs no chunks; the server sends it when the request ends.
    private static void Write(Exchange exchange, IDialect dialect)
    {
        var response = exchange.Context.Response;
        dialect.Write(exchange, exchange.Answer);
        response.ContentLength = exchange.Answer.WrittenCount;
        response.BodyWriter.Write(exchange.Answer.WrittenSpan);
    }
}
