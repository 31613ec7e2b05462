using System.Net;
using Pipeline.Engine;

namespace Pipeline.Delivery.DriftChecks.Counters.Prometheus;

/// <summary>Asks a Prometheus server, or what speaks its API, for raw samples. What fails for the moment is tried once more.</summary>
internal sealed class PrometheusClient : IDisposable
{
    private const long MaxAnswerBytes = 512L << 20;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);

    private readonly PrometheusAddress _address;
    private readonly TimeProvider _clock;

    // A redirection leads to a page to log in, never to the API.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.GZip }) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxAnswerBytes };

    public PrometheusClient(PrometheusAddress address, TimeProvider clock)
    {
        _address = address;
        _clock = clock;
        _http.DefaultRequestHeaders.Authorization = address.Authorization;
    }

    /// <summary>The samples of a range selector that ends at a time: greater than <paramref name="from"/>, at most <paramref name="to"/>, in milliseconds since 1970.</summary>
    /// <exception cref="PipelineException">Tool error: the server cannot be reached or refuses.</exception>
    public async Task<IReadOnlyList<PrometheusSeries>> SamplesAsync(string selector, long from, long to, CancellationToken cancellationToken)
    {
        var query = PromQl.Range(selector, to - from);
        var body = await AskAsync("query", [new("query", query), new("time", PromQl.Time(to))], cancellationToken);
        return PrometheusAnswer.SamplesOf(body, from, query);
    }

    /// <summary>The labels of all series of some selectors that may have samples in a time.</summary>
    /// <exception cref="PipelineException">Tool error: the server cannot be reached or refuses.</exception>
    public async Task<IReadOnlyList<IReadOnlyDictionary<string, string>>> SeriesAsync(IEnumerable<string> selectors, long from, long to, CancellationToken cancellationToken)
    {
        var body = await AskAsync("series", [.. selectors.Select(selector => KeyValuePair.Create("match[]", selector)), new("start", PromQl.Time(from)), new("end", PromQl.Time(to))], cancellationToken);
        return PrometheusAnswer.LabelsOf(body);
    }

    public void Dispose() => _http.Dispose();

    private async Task<byte[]> AskAsync(string what, IReadOnlyList<KeyValuePair<string, string>> form, CancellationToken cancellationToken)
    {
        try
        {
            return await AskOnceAsync(what, form, cancellationToken);
        }
        catch (PipelineException e) when (e.InnerException is HttpRequestException or IOException)
        {
            await Task.Delay(RetryDelay, _clock, cancellationToken);
            return await AskOnceAsync(what, form, cancellationToken);
        }
    }

    private async Task<byte[]> AskOnceAsync(string what, IReadOnlyList<KeyValuePair<string, string>> form, CancellationToken cancellationToken)
    {
        // By POST, as a selector of many instances is too long for an address.
        using var content = new FormUrlEncodedContent(form);
        try
        {
            using var response = await _http.PostAsync(new Uri(_address.Url, $"api/v1/{what}"), content, cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return response.StatusCode == HttpStatusCode.OK && PrometheusAnswer.IsJson(body) ? body : throw Refusal(response, body, form);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new PipelineException(ExitCode.ToolError, $"Prometheus at {_address} cannot be asked: {e.Message.TrimEnd('.')}. Check the address, and that the server runs and can be reached from here.", e);
        }
    }

    private PipelineException Refusal(HttpResponseMessage response, byte[] body, IReadOnlyList<KeyValuePair<string, string>> form)
    {
        var status = (int)response.StatusCode;
        if (PrometheusAnswer.ErrorOf(body) is { } error)
        {
            return new PipelineException(ExitCode.ToolError, $"Prometheus at {_address} refuses {form[0].Value} ({status}): {error}");
        }

        var (what, advice) = status switch
        {
            401 or 403 => ("does not let this user in", $"Put user and password in the address, or a token in {PrometheusAddress.TokenVariable}."),
            429 or 502 or 503 or 504 => ("is not ready", "Try again later."),
            >= 300 and < 400 => ($"leads to {HostOf(response)}", "Give the address of Prometheus itself, not that of a page to log in."),
            _ => ($"gives {response.Content.Headers.ContentType?.MediaType ?? "nothing"} that is no answer of its API", "Give the address below which api/v1/query lies, with its path if it has one."),
        };
        // An inner exception of this kind has the request sent once more.
        var inner = status is 429 or 502 or 503 or 504 ? new HttpRequestException($"status {status}") : null;
        return new PipelineException(ExitCode.ToolError, $"{_address} answers {status} and {what}. {advice}", inner);
    }

    // The place only: a query may hold a ticket.
    private static string HostOf(HttpResponseMessage response) => response.Headers.Location is { IsAbsoluteUri: true } location ? location.GetLeftPart(UriPartial.Authority) : "another page";
}
