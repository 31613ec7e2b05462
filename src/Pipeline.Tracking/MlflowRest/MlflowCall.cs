using System.Text.Json.Nodes;

namespace Pipeline.Tracking.MlflowRest;

/// <summary>One request of MLflow's REST API, which can be sent more than once.</summary>
/// <param name="Method">Of HTTP.</param>
/// <param name="Path">After the server's address, percent-encoded, with its query.</param>
/// <param name="Failure">What it means if it fails, as the start of a sentence: <c>Run r cannot be read</c>.</param>
internal sealed record MlflowCall(HttpMethod Method, string Path, string Failure)
{
    private const string Api = "api/2.0/mlflow/";
    private const string Artifacts = "api/2.0/mlflow-artifacts/artifacts/";

    public JsonObject? Body { get; init; }

    /// <summary>A file whose bytes are sent; null for none.</summary>
    public string? Upload { get; init; }

    /// <summary>Where the bytes of the answer go, if it is a good one; null if it is JSON.</summary>
    public Stream? Download { get; init; }

    public static MlflowCall Get(string endpoint, string failure, params (string Name, string? Value)[] query) => new(
        HttpMethod.Get,
        $"{Api}{endpoint}?{string.Join('&', query.Where(field => field.Value is not null).Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value!)}"))}",
        failure);

    public static MlflowCall Post(string endpoint, string failure, JsonObject body) => new(HttpMethod.Post, Api + endpoint, failure) { Body = body };

    public static MlflowCall Patch(string endpoint, string failure, JsonObject body) => new(HttpMethod.Patch, Api + endpoint, failure) { Body = body };

    public static MlflowCall Delete(string endpoint, string failure, JsonObject body) => new(HttpMethod.Delete, Api + endpoint, failure) { Body = body };

    /// <param name="path">Below the root of the server's artifacts; its parts are encoded here.</param>
    /// <param name="file">The local file.</param>
    /// <param name="failure">See <see cref="Failure"/>.</param>
    public static MlflowCall PutArtifact(string path, string file, string failure) => new(HttpMethod.Put, Artifacts + Encode(path), failure) { Upload = file };

    /// <param name="path">Below the root of the server's artifacts; its parts are encoded here.</param>
    /// <param name="target">Where the bytes go; emptied before each try.</param>
    /// <param name="failure">See <see cref="Failure"/>.</param>
    public static MlflowCall GetArtifact(string path, Stream target, string failure) => new(HttpMethod.Get, Artifacts + Encode(path), failure) { Download = target };

    /// <summary>The same bytes by the call that MLflow's web page makes.</summary>
    public static MlflowCall GetArtifactOfRun(string runId, string path, Stream target, string failure) =>
        new(HttpMethod.Get, $"get-artifact?run_uuid={Uri.EscapeDataString(runId)}&path={Uri.EscapeDataString(path)}", failure) { Download = target };

    private static string Encode(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
