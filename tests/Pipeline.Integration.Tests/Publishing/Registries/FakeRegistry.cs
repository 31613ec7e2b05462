using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Pipeline.Delivery.Publishing;
using Pipeline.ModelPackage;

namespace Pipeline.Integration.Tests.Publishing.Registries;

/// <summary>A registry of OCI 1.1 in memory on a loopback port, with the referrers API in pages of two and the ways to authenticate. A real one of that version cannot be had on the test machines.</summary>
internal sealed class FakeRegistry : IAsyncDisposable
{
    public const string User = "tester";
    public const string Password = "correct-horse?~>";
    public const string Identity = "identity-of-tester";

    private const string Repository = "team/model";
    private const int PageSize = 2;

    private readonly HttpListener _listener = new();
    private readonly FakeGuard _guard;
    private readonly Task _loop;
    private readonly ConcurrentDictionary<string, (string Type, byte[] Content)> _manifests = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _tags = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte[]> _blobs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _tokens = new(StringComparer.Ordinal);

    public FakeRegistry(FakeGuard guard = FakeGuard.None)
    {
        _guard = guard;
        var port = LocalRegistry.FreePort();
        Address = $"127.0.0.1:{port}";
        Realm = $"http://{Address}/token";
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        _loop = ServeAsync();
    }

    public string Address { get; }

    public ImageReference Reference => new(Address, Repository);

    /// <summary>Every request: method, path, kind of credentials.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Where tokens are said to be given.</summary>
    public string Realm { get; set; }

    /// <summary>Looks at a request first; true if it has answered it.</summary>
    public Func<HttpListenerContext, bool> Intercept { get; set; } = _ => false;

    public void ForgetTokens() => _tokens.Clear();

