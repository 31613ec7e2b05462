namespace Pipeline.Tracking.MlflowRest;

/// <summary>How a call is sent: with tries of its own, or once within a try of something larger.</summary>
internal delegate Task<MlflowAnswer> MlflowSend(MlflowCall call, CancellationToken cancellationToken);
