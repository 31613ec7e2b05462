using System.Net;
using System.Text;

namespace Pipeline.Integration.Tests.DriftChecks;

/// <summary>A small HTTP server on a free port of the loopback address, which answers as a test says.</summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<HttpListenerRequest, string, Answer> _answer;
    private readonly Task _loop;

    /// <param name="answer">Given a request and its body; called one at a time.</param>
    /// <param name="port">Null for any that is free.</param>
    public HttpServer(Func<HttpListenerRequest, string, Answer> answer, int? port = null)
    {
        _answer = answer;
        Port = port ?? LocalRegistry.FreePort();
        _listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
        _listener.Start();
        _loop = ServeAsync();
    }

    public int Port { get; }

    public string Address => $"http://127.0.0.1:{Port}";

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _loop;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or InvalidOperationException)
            {
                return;
            }

            try
            {
                await AnswerAsync(context);
            }
            catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException)
            {
                // The client went away.
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream);
        var answer = _answer(context.Request, await reader.ReadToEndAsync());
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        if (answer.Location is not null)
        {
            context.Response.RedirectLocation = answer.Location;
        }

        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer.Body));
        context.Response.Close();
    }

    /// <summary>What to answer.</summary>
    internal sealed record Answer(int Status, string Body, string ContentType = "application/json", string? Location = null);
}