    /// <summary>Puts an entry into what the referrers API lists, whatever it is.</summary>
    public void AddManifest(byte[] content, string type) => _manifests[Digest.Of(content).ToString()] = (type, content);

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _loop;
    }

    private async Task ServeAsync()
    {
        var answers = new List<Task>();
        while (true)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                answers.Add(Task.Run(() => Answer(context)));
            }
            catch (Exception e) when (e is HttpListenerException or InvalidOperationException)
            {
                await Task.WhenAll(answers);
                return;
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        try
        {
            var path = context.Request.Url!.AbsolutePath;
            Requests.Enqueue($"{context.Request.HttpMethod} {path} {context.Request.Headers["Authorization"]?.Split(' ')[0]}".TrimEnd());
            if (!Intercept(context))
            {
                if (path == "/token")
                {
                    GiveToken(context);
                }
                else if (IsAllowed(context))
                {
                    Route(context, path);
                }

                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException or InvalidOperationException)
        {
            // The client went away.
        }
    }

    private void Route(HttpListenerContext context, string path)
    {
        if (path == "/v2/")
        {
            return;
        }

        var parts = path[$"/v2/{Repository}/".Length..].Split('/');
        switch (parts[0])
        {
            case "manifests" when context.Request.HttpMethod == "PUT":
                PutManifest(context, parts[1]);
                break;
            case "manifests":
                Give(context, _manifests.GetValueOrDefault(_tags.GetValueOrDefault(parts[1], parts[1])));
                break;
            case "referrers":
                List(context, parts[1]);
                break;
            case "blobs" when context.Request.HttpMethod == "POST":
                context.Response.StatusCode = 202;
                context.Response.RedirectLocation = $"/v2/{Repository}/blobs/uploads/one?state=x";
                break;
            case "blobs" when context.Request.HttpMethod == "PUT":
                var blob = Read(context);
                _blobs[context.Request.QueryString["digest"]!] = blob;
                context.Response.StatusCode = Digest.Of(blob).ToString() == context.Request.QueryString["digest"] ? 201 : 400;
                break;
            default:
                Give(context, _blobs.TryGetValue(parts[1], out var content) ? ("application/octet-stream", content) : default);
                break;
        }
    }

    private void PutManifest(HttpListenerContext context, string name)
    {
        var content = Read(context);
        var digest = Digest.Of(content).ToString();
        _manifests[digest] = (context.Request.ContentType!, content);
        if (!name.StartsWith("sha256:", StringComparison.Ordinal))
        {
            _tags[name] = digest;
        }

        if (JsonNode.Parse(content)!["subject"] is { } subject)
        {
            context.Response.AddHeader("OCI-Subject", subject["digest"]!.GetValue<string>());
        }

        context.Response.StatusCode = 201;
    }

    private void List(HttpListenerContext context, string subject)
    {
        var all = _manifests.Where(manifest => JsonNode.Parse(manifest.Value.Content)?["subject"]?["digest"]?.GetValue<string>() == subject).OrderBy(manifest => manifest.Key, StringComparer.Ordinal).ToList();
        var from = int.Parse(context.Request.QueryString["from"] ?? "0", System.Globalization.CultureInfo.InvariantCulture);
        var entries = all.Skip(from).Take(PageSize).Select(manifest => (JsonNode)new JsonObject { ["mediaType"] = manifest.Value.Type, ["digest"] = manifest.Key, ["size"] = manifest.Value.Content.Length });
        if (all.Count > from + PageSize)
        {
            context.Response.AddHeader("Link", $"</v2/{Repository}/referrers/{subject}?from={from + PageSize}>; rel=\"next\"");
        }

        var index = new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = "application/vnd.oci.image.index.v1+json", ["manifests"] = new JsonArray([.. entries]) };
        Give(context, ("application/vnd.oci.image.index.v1+json", Encoding.UTF8.GetBytes(index.ToJsonString())));
    }

    private static void Give(HttpListenerContext context, (string Type, byte[] Content) found)
    {
        context.Response.StatusCode = found.Content is null ? 404 : 200;
        context.Response.ContentType = found.Type ?? "application/json";
        if (context.Request.HttpMethod != "HEAD")
        {
            context.Response.OutputStream.Write(found.Content ?? """{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}"""u8.ToArray());
        }
    }

    private bool IsAllowed(HttpListenerContext context)
    {
        var shown = context.Request.Headers["Authorization"] ?? string.Empty;
        var action = context.Request.HttpMethod is "GET" or "HEAD" ? "pull" : "pull,push";
        var scope = $"repository:{Repository}:{action}";
        var isRight = _guard switch
        {
            FakeGuard.Basic => shown == BasicHeader,
            FakeGuard.Bearer => shown.StartsWith("Bearer ", StringComparison.Ordinal) && _tokens.TryGetValue(shown["Bearer ".Length..], out var granted) && granted.StartsWith(scope, StringComparison.Ordinal),
            _ => true,
        };
        if (!isRight)
        {
            context.Response.StatusCode = 401;
            context.Response.AddHeader("WWW-Authenticate", _guard == FakeGuard.Basic ? "Basic realm=\"fake\"" : $"Bearer realm=\"{Realm}\",service=\"fake, \\\"quoted\\\"\",scope=\"{scope}\"");
        }

        return isRight;
    }

    private void GiveToken(HttpListenerContext context)
    {
        var isPost = context.Request.HttpMethod == "POST";
        var fields = isPost ? System.Web.HttpUtility.ParseQueryString(Encoding.UTF8.GetString(Read(context))) : context.Request.QueryString;
        var isRight = isPost ? fields["grant_type"] == "refresh_token" && fields["refresh_token"] == Identity : context.Request.Headers["Authorization"] == BasicHeader && fields["account"] == User;
        if (!isRight || fields["service"] != "fake, \"quoted\"")
        {
            context.Response.StatusCode = 401;
            return;
        }

        var token = $"token-{Guid.NewGuid():N}";
        _tokens[token] = fields["scope"]!;
        Give(context, ("application/json", Encoding.UTF8.GetBytes(new JsonObject { [isPost ? "access_token" : "token"] = token }.ToJsonString())));
    }

    private static string BasicHeader => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"))}";

    private static byte[] Read(HttpListenerContext context)
    {
        using var body = new MemoryStream();
        context.Request.InputStream.CopyTo(body);
        return body.ToArray();
    }
}
