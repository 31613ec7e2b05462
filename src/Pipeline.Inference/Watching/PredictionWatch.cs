using Pipeline.Inference.PredictionLog;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Shadow;
using Pipeline.Inference.Telemetry;

namespace Pipeline.Inference.Watching;

/// <summary>Shows answered requests to those that were switched on: the prediction log and the shadow model. Both copy what they need and work elsewhere.</summary>
public sealed class PredictionWatch(IServiceProvider services)
{
    private readonly PredictionRecorder? _recorder = services.GetService<PredictionRecorder>();
    private readonly ShadowRunner? _shadow = services.GetService<ShadowRunner>();

    /// <summary>Whether anybody watches.</summary>
    public bool IsOn => _recorder is not null || _shadow is not null;

    /// <summary>Before the rows are read: decides whether the request is logged, and whether the texts of unseen values are needed.</summary>
    public void Begin(Exchange exchange)
    {
        exchange.IsLogged = _recorder?.Samples() == true;
        exchange.Rows.KeepsUnseen |= exchange.IsLogged || _shadow?.IsActive == true;
    }

    /// <summary>After the answer: hands copies on. Never blocks and never throws for want of room.</summary>
    public void Observe(Exchange exchange, Protocol protocol)
    {
        if (exchange.IsLogged)
        {
            _recorder!.Record(exchange, protocol);
        }

        _shadow?.Offer(exchange);
    }
}
