using System.Globalization;
using System.Net;
using Pipeline.Engine;

namespace Pipeline.Delivery.DriftChecks.Counters.Services;

/// <summary>
/// The current side of a drift check from the metrics pages of the services themselves, where there is no Prometheus: what each replica has counted since the last check, which
/// lies in a file. One window, however many are asked for: a page knows no past.
/// </summary>
/// <param name="model">The package to be judged.</param>
/// <param name="addresses">Of each replica; a load balancer's would give another one's counters each time, which is refused where it shows.</param>
/// <param name="statePath">The file between two checks of this model and stage.</param>
/// <param name="apiKey">For services whose metrics need one; null or empty for none.</param>
/// <param name="clock">Tells when now is.</param>
public sealed class ServiceDriftSource(CountedModel model, IReadOnlyList<string> addresses, string statePath, string? apiKey, TimeProvider clock) : IDriftSource
{
    /// <summary>The environment variable with a service's key; a secret has no place on a command line.</summary>
    public const string KeyVariable = "SERVICE_API_KEY";

    // Clocks of machines differ.
    private const double ClockToleranceSeconds = 60;

    private const double StartToleranceSeconds = 0.01;

    private readonly CounterLayout _layout = new(model.Reference);
    private readonly List<Uri> _pages = [.. addresses.Select(ServiceAddress.MetricsPageOf).Distinct()];
    private ServiceDriftState? _read;

    public string Description => $"services {string.Join(", ", _pages.Select(page => page.GetLeftPart(UriPartial.Authority)))}";

    /// <summary>How long a replica may take to answer.</summary>
    public TimeSpan PatienceLimit { get; init; } = TimeSpan.FromSeconds(10);

    public async Task<IReadOnlyList<SourceWindow>> ReadAsync(WindowPlan plan, CancellationToken cancellationToken)
    {
        if (_pages.Count == 0)
        {
            throw new PipelineException(ExitCode.Usage, "There is no address of a service to read. Give that of each replica.");
        }

        var (before, whyNot) = ServiceDriftState.Load(statePath, model, _layout.Count);
        var now = clock.GetUtcNow();
        var pages = await ReadAllAsync(cancellationToken);
        var notes = new List<string>();
        if (whyNot is not null)
        {
            notes.Add($"What was read in the last check cannot be used, so that counts begin anew: {whyNot}.");
        }

        var sum = new CounterReading(new long[_layout.Count]);
        foreach (var (address, page) in pages)
        {
            CounterIncrease.Add(sum, IncreaseOf(address, page, before, notes));
        }

        AddNotes(notes, pages, before, plan);

        // All have answered: a replica's counts since the last check must not get lost with another's silence.
        _read = new ServiceDriftState(ServiceDriftState.CurrentSchemaVersion, model.Digest, now, pages.ToDictionary(page => page.Address, page => new ReplicaState(page.Page.ProcessStart, page.Page.Reading.Values.ToArray())));
        return [new SourceWindow(_layout.ToProfile(sum, before?.ReadAt ?? OldestStart(pages), now), _layout.CoverageOf(sum), Samples: null, notes)];
    }

    public void Acknowledge()
    {
        _read?.Save(statePath);
        _read = null;
    }

    private CounterReading IncreaseOf(string address, ServicePage page, ServiceDriftState? before, List<string> notes)
    {
        if (before?.Replicas.GetValueOrDefault(address) is not { } last)
        {
            notes.Add($"{address} was not read before: counted since its process started, {Moment(page.ProcessStart):u}.");
            return page.Reading;
        }

        if (Math.Abs(last.ProcessStart - page.ProcessStart) > StartToleranceSeconds)
        {
            if (page.ProcessStart < before.ReadAt.ToUnixTimeMilliseconds() / 1000.0 - ClockToleranceSeconds)
            {
                throw new PipelineException(
                    ExitCode.ToolError,
                    $"{address} is now a process that already ran when another one answered there in the last check ({Moment(page.ProcessStart):u}): it leads to several replicas. Give each replica's own address; if the clocks are wrong, put them right and delete {statePath}.");
            }

            notes.Add($"{address} restarted ({Moment(page.ProcessStart):u}); what it counted between the last check and its end is lost.");
            return page.Reading;
        }

        if (CounterIncrease.Between(new CounterReading([.. last.Values]), page.Reading) is { } increase)
        {
            return increase;
        }

        notes.Add($"{address} has counters that fell since the last check: counted from 0.");
        return page.Reading;
    }

    private static void AddNotes(List<string> notes, IReadOnlyList<(string Address, ServicePage Page)> pages, ServiceDriftState? before, WindowPlan plan)
    {
        foreach (var gone in before?.Replicas.Keys.Except(pages.Select(page => page.Address), StringComparer.Ordinal).Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>())
        {
            notes.Add($"{gone} was read in the last check and is no longer asked; what it counted since is not in here.");
        }

        foreach (var (address, page) in pages.Where(page => page.Page.OtherVersions.Count > 0))
        {
            notes.Add($"Not counted here: version {string.Join(", ", page.OtherVersions)} at {address}.");
        }

        if (plan.Count > 1 || plan.End is not null)
        {
            notes.Add("The services' own counters have no past: there is one window, from the last check until now.");
        }
    }

    private async Task<List<(string Address, ServicePage Page)>> ReadAllAsync(CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = 64 << 20 };
        http.DefaultRequestHeaders.Authorization = BearerToken.Of(apiKey, KeyVariable);
        var reads = await Task.WhenAll(_pages.Select(page => ReadAsync(http, page, cancellationToken)));
        var faults = reads.Where(read => read.Fault is not null).Select(read => $"{read.Address} ({read.Fault})").ToList();
        return faults.Count == 0
            ? [.. reads.Select(read => (read.Address, read.Page!))]
            : throw new PipelineException(ExitCode.ToolError, $"{faults.Count} of {_pages.Count} replicas of {model} cannot be read: {string.Join("; ", faults)}. Nothing was counted; run again when all answer, or leave out those that are gone.");
    }

    private async Task<(string Address, ServicePage? Page, string? Fault)> ReadAsync(HttpClient http, Uri page, CancellationToken cancellationToken)
    {
        var address = page.AbsoluteUri;
        using var timeout = new CancellationTokenSource(PatienceLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var response = await http.GetAsync(page, either.Token);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => (address, ServicePage.Read(await response.Content.ReadAsStringAsync(either.Token), model, _layout), null),
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => (address, null, $"answers {(int)response.StatusCode}: put its key in {KeyVariable}"),
                _ => (address, null, $"answers {(int)response.StatusCode}"),
            };
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException)
        {
            return (address, null, e.Message.TrimEnd('.'));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (address, null, string.Create(CultureInfo.InvariantCulture, $"no answer within {PatienceLimit.TotalSeconds:0.#} s"));
        }
    }

    private static DateTimeOffset OldestStart(IEnumerable<(string Address, ServicePage Page)> pages) => Moment(pages.Min(page => page.Page.ProcessStart));

    private static DateTimeOffset Moment(double seconds) => DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000));
}
