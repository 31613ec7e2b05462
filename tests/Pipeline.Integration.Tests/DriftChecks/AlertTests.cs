using System.Collections.Concurrent;
using System.Text.Json;

namespace Pipeline.Integration.Tests.DriftChecks;

/// <summary>From a service that is asked otherwise than in training to the message that somebody gets: real Prometheus, the shipped rules, real Alertmanager.</summary>
public sealed class AlertTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pipeline-alerts-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Drift_alert_reaches_a_receiver()
    {
        var received = new ConcurrentQueue<string>();
        await using var receiver = new HttpServer((_, body) =>
        {
            received.Enqueue(body);
            return new HttpServer.Answer(200, "{}");
        });
        await using var exporter = new Exporter([SampleModel.First]);
        await using var alertmanager = await PrometheusServer.StartAlertmanagerAsync(
            $"""
            route: {"{"} receiver: test, group_by: [alertname, feature], group_wait: 0s, group_interval: 1s, repeat_interval: 1h {"}"}
            receivers:
              - name: test
                webhook_configs: [{"{"} url: '{receiver.Address}/' {"}"}]
            """);
        var rules = Path.Combine(_folder.FullName, "drift.rules.yml");
        await File.WriteAllTextAsync(rules, InSeconds(await File.ReadAllTextAsync(Path.Combine(Workspace.FindRepository(), "deploy", "prometheus", "drift.rules.yml"), TestContext.Current.CancellationToken)), TestContext.Current.CancellationToken);
        await using var prometheus = await PrometheusServer.StartAsync(
            [exporter.Target],
            $"""
            rule_files: ['{rules}']
            alerting:
              alertmanagers: [{"{"} static_configs: [{"{"} targets: ['{new Uri(alertmanager.Address).Authority}'] {"}"}] {"}"}]
            """);

        var alert = await AlertAsync(received, () => exporter.Answer(0, 300));

        alert.GetProperty("status").GetString().Should().Be("firing");
        alert.GetProperty("labels").GetProperty("model").GetString().Should().Be(SampleModel.Name);
        alert.GetProperty("labels").GetProperty("version").GetString().Should().Be(SampleModel.First.Version);
        alert.GetProperty("annotations").GetProperty("runbook").GetString().Should().Be("docs/runbooks/drift.md#modelfeaturedrift");
    }

    // A day becomes ten seconds; nothing else is changed.
    private static string InSeconds(string rules)
    {
        var changed = rules.Replace("[24h]", "[10s]", StringComparison.Ordinal).Replace("interval: 3m", "interval: 1s", StringComparison.Ordinal)
            .Replace("interval: 1m", "interval: 1s", StringComparison.Ordinal).Replace("for: 15m", "for: 1s", StringComparison.Ordinal);
        changed.Should().NotContain("[24h]").And.Contain("[10s]").And.Contain("for: 1s");
        return changed;
    }

    // The traffic is that of the exporter: of colour, a third each where training had 500, 300, 200; of amount, nothing like it.
    private static async Task<JsonElement> AlertAsync(ConcurrentQueue<string> received, Action traffic)
    {
        for (var attempt = 0; attempt < 120; attempt++)
        {
            traffic();
            foreach (var body in received)
            {
                var alerts = JsonDocument.Parse(body).RootElement.GetProperty("alerts").EnumerateArray();
                if (alerts.FirstOrDefault(alert => alert.GetProperty("labels").GetProperty("alertname").GetString() == "ModelFeatureDrift") is { ValueKind: JsonValueKind.Object } alert)
                {
                    return alert;
                }
            }

            await Task.Delay(500, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"No alert came within a minute, but {received.Count} messages: {string.Join('\n', received)}");
        return default;
    }
}
