using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Delivery.MetricsPages;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.SmokeTests;

/// <summary>The checks against a running service, in order. Each gives its outcome as a value; once one fails, those that need it are not carried out and do not pass.</summary>
internal sealed class SmokeChecks : IDisposable
{
    /// <summary>How far an answer may be from the one that the pipeline computed; of numbers above 1 as a share of them.</summary>
    public const float Tolerance = 1e-5f;

    /// <summary>The media type of refusals.</summary>
    public const string ProblemType = "application/problem+json";

    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private readonly ISmokeTarget _target;
    private readonly PackagedModel _package;
    private readonly GoldenSample _golden;
    private readonly TimeProvider _clock;
    private readonly List<SmokeCheck> _checks = [];

    // A proxy in the environment is for the outside world.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = RequestTimeout };

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The client owns its handler.")]
    public SmokeChecks(ISmokeTarget target, PackagedModel package, TimeProvider clock)
    {
        _target = target;
        _package = package;
        _golden = PackageReader.ReadGoldenSample(package);
        _clock = clock;
    }

    public IReadOnlyList<SmokeCheck> Checks => _checks;

    public bool Passed => _checks.All(check => check.Passed);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (await CheckAsync("ready within 10 s", BecomeReadyAsync, cancellationToken))
        {
            await CheckAsync("serves the package", ServesPackageAsync, cancellationToken);
            await CheckAsync("golden predictions", PredictsGoldenAsync, cancellationToken);
            await CheckAsync("malformed request is refused", RefusesMalformedAsync, cancellationToken);
            await CheckAsync("hostile values", BearsHostileValuesAsync, cancellationToken);
            await CheckAsync("metrics", CountsRequestsAsync, cancellationToken);
        }

