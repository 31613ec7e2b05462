using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Pipeline.Delivery.SmokeTests;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.SmokeTests;

/// <summary>A service that is as it must be, but for what a test has it answer to single rows that are not golden.</summary>
internal sealed class FakeService : ISmokeTarget
{
    private readonly HttpListener _listener;
    private readonly PackagedModel _package;
    private readonly GoldenSample _golden;
    private readonly Func<JsonObject, Answer> _answer;
    private readonly Uri _address;
    private readonly Task _loop;
    private int _requests;

    /// <param name="package">With a golden.json.</param>
    /// <param name="answer">To a row that is not golden; called one at a time.</param>
    public FakeService(PackagedModel package, Func<JsonObject, Answer> answer)
    {
        _package = package;
        _golden = PackageReader.ReadGoldenSample(package);
        _answer = answer;
        (_listener, _address) = Listen();
        _loop = ServeAsync();
    }

    /// <summary>Rows that were not golden, as they came.</summary>
    public List<JsonObject> Rows { get; } = [];

    /// <summary>True once golden rows are answered wrongly.</summary>
    public bool IsSpoilt { get; set; }

    public Task<Uri?> TryGetAddressAsync(CancellationToken cancellationToken) => Task.FromResult<Uri?>(_address);

    public Task<bool> HasExitedAsync(CancellationToken cancellationToken) => Task.FromResult(false);

    public Task<int?> TerminateAsync(TimeSpan patience, CancellationToken cancellationToken) => Task.FromResult<int?>(0);

    public Task<string> LogTailAsync(CancellationToken cancellationToken) => Task.FromResult(string.Empty);

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _loop;
    }

    // A free port may be taken by another test before it is listened on.
    private static (HttpListener Listener, Uri Address) Listen()
    {
        for (var left = 20; ; left--)
        {
            var address = new Uri(FormattableString.Invariant($"http://127.0.0.1:{FreePort()}/"));
            var listener = new HttpListener();
            listener.Prefixes.Add(address.ToString());
            try
            {
                listener.Start();
                return (listener, address);
            }
            catch (HttpListenerException) when (left > 0)
            {
                listener.Close();
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                await SendAsync(context);
            }
            catch (Exception e) when (e is HttpListenerException or InvalidOperationException)
            {
                // The client went away, or the test is over.
            }
        }
    }

    private async Task SendAsync(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream);
        var answer = AnswerTo(context.Request.Url!.AbsolutePath, await reader.ReadToEndAsync());
        if (answer.Status == 0)
        {
            context.Response.ContentLength64 = 100;
            await context.Response.OutputStream.WriteAsync("half of"u8.ToArray());
            context.Response.Abort();
            return;
        }

        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.Type;
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer.Body));
        context.Response.Close();
    }

    private Answer AnswerTo(string path, string body) => path switch
    {
        "/v1/model" => new Answer(200, new JsonObject { ["digest"] = _package.Digest.ToString() }.ToJsonString()),
        "/metrics" => new Answer(200, FormattableString.Invariant($"# TYPE inference_requests_total counter\ninference_requests_total {_requests}\n"), "text/plain"),
        "/v1/predict" => Predict(body),
        _ => new Answer(200, string.Empty),
    };

    private Answer Predict(string body)
    {
        _requests++;
        if (body == "{\"rows\":[{")
        {
            return Answer.Refusal;
        }

        var rows = JsonNode.Parse(body)!["rows"]!.AsArray();
        if (rows.Count == _golden.Rows.Count && rows.Zip(_golden.Rows).All(pair => JsonNode.DeepEquals(pair.First, pair.Second.Row)))
        {
            return new Answer(200, new JsonObject { ["predictions"] = new JsonArray([.. _golden.Rows.Select(PredictionOf)]) }.ToJsonString());
        }

        var row = rows.Should().ContainSingle().Which!.AsObject();
        Rows.Add(row);
        return _answer(row);
    }

    private JsonNode PredictionOf(GoldenRow row)
    {
        var outputs = _package.Manifest.Outputs;
        JsonNode[] numbers = [.. row.Answer().Select(number => JsonValue.Create(IsSpoilt ? 0.5f - number : number))];
        var prediction = new JsonObject { [outputs.Tensor] = outputs.IsMatrix ? new JsonArray(numbers) : numbers[0] };
        if (row.Label is { } label)
        {
            prediction["label"] = label;
        }

        return prediction;
    }

    /// <summary>What the service answers.</summary>
    /// <param name="Status">0 for none: the connection breaks in the middle of it.</param>
    internal sealed record Answer(int Status, string Body, string Type = "application/json")
    {
        public static Answer Refusal { get; } = new(400, "{}", "application/problem+json");

        public static Answer Of(string probability) => new(200, $$"""{"predictions":[{"probability":{{probability}},"label":"late"}]}""");

        /// <param name="prediction">The row's object as JSON.</param>
        public static Answer OfRow(string prediction) => new(200, $$"""{"predictions":[{{prediction}}]}""");
    }
}
