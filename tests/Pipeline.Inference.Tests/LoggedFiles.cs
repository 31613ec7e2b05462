using System.Text;
using System.Text.Json.Nodes;

namespace Pipeline.Inference.Tests;

/// <summary>The files of a prediction log.</summary>
internal static class LoggedFiles
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static string[] Finished(string directory, string extension = "jsonl") => Directory.Exists(directory) ? Directory.GetFiles(directory, $"*.{extension}") : [];

    public static string[] Unfinished(string directory) => Directory.Exists(directory) ? Directory.GetFiles(directory, "*.tmp") : [];

    public static List<JsonObject> Rows(IEnumerable<string> files) => [.. files.SelectMany(Lines).Select(line => JsonNode.Parse(line)!.AsObject())];

    /// <summary>The lines that are ended, of a file that may still be written.</summary>
    public static string[] Lines(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var text = reader.ReadToEnd();
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public static async Task Until(Func<bool> condition, string what)
    {
        using var timeout = new CancellationTokenSource(Patience);
        while (!condition())
        {
            timeout.IsCancellationRequested.Should().BeFalse(what);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
