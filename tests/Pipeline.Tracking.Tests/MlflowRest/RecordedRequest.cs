namespace Pipeline.Tracking.Tests.MlflowRest;

/// <summary>What the stand-in was sent.</summary>
internal sealed record RecordedRequest(string Method, string Endpoint, IReadOnlyDictionary<string, string> Headers, string Body, long? Length);
