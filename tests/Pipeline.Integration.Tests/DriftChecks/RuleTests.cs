using System.Globalization;
using System.Text;
using Pipeline.Drift.Measures;
using Pipeline.Engine;

namespace Pipeline.Integration.Tests.DriftChecks;

/// <summary>The shipped Prometheus rules, run by promtool.</summary>
public sealed class RuleTests : IDisposable
{
    private static readonly string Rules = Path.Combine(Workspace.FindRepository(), "deploy", "prometheus");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pipeline-rules-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Rules_are_sound()
    {
        var output = await PromtoolAsync(["check", "rules", .. Directory.EnumerateFiles(Rules, "*.rules.yml").Order(StringComparer.Ordinal)]);

        output.Should().Contain("17 rules found").And.Contain("6 rules found");
    }

    [Theory]
    [InlineData("drift.yml")]
    [InlineData("service.yml")]
    public async Task Tests_of_the_rules_pass(string file)
    {
        var output = await PromtoolAsync(["test", "rules", Path.Combine(Rules, "tests", file)]);

        output.Should().Contain("SUCCESS");
    }

    [Theory]
    [InlineData(new[] { 500, 300, 200 }, new[] { 300, 300, 400 }, 0.2407945608651872)]
    [InlineData(new[] { 200, 200, 200, 200, 200 }, new[] { 20, 20, 20, 20, 20 }, 0.0)]
    [InlineData(new[] { 200, 200, 200, 200, 200 }, new[] { 0, 0, 0, 0, 60 }, 7.36523193659713)]
    [InlineData(new[] { 1, 0, 9_999, 0 }, new[] { 0, 7, 1, 0 }, null)]
    [InlineData(new[] { 101, 97, 103, 99, 100, 98, 102, 96, 104, 100 }, new[] { 3, 0, 11, 8, 0, 29, 1, 2, 5, 17 }, null)]
    public async Task Index_of_the_rules_is_that_of_the_counts(int[] reference, int[] current, double? published)
    {
        var psi = PopulationStabilityIndex.Of([.. reference.Select(count => (long)count)], [.. current.Select(count => (long)count)]);
        if (published is { } expected)
        {
            psi.Should().BeApproximately(expected, 1e-12);
        }

        var file = Path.Combine(_folder.FullName, $"{Guid.NewGuid():N}.yml");
        await File.WriteAllTextAsync(file, TestOf(reference, current, psi), TestContext.Current.CancellationToken);
        var output = await PromtoolAsync(["test", "rules", file]);

        output.Should().Contain("SUCCESS");
    }

    // Each minute the same counts at one replica and thrice as many at another.
    private static string TestOf(int[] reference, int[] current, double psi)
    {
        var text = new StringBuilder($"rule_files: ['{Rules}/drift.rules.yml']\nevaluation_interval: 1m\ntests:\n  - interval: 1m\n    input_series:\n");
        for (var bin = 0; bin < reference.Length; bin++)
        {
            foreach (var (instance, times) in new[] { ("a", 1), ("b", 3) })
            {
                var labels = $"model=\"m\",version=\"v\",feature=\"f\",bin=\"{bin}\",instance=\"{instance}\"";
                text.Append(CultureInfo.InvariantCulture, $"      - series: 'model_reference_bin{{{labels}}}'\n        values: '{reference[bin]}x1440'\n");
                text.Append(CultureInfo.InvariantCulture, $"      - series: 'model_feature_bin_total{{{labels}}}'\n        values: '0+{current[bin] * times}x1440'\n");
            }
        }

        text.Append("    promql_expr_test:\n");
        foreach (var (window, time) in new[] { ("1h", "1h"), ("24h", "24h") })
        {
            text.Append(CultureInfo.InvariantCulture, $"      - expr: abs(model_feature:psi{window} - {psi:R}) < bool 1e-9\n        eval_time: {time}\n        exp_samples: [{{ labels: '{{model=\"m\",version=\"v\",feature=\"f\"}}', value: 1 }}]\n");
        }

        return text.ToString();
    }

    private Task<string> PromtoolAsync(IEnumerable<string> arguments) =>
        CommandLine.RunAsync(PrometheusServer.Require("promtool", "prometheus"), arguments, _folder.FullName, TestContext.Current.CancellationToken);
}
