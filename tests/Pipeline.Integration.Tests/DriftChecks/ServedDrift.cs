using System.Globalization;
using System.Text.Json;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.DriftChecks;
using Pipeline.Delivery.DriftChecks.Counters;
using Pipeline.Delivery.DriftChecks.Counters.Prometheus;
using Pipeline.Delivery.DriftChecks.Counters.Services;
using Pipeline.Delivery.DriftChecks.Files;
using Pipeline.Drift.Verdicts;
using Pipeline.ModelPackage;

namespace Pipeline.Integration.Tests.DriftChecks;

/// <summary>
/// Two real services behind a real Prometheus are asked April's flights, then altered ones of June; in the middle of June one is killed and comes back. Run once for all tests
/// that look at it.
/// </summary>
public sealed class ServedDrift(Workspace workspace) : IDisposable
{
    private const int RowsPerRequest = 250;

    private readonly SemaphoreSlim _gate = new(1);
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(workspace.Root, "served-drift")).FullName;
    private readonly HttpClient _http = new();
    private ServedDriftFindings? _findings;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async Task<ServedDriftFindings> FindingsAsync()
    {
        await _gate.WaitAsync(Token);
        try
        {
            return _findings ??= await RunAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _gate.Dispose();
    }

    private async Task<ServedDriftFindings> RunAsync()
    {
        PrometheusServer.Require("prometheus", "prometheus");
        var service = await workspace.ServiceAsync();
        var definition = FlightTraffic.ReadDefinition(workspace.RepositoryRoot);
        var package = await FlightTraffic.PackageAsync(definition, workspace.Runner, _folder);
        await using var a = await ServedReplica.StartAsync(service, package, Path.Combine(_folder, "log-a"));
        await using var b = await ServedReplica.StartAsync(service, package, Path.Combine(_folder, "log-b"));
        await using var prometheus = await PrometheusServer.StartAsync([a.Target, b.Target], $"rule_files: ['{await RulesAsync()}']");
        var april = FlightTraffic.April(definition).Chunk(RowsPerRequest).ToList();
        var june = FlightTraffic.June(definition).Chunk(RowsPerRequest).ToList();
        var counted = CountedModel.Of(package);
        var pages = new ServiceDriftSource(counted, [a.Address, b.Address], Path.Combine(_folder, "pages.json"), apiKey: null, TimeProvider.System);

        await ScrapedAsync(prometheus);
        var begin = Now;
        await AnswerAsync(a, b, april);
        await ScrapedAsync(prometheus);
        var middle = Now;
        var aprilPages = (await pages.ReadAsync(Plan(begin, middle), Token)).Single();
        pages.Acknowledge();

        var half = june.Count / 2;
        var byKilled = await AnswerAsync(a, b, june[..half]);
        await ScrapedAsync(prometheus);
        await a.UntilLoggedAsync();
        await a.KillAndRestartAsync();
        await ScrapedAsync(prometheus);
        await AnswerAsync(a, b, june[half..]);
        await ScrapedAsync(prometheus);
        await a.UntilLoggedAsync();
        await b.UntilLoggedAsync();
        var end = Now;
        var junePages = (await pages.ReadAsync(Plan(middle, end), Token)).Single();

        var live = new PrometheusDriftSource(counted, PrometheusAddress.Parse(prometheus.Address, token: null), TimeProvider.System);
        return new ServedDriftFindings(
            counted.Reference,
            a.Target,
            april.Sum(request => request.Length),
            june.Sum(request => request.Length),
            await CheckAsync(package, live, begin, middle),
            await CheckAsync(package, live, middle, end),
            await CheckAsync(package, await FileAsync("june.jsonl", june.SelectMany(request => request)), middle, end),
            await CheckAsync(package, Files("log-*/*.jsonl"), middle, end),
            aprilPages,
            junePages,
            (await (await FileAsync("left.jsonl", june.Except(byKilled).SelectMany(request => request))).ReadAsync(Plan(middle, end), Token)).Single(),
            await RecordedPsiAsync(prometheus));

        async Task<FileDriftSource> FileAsync(string name, IEnumerable<string> rows)
        {
            await File.WriteAllLinesAsync(Path.Combine(_folder, name), rows, Token);
            return Files(name);
        }

        FileDriftSource Files(string pattern) => new(new ComparedModel(package, counted.Reference, definition), new FileRows(_folder, [pattern]), workspace.Runner.Store);
    }

    // Prometheus keeps times to the millisecond.
    private static DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

    private static WindowPlan Plan(DateTimeOffset from, DateTimeOffset to) => new(to - from, 1, to);

    /// <summary>Sends requests in turns.</summary>
    /// <returns>Those that went to the first.</returns>
    private static async Task<IReadOnlyList<string[]>> AnswerAsync(ServedReplica first, ServedReplica second, IEnumerable<string[]> requests)
    {
        var byFirst = new List<string[]>();
        foreach (var (i, rows) in requests.Index())
        {
            // Two of three, so that the replicas' counts differ.
            if (i % 3 == 2)
            {
                await second.AnswerAsync(rows);
            }
            else
            {
                await first.AnswerAsync(rows);
                byFirst.Add(rows);
            }
        }

        return byFirst;
    }

    private async Task<CheckedWindow> CheckAsync(PackagedModel package, IDriftSource source, DateTimeOffset from, DateTimeOffset to)
    {
        var settings = new DriftSettings(to - from, DriftSeason.None, DriftPolicy.Default with { AlarmWindows = 1, OfWindows = 1 });
        var stage = new DriftCheckStage(package, PackageReader.ReadReferenceProfile(package), settings, workspace.Log);
        return new CheckedWindow(
            (await source.ReadAsync(Plan(from, to), Token)).Single(),
            await stage.RunAsync(new PastSource(source, to), stage: null, windowCount: 1, earlier: [], Token));
    }

    // As shipped, but for how often they are evaluated.
    private async Task<string> RulesAsync()
    {
        var rules = await File.ReadAllTextAsync(Path.Combine(workspace.RepositoryRoot, "deploy", "prometheus", "drift.rules.yml"), Token);
        var path = Path.Combine(_folder, "drift.rules.yml");
        await File.WriteAllTextAsync(path, rules.Replace("interval: 1m", "interval: 1s", StringComparison.Ordinal), Token);
        return path;
    }

    /// <summary>Waits until both replicas were scraped a second after now, so that everything answered before is in a sample.</summary>
    private async Task ScrapedAsync(PrometheusServer prometheus) => await UntilAsync(prometheus, After("process_start_time_seconds"), samples => samples.Count == 2);

    private async Task<IReadOnlyDictionary<string, double>> RecordedPsiAsync(PrometheusServer prometheus)
    {
        var samples = await UntilAsync(prometheus, After("model_feature:psi1h"), samples => samples.Count > 0);
        return samples.ToDictionary(sample => sample.GetProperty("metric").GetProperty("feature").GetString()!, sample => double.Parse(sample.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture));
    }

    private static string After(string series) =>
        string.Create(CultureInfo.InvariantCulture, $"{series} and timestamp({series}) > {(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0) + 1:0.000}");

    private async Task<IReadOnlyList<JsonElement>> UntilAsync(PrometheusServer prometheus, string query, Predicate<IReadOnlyList<JsonElement>> isEnough)
    {
        for (var attempt = 0; attempt < 300; attempt++)
        {
            await Task.Delay(100, Token);
            using var answer = JsonDocument.Parse(await _http.GetStringAsync(new Uri($"{prometheus.Address}/api/v1/query?query={Uri.EscapeDataString(query)}"), Token));
            var samples = answer.RootElement.GetProperty("data").GetProperty("result").Clone().EnumerateArray().ToList();
            if (isEnough(samples))
            {
                return samples;
            }
        }

        Assert.Fail($"Prometheus has not answered {query} as it should within half a minute.");
        return [];
    }

    /// <summary>A source as it was asked at an earlier time.</summary>
    private sealed class PastSource(IDriftSource source, DateTimeOffset end) : IDriftSource
    {
        public string Description => source.Description;

        public Task<IReadOnlyList<SourceWindow>> ReadAsync(WindowPlan plan, CancellationToken cancellationToken) => source.ReadAsync(plan with { End = end }, cancellationToken);
    }
}
