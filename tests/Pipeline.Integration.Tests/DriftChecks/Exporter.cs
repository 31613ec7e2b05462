using System.Globalization;
using System.Text;
using Pipeline.Delivery.DriftChecks.Counters;

namespace Pipeline.Integration.Tests.DriftChecks;

/// <summary>A replica of a service, as far as its metrics page shows it. Its counters are the test's to advance, and its process to restart. Thread-safe.</summary>
internal sealed class Exporter : IAsyncDisposable
{
    private static readonly string[] Families =
    [
        "model_feature_bin_total", "model_feature_value_total", "model_prediction_bin_total", "model_predicted_label_total", "model_reference_bin", "inference_rows_total", "model_info",
    ];

    private readonly Lock _gate = new();
    private readonly HttpServer _server;
    private readonly bool _tellsStart;
    private List<ServedCounters> _counters;
    private double _start;
    private int _scrapes;

    /// <param name="models">What it serves.</param>
    /// <param name="tellsStart">Whether its process says when it started.</param>
    /// <param name="port">Null for any that is free.</param>
    public Exporter(IReadOnlyList<CountedModel> models, bool tellsStart = true, int? port = null)
    {
        _counters = [.. models.Select(model => new ServedCounters(model))];
        _tellsStart = tellsStart;
        _start = Now;
        _server = new HttpServer((_, _) => Page(), port);
    }

    public string Address => _server.Address;

    public string Target => $"127.0.0.1:{_server.Port}";

    /// <summary>How often it was scraped.</summary>
    public int Scrapes
    {
        get
        {
            lock (_gate)
            {
                return _scrapes;
            }
        }
    }

    private static double Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    /// <summary>Counts some rows of its first model, or of another.</summary>
    public void Answer(int from, int count, int model = 0)
    {
        lock (_gate)
        {
            for (var row = from; row < from + count; row++)
            {
                _counters[model].Answer(row);
            }
        }
    }

    public void AnswerUncounted()
    {
        lock (_gate)
        {
            _counters[0].AnswerUncounted();
        }
    }

    /// <summary>Its process ends, and another one begins at once, which counts from 0.</summary>
    public void Restart(double? start = null)
    {
        lock (_gate)
        {
            _counters = [.. _counters.Select(counters => new ServedCounters(counters.Model))];
            _start = start ?? Now;
        }
    }

    /// <summary>All counters begin anew in the same process.</summary>
    public void MakeAnew() => Restart(_start);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private HttpServer.Answer Page()
    {
        lock (_gate)
        {
            _scrapes++;
            var page = new StringBuilder();
            foreach (var family in Families)
            {
                page.Append(CultureInfo.InvariantCulture, $"# TYPE {family} {(family.EndsWith("_total", StringComparison.Ordinal) ? "counter" : "gauge")}\n");
                _counters.ForEach(counters => counters.WriteTo(page, family));
            }

            if (_tellsStart)
            {
                page.Append(CultureInfo.InvariantCulture, $"# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds {_start}\n");
            }

            return new HttpServer.Answer(200, page.ToString(), "text/plain; version=0.0.4");
        }
    }
}
