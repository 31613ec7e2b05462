using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Pipeline.Tracking.MlflowRest;

/// <summary>Files of runs, through the server: whatever store is behind it, no credentials for that are needed here.</summary>
internal sealed partial class MlflowArtifacts(MlflowTransport transport, MlflowRuns runs)
{
    private const string Scheme = "mlflow-artifacts:";

    // Where a run's artifacts are does not change.
    private readonly ConcurrentDictionary<string, string> _uris = new(StringComparer.Ordinal);

    public async Task LogAsync(string runId, string path, string file, CancellationToken cancellationToken)
    {
        var failure = $"The artifact '{path}' of the run {runId} cannot be uploaded";
        CheckPath(path, failure);
        if (!File.Exists(file))
        {
            throw new TrackingException(TrackingFault.Refused, $"{failure}: there is no file {file}.");
        }

        var root = RootOf(await UriOfAsync(runId, failure, cancellationToken), failure);
        await transport.RequireAsync(MlflowCall.PutArtifact($"{root}/{path}", file, failure), cancellationToken);
    }

    public async Task<IReadOnlyList<string>> ListAsync(string runId, CancellationToken cancellationToken)
    {
        var failure = $"The artifacts of the run {runId} cannot be listed";
        await UriOfAsync(runId, failure, cancellationToken);
        List<string> files = [];
        var folders = new Queue<string?>([null]);
        while (folders.TryDequeue(out var folder))
        {
            foreach (var (path, isFolder) in await ListAsync(runId, folder, failure, cancellationToken))
            {
                if (!isFolder)
                {
                    files.Add(path);
                }
                else if (path.StartsWith(folder is null ? string.Empty : folder + '/', StringComparison.Ordinal))
                {
                    // Only downwards: a server that lists a folder in itself does not keep this here for ever.
                    folders.Enqueue(path);
                }
            }
        }

        return [.. files.Order(StringComparer.Ordinal)];
    }

    public async Task<Stream> OpenAsync(string runId, string path, CancellationToken cancellationToken)
    {
        var failure = $"The artifact '{path}' of the run {runId} cannot be read";
        CheckPath(path, failure);
        var root = RootOf(await UriOfAsync(runId, failure, cancellationToken), failure);
        // Some servers answer for a missing file as if they were broken, which would be tried again and again.
        var folder = path.Contains('/', StringComparison.Ordinal) ? path[..path.LastIndexOf('/')] : null;
        if (!(await ListAsync(runId, folder, failure, cancellationToken)).Contains((path, false)))
        {
            throw new TrackingException(TrackingFault.Refused, $"{failure}: {transport.Server.Address} has no such file in that run.");
        }

        // To a file of its own first, so that a connection that breaks can be made again.
        var file = new FileStream(
            Path.Combine(Path.GetTempPath(), $"mlflow-{Guid.NewGuid():N}"),
            new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous });
        try
        {
            // Servers (seen: 2.9 to 3.6) fail to send a file with such a name, as they put it in a header; their web page's call can.
            var call = path.All(char.IsAscii) ? MlflowCall.GetArtifact($"{root}/{path}", file, failure) : MlflowCall.GetArtifactOfRun(runId, path, file, failure);
            await transport.RequireAsync(call, cancellationToken);
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    public async Task<string> UriOfAsync(string runId, string failure, CancellationToken cancellationToken)
    {
        if (_uris.TryGetValue(runId, out var known))
        {
            return known;
        }

        var run = await runs.RequireJsonAsync(runId, failure, transport.SendAsync, cancellationToken);
        return _uris[runId] = run.Field("info")?.Text("artifact_uri")?.TrimEnd('/') ?? throw MlflowFaults.OfForm(transport.Server, failure, "the run has no 'artifact_uri'.");
    }

    private static void CheckPath(string path, string failure)
    {
        // Servers decode a path until nothing changes: a%20b would be kept as "a b".
        if (path.AsSpan().IndexOfAny('\\', '#') >= 0 || EncodedPattern().IsMatch(path) || path.Any(char.IsControl) || path.Split('/').Any(part => part is "" or "." or ".."))
        {
            throw new TrackingException(TrackingFault.Refused, $"{failure}: that is no path that MLflow takes. It must be relative, with slashes, and without '#', '\\', '..', empty parts, and '%' before two hex digits. Name the file otherwise.");
        }
    }

    private async Task<List<(string Path, bool IsFolder)>> ListAsync(string runId, string? folder, string failure, CancellationToken cancellationToken)
    {
        List<(string, bool)> entries = [];
        string? page = null;
        do
        {
            var json = await transport.RequireAsync(MlflowCall.Get("artifacts/list", failure, ("run_id", runId), ("path", folder), ("page_token", page)), cancellationToken);
            entries.AddRange(json.Items("files").Select(file => (file.Text("path") ?? string.Empty, file.Text("is_dir") == "true")));
            var next = json.Text("next_page_token");
            page = next is { Length: > 0 } && next != page ? next : null;
        }
        while (page is not null);
        return entries;
    }

    // mlflow-artifacts:/1/abc/artifacts, or mlflow-artifacts://host:5000/1/abc/artifacts.
    private string RootOf(string uri, string failure)
    {
        if (!uri.StartsWith(Scheme, StringComparison.Ordinal))
        {
            throw new TrackingException(
                TrackingFault.Refused,
                $"{failure}: {transport.Server.Address} does not pass files on, but keeps those of this run at {SchemeOf(uri)}. Start the server with --serve-artifacts, its default, and use a new experiment: a run's artifacts stay where they were said to be when its experiment was made.");
        }

        var path = uri[Scheme.Length..];
        var afterHost = path.StartsWith("//", StringComparison.Ordinal) && !path.StartsWith("///", StringComparison.Ordinal) ? path.IndexOf('/', 2) : 0;
        return afterHost < 0 ? string.Empty : path[afterHost..].Trim('/');
    }

    // An address of a store may have a key in it.
    private static string SchemeOf(string uri) => uri.Contains("://", StringComparison.Ordinal) ? uri[..(uri.IndexOf("://", StringComparison.Ordinal) + 3)] + "…" : "a path of its own";

    [GeneratedRegex("%[0-9A-Fa-f]{2}")]
    private static partial Regex EncodedPattern();
}
