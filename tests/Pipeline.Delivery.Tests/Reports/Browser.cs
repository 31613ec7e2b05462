using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Pipeline.Delivery.Tests.Reports;

/// <summary>Chromium without a window: what a page is like in a real browser, in a frame of a given width.</summary>
internal static partial class Browser
{
    /// <param name="path">The page's file.</param>
    /// <param name="width">Of the frame, CSS pixels.</param>
    /// <param name="isDark">Whether the reader prefers dark pages.</param>
    /// <returns>How wide the page's content is, what it says on the console, and how many of its characters are shown.</returns>
    public static async Task<(int ContentWidth, IReadOnlyList<string> Console, int TextLength)> LoadAsync(string path, int width, bool isDark = false)
    {
        var folder = Directory.CreateTempSubdirectory("pipeline-browser-");
        try
        {
            var frame = Path.Combine(folder.FullName, "frame.html");
            await File.WriteAllTextAsync(
                frame,
                string.Create(CultureInfo.InvariantCulture, $$"""
                    <!DOCTYPE html><iframe id="page" src="{{new Uri(path).AbsoluteUri}}" style="width:{{width}}px;height:1000px;border:0"></iframe><pre id="result"></pre>
                    <script>
                    document.getElementById('page').onload = event => {
                      const page = event.target.contentDocument;
                      document.getElementById('result').textContent = `width=${page.documentElement.scrollWidth} text=${page.body.innerText.length}`;
                    };
                    </script>
                    """),
                TestContext.Current.CancellationToken);
            var (output, log) = await RunAsync(folder.FullName, frame, isDark);
            var result = Result().Match(output);
            result.Success.Should().BeTrue($"the page loads; {log}");
            return (int.Parse(result.Groups["width"].Value, CultureInfo.InvariantCulture), [.. log.Split('\n').Where(line => line.Contains("CONSOLE", StringComparison.Ordinal))], int.Parse(result.Groups["text"].Value, CultureInfo.InvariantCulture));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(string Output, string Log)> RunAsync(string folder, string page, bool isDark)
    {
        const string Program = "/usr/bin/chromium";
        if (!File.Exists(Program))
        {
            var reason = $"there is no {Program} (Debian package chromium).";
            Assert.False(Environment.GetEnvironmentVariable("PIPELINE_REQUIRE_ALL") == "1", $"PIPELINE_REQUIRE_ALL is set, and {reason}");
            Assert.Skip(reason);
        }

        // The sandbox does not work for root, as which containers run; the pages are our own.
        List<string> arguments =
        [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--allow-file-access-from-files", "--enable-logging=stderr", $"--user-data-dir={folder}/profile",
            "--window-size=1400,1000", "--virtual-time-budget=5000", "--dump-dom", new Uri(page).AbsoluteUri,
        ];
        if (isDark)
        {
            arguments.Insert(0, "--blink-settings=preferredColorScheme=0");
        }

        var start = new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["HOME"] = folder;
        using var process = Process.Start(start)!;
        var reading = (Output: process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), Log: process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (await reading.Output, await reading.Log);
    }

    [GeneratedRegex(@"<pre id=""result"">width=(?<width>\d+) text=(?<text>\d+)</pre>", RegexOptions.CultureInvariant)]
    private static partial Regex Result();
}
