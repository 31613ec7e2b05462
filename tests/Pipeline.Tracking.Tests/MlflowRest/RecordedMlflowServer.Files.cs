using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Pipeline.Tracking.Tests.MlflowRest;

internal sealed partial class RecordedMlflowServer
{
    private const int KeptBytes = 8 * 1024 * 1024;

    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    private async Task<(int Status, string Type, byte[] Body)> AnswerFileAsync(HttpContext context, string encoded)
    {
        if (RefusesFiles)
        {
            return Page(503, "Endpoint: /api/2.0/mlflow-artifacts/artifacts/<path:artifact_path> disabled due to the mlflow server running with `--no-serve-artifacts`. To enable artifacts server functionality, run `mlflow server` with `--serve-artifacts`");
        }

        // Servers decode until nothing changes: a name with %20 becomes one with a blank.
        var path = Uri.UnescapeDataString(Uri.UnescapeDataString(encoded));
        if (path.Contains('#', StringComparison.Ordinal) || path.Split('/').Contains(".."))
        {
            throw RecordedRefusal.Invalid("Invalid path");
        }

        if (context.Request.Method == "PUT")
        {
            var content = await ReadAsync(context.Request.Body);
            lock (_lock)
            {
                _files[path] = content;
            }

            return Json(200, []);
        }

        lock (_lock)
        {
            // A file that is missing is a fault of the server's own, and so is one whose name does not fit in a header.
            return path.All(char.IsAscii) && _files.TryGetValue(path, out var content) ? (200, "application/octet-stream", content) : Page(500, "<h1>Internal Server Error</h1>");
        }
    }

    private (int Status, string Type, byte[] Body) AnswerFileOfRun(IQueryCollection query)
    {
        lock (_lock)
        {
            var run = _runs.GetValueOrDefault(query["run_uuid"].ToString()) ?? throw RecordedRefusal.Missing("Run");
            return _files.TryGetValue($"{run.Experiment}/{run.Id}/artifacts/{query["path"]}", out var content) ? (200, "text/plain", content) : Page(500, "<h1>Internal Server Error</h1>");
        }
    }

    // The rest of a large file is read and forgotten: a test that watches the memory would see it.
    private static async Task<byte[]> ReadAsync(Stream body)
    {
        using var kept = new MemoryStream();
        var block = new byte[128 * 1024];
        int count;
        while ((count = await body.ReadAsync(block)) > 0)
        {
            await kept.WriteAsync(block.AsMemory(0, (int)Math.Min(count, Math.Max(0, KeptBytes - kept.Length))));
        }

        return kept.ToArray();
    }

    private JsonObject ListFiles(Run run, string? folder)
    {
        var root = $"{run.Experiment}/{run.Id}/artifacts/";
        var start = root + (folder is null ? string.Empty : folder + '/');
        var names = _files.Keys.Where(file => file.StartsWith(start, StringComparison.Ordinal)).Select(file => file[start.Length..]).ToList();
        var entries = names.Where(name => !name.Contains('/', StringComparison.Ordinal)).Select(name => Entry(name, false))
            .Concat(names.Where(name => name.Contains('/', StringComparison.Ordinal)).Select(name => name[..name.IndexOf('/', StringComparison.Ordinal)]).Distinct().Select(name => Entry(name, true)));
        return new() { ["root_uri"] = $"{ArtifactRoot}{root}", ["files"] = new JsonArray([.. entries]) };

        JsonObject Entry(string name, bool isFolder) => new() { ["path"] = (start + name)[root.Length..], ["is_dir"] = isFolder };
    }
}
