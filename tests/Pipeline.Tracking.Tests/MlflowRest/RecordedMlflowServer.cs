using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Pipeline.Tracking.Tests.MlflowRest;

/// <summary>
/// Stands in for an MLflow server with a database: answers as servers 2.9 to 3.x were seen to, traps included, on a port of this machine. It is no MLflow: the contracts are also held
/// against real ones, see <see cref="TestServer"/>.
/// </summary>
internal sealed partial class RecordedMlflowServer : IAsyncDisposable
{
    private const string Api = "/api/2.0/mlflow/";
    private const string Files = "/api/2.0/mlflow-artifacts/artifacts/";

    private readonly WebApplication _application;
    private readonly ConcurrentQueue<RecordedRequest> _requests = [];
    private readonly List<(string Endpoint, RecordedFault Fault, int Times)> _faults = [];
    private readonly Lock _lock = new();

    private RecordedMlflowServer(X509Certificate2? certificate, ClientCertificateMode clients)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.Limits.MaxRequestBodySize = null;
            options.Listen(System.Net.IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (certificate is not null)
                {
                    listen.UseHttps(new HttpsConnectionAdapterOptions { ServerCertificate = certificate, ClientCertificateMode = clients, ClientCertificateValidation = (_, _, _) => true });
                }
            });
        });
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Logging.ClearProviders();
        _application = builder.Build();
        _application.Run(AnswerAsync);
    }

    public Uri Address => new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>What is before the API's path, as behind a proxy.</summary>
    public string SubPath { get; set; } = string.Empty;

    /// <summary>64-bit numbers as text, as some servers send them.</summary>
    public bool SendsNumbersAsText { get; set; }

    /// <summary>A server of 1.x: no inputs, aliases and 500 characters of a parameter.</summary>
    public bool IsOld { get; set; }

    /// <summary>Started with <c>--no-serve-artifacts</c>.</summary>
    public bool RefusesFiles { get; set; }

    public string ArtifactRoot { get; set; } = "mlflow-artifacts:/";

    /// <summary>How many times a new version is asked for before it is ready.</summary>
    public int PendingReads { get; set; }

    public bool FailsRegistration { get; set; }

    /// <summary>The value of <c>Authorization</c> that is wanted; null for none.</summary>
    public string? Authorization { get; set; }

    /// <summary>The user has no right to change anything.</summary>
    public bool IsReadOnly { get; set; }

    public string RedirectTarget { get; set; } = "https://elsewhere.example/login?token=secret";

    public IReadOnlyList<RecordedRequest> Requests => [.. _requests];

    public static async Task<RecordedMlflowServer> StartAsync(X509Certificate2? certificate = null, ClientCertificateMode clients = ClientCertificateMode.NoCertificate)
    {
        var server = new RecordedMlflowServer(certificate, clients);
        await server._application.StartAsync();
        return server;
    }

    /// <summary>The next requests of an endpoint go wrong.</summary>
    public void Fail(string endpoint, RecordedFault fault, int times = 1)
    {
        lock (_lock)
        {
            _faults.Add((endpoint, fault, times));
        }
    }

    /// <summary>Nothing goes wrong any more.</summary>
    public void Recover()
    {
        lock (_lock)
        {
            _faults.Clear();
        }
    }

    public int Count(string endpoint) => _requests.Count(request => request.Endpoint.StartsWith(endpoint, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? string.Empty;
        var isFile = path.StartsWith(SubPath + Files, StringComparison.Ordinal);
        var isCall = path.StartsWith(SubPath + Api, StringComparison.Ordinal);
        var endpoint = isFile ? "files/" + path[(SubPath + Files).Length..] : isCall ? path[(SubPath + Api).Length..] : path;
        using var reader = new StreamReader(context.Request.Body);
        var body = isFile ? string.Empty : await reader.ReadToEndAsync();
        _requests.Enqueue(new(context.Request.Method, endpoint, context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body, context.Request.ContentLength));
        var fault = NextFault(endpoint);
        if (fault is not (null or RecordedFault.AnswerLost or RecordedFault.AnswerCut))
        {
            await FailAsync(context, fault.Value);
            return;
        }

        var (status, type, answer) = await AnswerAsync(context, endpoint, body, isCall, isFile);
        if (fault == RecordedFault.AnswerLost)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        if (fault == RecordedFault.AnswerCut)
        {
            context.Response.ContentLength = answer.Length + 1000;
            await context.Response.Body.WriteAsync(answer);
            await context.Response.Body.FlushAsync();
            context.Abort();
            return;
        }

        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer);
    }

    private async Task<(int Status, string Type, byte[] Body)> AnswerAsync(HttpContext context, string endpoint, string body, bool isCall, bool isFile)
    {
        if (Authorization is not null && context.Request.Headers.Authorization != Authorization)
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"mlflow\"";
            return Page(401, "You are not authenticated. Please see https://www.mlflow.org/docs/latest/auth/index.html#authenticating-to-mlflow on how to authenticate.");
        }

        if (IsReadOnly && context.Request.Method != "GET" && endpoint != "runs/search")
        {
            return Page(403, "Permission denied");
        }

        try
        {
            if (isFile)
            {
                return await AnswerFileAsync(context, endpoint["files/".Length..]);
            }

            if (endpoint == SubPath + "/get-artifact")
            {
                return AnswerFileOfRun(context.Request.Query);
            }

            if (isCall && Call(context.Request.Method, endpoint, new Arguments(context.Request.Query, body)) is { } answer)
            {
                return Json(200, answer);
            }

            return Page(404, "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>");
        }
        catch (RecordedRefusal e)
        {
            return Json(e.Status, new JsonObject { ["error_code"] = e.Code, ["message"] = e.Message });
        }
    }

    private JsonObject? Call(string method, string endpoint, Arguments arguments)
    {
        lock (_lock)
        {
            return CallRuns(method, endpoint, arguments) ?? CallRegistry(method, endpoint, arguments);
        }
    }

    private RecordedFault? NextFault(string endpoint)
    {
        lock (_lock)
        {
            var index = _faults.FindIndex(fault => endpoint.StartsWith(fault.Endpoint, StringComparison.Ordinal) && fault.Times > 0);
            if (index < 0)
            {
                return null;
            }

            _faults[index] = _faults[index] with { Times = _faults[index].Times - 1 };
            return _faults[index].Fault;
        }
    }

    private async Task FailAsync(HttpContext context, RecordedFault fault)
    {
        var (status, text) = fault switch
        {
            RecordedFault.TooMany => (429, "Too Many Requests"),
            RecordedFault.Redirect => (302, string.Empty),
            RecordedFault.SignInPage => (200, "<html><title>Sign in</title></html>"),
            RecordedFault.InvalidHost => (403, "Invalid Host header - possible DNS rebinding attack detected"),
            RecordedFault.Echo => (400, $"no: {context.Request.Headers.Authorization}"),
            _ => (503, "upstream connect error"),
        };
        if (fault == RecordedFault.Silence)
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return;
        }

        if (fault == RecordedFault.TooMany)
        {
            context.Response.Headers.RetryAfter = "7";
        }

        if (fault == RecordedFault.Redirect)
        {
            context.Response.Headers.Location = RedirectTarget;
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html";
        await context.Response.WriteAsync(text);
    }

    private static (int Status, string Type, byte[] Body) Page(int status, string text) => (status, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(text));

    private static (int Status, string Type, byte[] Body) Json(int status, JsonObject answer) => (status, "application/json", Encoding.UTF8.GetBytes(answer.ToJsonString()));

    private JsonNode Integer(long value) => SendsNumbersAsText ? $"{value}" : value;

    /// <summary>What a call is given: of the query, or of the JSON.</summary>
    private sealed class Arguments(IQueryCollection query, string body)
    {
        private readonly JsonObject _body = body.Length > 0 ? JsonNode.Parse(body)!.AsObject() : [];

        public string? this[string name] => query.TryGetValue(name, out var value) ? value.ToString() : _body[name]?.ToString();

        public IEnumerable<JsonObject> Items(string name) => (_body[name] as JsonArray ?? []).Select(item => item!.AsObject());

        public IEnumerable<string> Texts(string name) => (_body[name] as JsonArray ?? []).Select(item => item!.ToString());

        public Dictionary<string, string> Pairs(string name) => Items(name).ToDictionary(pair => pair["key"]!.ToString(), pair => pair["value"]!.ToString());

        public string Require(string name) => this[name] is { Length: > 0 } value ? value : throw RecordedRefusal.Invalid($"Missing value for required parameter '{name}'.");
    }
}