        await CheckAsync("SIGTERM ends it within 10 s", EndsAsync, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    /// <returns>What was seen; throws <see cref="InvalidDataException"/> if it is not what is wanted.</returns>
    private async Task<bool> CheckAsync(string name, Func<CancellationToken, Task<string>> check, CancellationToken cancellationToken)
    {
        try
        {
            _checks.Add(new SmokeCheck(name, Passed: true, await check(cancellationToken)));
        }
        catch (Exception e) when (e is InvalidDataException or HttpRequestException or JsonException or IOException or InvalidOperationException or FormatException)
        {
            _checks.Add(new SmokeCheck(name, Passed: false, e.Message));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _checks.Add(new SmokeCheck(name, Passed: false, $"no answer within {RequestTimeout.TotalSeconds:0} s"));
        }

        return _checks[^1].Passed;
    }

    private async Task<string> BecomeReadyAsync(CancellationToken cancellationToken)
    {
        var start = _clock.GetTimestamp();
        var last = "it does not listen";
        while (_clock.GetElapsedTime(start) < ReadyWithin)
        {
            if (await _target.HasExitedAsync(cancellationToken))
            {
                throw new InvalidDataException("it has ended");
            }

            _http.BaseAddress ??= await _target.TryGetAddressAsync(cancellationToken);
            if (_http.BaseAddress is not null)
            {
                var status = await TryGetStatusAsync("health/ready", cancellationToken);
                if (status == HttpStatusCode.OK)
                {
                    return "yes";
                }

                last = status is { } code ? $"/health/ready answers {(int)code}" : "/health/ready does not answer";
            }

            await Task.Delay(PollInterval, _clock, cancellationToken);
        }

        throw new InvalidDataException(last);
    }

    private async Task<HttpStatusCode?> TryGetStatusAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private async Task<string> ServesPackageAsync(CancellationToken cancellationToken)
    {
        var model = await _http.GetFromJsonAsync<JsonNode>(new Uri("v1/model", UriKind.Relative), cancellationToken);
        var digest = model?["digest"]?.GetValue<string>();
        return digest == _package.Digest.ToString()
            ? digest
            : throw new InvalidDataException($"/v1/model says {digest ?? "nothing"}, the package is {_package.Digest}");
    }

    private async Task<string> PredictsGoldenAsync(CancellationToken cancellationToken)
    {
        var worst = await PredictAsync(cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{_golden.Rows.Count} rows, off by at most {worst:0.0e+0}");
    }

    private async Task<float> PredictAsync(CancellationToken cancellationToken)
    {
        var request = new JsonObject { ["rows"] = new JsonArray([.. _golden.Rows.Select(row => row.Row.DeepClone())]) };
        using var response = await PostAsync(request.ToJsonString(), cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new InvalidDataException($"/v1/predict answers {(int)response.StatusCode}: {text}");
        }

        var predictions = JsonNode.Parse(text)?["predictions"]?.AsArray() ?? throw new InvalidDataException($"/v1/predict gives no predictions: {text}");
        if (predictions.Count != _golden.Rows.Count)
        {
            throw new InvalidDataException($"{predictions.Count} predictions for {_golden.Rows.Count} rows");
        }

        return predictions.Select((prediction, index) => Compare(prediction, index)).Max();
    }

    private float Compare(JsonNode? prediction, int index)
    {
        var wanted = _golden.Rows[index];
        var outputs = _package.Manifest.Outputs;
        float[] answer = prediction?[outputs.Tensor] switch
        {
            JsonArray numbers => [.. numbers.Select(number => number?.GetValue<float>() ?? float.NaN)],
            { } number => [number.GetValue<float>()],
            null => throw new InvalidDataException($"row {index} has no {outputs.Tensor}"),
        };
        return wanted.FaultOf(outputs, answer, prediction["label"]?.GetValue<string>(), Tolerance) is { } fault
            ? throw new InvalidDataException($"row {index}: {fault} ({wanted.Row.ToJsonString()})")
            : (float)outputs.DifferenceOf(wanted.Answer(), answer);
    }

    private async Task<string> RefusesMalformedAsync(CancellationToken cancellationToken)
    {
        using var response = await PostAsync("{\"rows\":[{", cancellationToken);
        if (response.StatusCode != HttpStatusCode.BadRequest)
        {
            throw new InvalidDataException($"/v1/predict answers {(int)response.StatusCode}, wanted 400");
        }

        var type = response.Content.Headers.ContentType?.MediaType;
        if (type != ProblemType)
        {
            throw new InvalidDataException($"the refusal is {type}, wanted {ProblemType}");
        }

        await PredictAsync(cancellationToken);
        return "400, and it lives on";
    }

    private async Task<string> BearsHostileValuesAsync(CancellationToken cancellationToken)
    {
        var seen = await new HostileValuesCheck(PostAsync, _package.Manifest.Outputs).RunAsync(_golden.Rows[0].Row, _package.Manifest.Features, cancellationToken);
        await PredictAsync(cancellationToken);
        return seen;
    }

    private async Task<string> CountsRequestsAsync(CancellationToken cancellationToken)
    {
        var before = await ReadRequestCountAsync(cancellationToken);
        await PredictAsync(cancellationToken);
        var counted = await ReadRequestCountAsync(cancellationToken) - before;
        return counted >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"well-formed; {counted:0} counted for one request")
            : throw new InvalidDataException("no counter *requests_total went up with a request");
    }

    private async Task<double> ReadRequestCountAsync(CancellationToken cancellationToken)
    {
        var text = await _http.GetStringAsync(new Uri("metrics", UriKind.Relative), cancellationToken);
        return MetricsText.Parse(text).SumOfCounters(name => name.EndsWith("requests_total", StringComparison.Ordinal));
    }

    private async Task<HttpResponseMessage> PostAsync(string json, CancellationToken cancellationToken)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        return await _http.PostAsync(new Uri("v1/predict", UriKind.Relative), content, cancellationToken);
    }

    private async Task<string> EndsAsync(CancellationToken cancellationToken) =>
        await _target.TerminateAsync(EndWithin, cancellationToken) switch
        {
            0 => "exit code 0",
            null => throw new InvalidDataException("it still runs"),
            { } code => throw new InvalidDataException($"exit code {code}"),
        };
}
