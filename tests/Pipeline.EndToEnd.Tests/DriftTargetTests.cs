using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Pipeline.Engine;

namespace Pipeline.EndToEnd.Tests;

/// <summary><c>./build.sh DriftCheck</c> as a scheduled job runs it: what comes back is an exit code and files.</summary>
public sealed class DriftTargetTests(FreshClone clone) : IClassFixture<FreshClone>
{
    private const string Small = "small";

    [Fact]
    public async Task Exit_codes_tell_what_the_rows_are_and_every_check_but_a_failed_one_leaves_its_reports()
    {
        SmallModel.AddTo(clone, Small);
        (await clone.BuildAsync("Promote", "--model", Small)).ExitCode.Should().Be(0);

        var calm = await CheckAsync("like training.csv", Rows(400, amount: i => i * 37 % 1000 / 10.0));
        calm.ExitCode.Should().Be(0, calm.Output);
        Report().GetProperty("verdict").GetString().Should().Be("ok");

        var drift = await CheckAsync("dearer.csv", Rows(400, amount: i => 60 + (i % 40)));
        drift.ExitCode.Should().Be((int)ExitCode.Refused, drift.Output);
        drift.Output.Should().Contain("amount drifted: adjusted PSI").And.Contain("drift.html");
        Report().GetProperty("verdict").GetString().Should().Be("drift");
        XDocument.Load(Path.Combine(Reports, "drift.junit.xml")).Descendants("failure").Should().NotBeEmpty();
        (await File.ReadAllTextAsync(Path.Combine(Reports, "drift.md"), TestContext.Current.CancellationToken)).Should().Contain("amount");
        var reported = await File.ReadAllBytesAsync(Path.Combine(Reports, "drift.json"), TestContext.Current.CancellationToken);

        var few = await CheckAsync("few.csv", Rows(20, amount: i => i * 5));
        few.ExitCode.Should().Be((int)ExitCode.NotEnoughData, few.Output);
        Report().GetProperty("verdict").GetString().Should().Be("insufficient");

        // Without a folder of its own the last report stays: the one that says why the last check could not be made is the log.
        await File.WriteAllBytesAsync(Path.Combine(Reports, "drift.json"), reported, TestContext.Current.CancellationToken);
        var none = await clone.BuildAsync("DriftCheck", "--model", Small, "--source", "service:http://127.0.0.1:1");
        none.ExitCode.Should().Be((int)ExitCode.ToolError, none.Output);
        none.Output.Should().Contain("http://127.0.0.1:1/metrics (Connection refused").And.NotContain("   at Pipeline.");
        (await File.ReadAllBytesAsync(Path.Combine(Reports, "drift.json"), TestContext.Current.CancellationToken)).Should().Equal(reported);
    }

    private string Reports => Path.Combine(clone.Path, "artifacts", "reports", Small, "drift");

    private async Task<RunResult> CheckAsync(string name, string rows)
    {
        var path = Path.Combine(clone.Path, "artifacts", name);
        await File.WriteAllTextAsync(path, rows, TestContext.Current.CancellationToken);
        return await clone.BuildAsync("DriftCheck", "--model", Small, "--source", $"file:{path}");
    }

    private JsonElement Report()
    {
        using var report = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Reports, "drift.json")));
        return report.RootElement.Clone();
    }

    private static string Rows(int count, Func<int, double> amount)
    {
        string[] colours = ["red", "green", "blue"];
        return "amount,colour\n" + string.Concat(Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{amount(i):0.00},{colours[i % 3]}\n")));
    }
}
