using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Polly;
using Polly.Retry;

namespace Pipeline.Tracking.MlflowRest;

/// <summary>
/// Sends calls to one server: with credentials, which go nowhere else, again after a passing fault, and with less patience once the server has failed a call for good. Thread-safe.
/// </summary>
internal sealed class MlflowTransport : IDisposable
{
    public const string UserAgent = "ml-delivery-pipeline";

    private const int MaximumBytes = 256 * 1024 * 1024;
    private const int LargeFileBytes = 1024 * 1024;
    private const int BlockBytes = 128 * 1024;

    private static readonly TimeSpan LongestConnectTimeout = TimeSpan.FromSeconds(15);

    private readonly MlflowRestSettings _settings;
    private readonly TimeProvider _time;
    private readonly Lock _randomLock = new();
    private readonly Random _random;
    private readonly SocketsHttpHandler _handler;
    private readonly HttpClient _client;
    private readonly ResiliencePipeline _retries;
    private volatile bool _isImpatient;

    public MlflowTransport(MlflowServer server, MlflowRestSettings settings, TimeProvider time, int seed)
    {
        Server = server;
        _settings = settings;
        _time = time;
#pragma warning disable CA5394 // Spreads pauses; nothing secret.
        _random = new Random(seed);
#pragma warning restore CA5394
        _handler = new SocketsHttpHandler
        {
            // A redirect is told, not followed: credentials stay with the server that they are for.
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = settings.Retries.Timeout < LongestConnectTimeout ? settings.Retries.Timeout : LongestConnectTimeout,
            UseProxy = !server.Root.IsLoopback,
            SslOptions = MlflowTls.OptionsOf(settings.Tls),
        };
        _client = new HttpClient(_handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        _retries = settings.Retries.MaximumRetries == 0 ? ResiliencePipeline.Empty : Retries();
    }

    public MlflowServer Server { get; }

    /// <summary>Sends a call, again after a passing fault: for calls that may be repeated.</summary>
    /// <returns>The answer, good or not.</returns>
    /// <exception cref="TrackingException">There is none, after all tries.</exception>
    public Task<MlflowAnswer> SendAsync(MlflowCall call, CancellationToken cancellationToken) => RetryAsync((_, stop) => SendOnceAsync(call, stop), cancellationToken);

    /// <summary>Sends a call and wants a good answer.</summary>
    public async Task<JsonElement> RequireAsync(MlflowCall call, CancellationToken cancellationToken) => (await SendAsync(call, cancellationToken)).Require();

    /// <summary>Does something, again after a passing fault.</summary>
    /// <param name="action">What is done by <see cref="SendOnceAsync"/>; it is given the number of tries before.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<T> RetryAsync<T>(Func<int, CancellationToken, Task<T>> action, CancellationToken cancellationToken)
    {
        var tries = 0;
        var isImpatient = _isImpatient;
        try
        {
            var retries = isImpatient ? ResiliencePipeline.Empty : _retries;
            var result = await retries.ExecuteAsync(async stop => await action(tries++, stop), cancellationToken);
            _isImpatient = false;
            return result;
        }
        catch (MlflowPassingException e)
        {
            _isImpatient = true;
            var often = isImpatient ? "once, as it failed before" : tries == 1 ? "once" : $"{tries} times";
            throw new TrackingException(TrackingFault.Unreachable, $"{e.Fault.Message} It was tried {often}.", e.Fault.InnerException);
        }
        catch (TrackingException e) when (e.Fault != TrackingFault.Unreachable)
        {
            // It answers.
            _isImpatient = false;
            throw;
        }
    }

    /// <summary>Sends a call once.</summary>
    /// <returns>The answer, good or not.</returns>
    /// <exception cref="MlflowPassingException">There is none, or one of a passing fault.</exception>
    /// <exception cref="TrackingException">There will be none.</exception>
    public async Task<MlflowAnswer> SendOnceAsync(MlflowCall call, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await ExchangeAsync(call, cancellationToken);
            return answer.IsPassing ? throw new MlflowPassingException(MlflowFaults.Of(answer), answer.RetryAfter) : answer;
        }
        catch (HttpRequestException e)
        {
            var fault = MlflowFaults.Of(call, Server, e);
            throw fault.Fault == TrackingFault.Unreachable ? new MlflowPassingException(fault) : fault;
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _handler.Dispose();
    }

    private ResiliencePipeline Retries() => new ResiliencePipelineBuilder { TimeProvider = _time }
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = _settings.Retries.MaximumRetries,
            ShouldHandle = new PredicateBuilder().Handle<MlflowPassingException>(),
            DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(PauseBefore(arguments.AttemptNumber, arguments.Outcome.Exception as MlflowPassingException)),
        })
        .Build();

    private TimeSpan PauseBefore(int retry, MlflowPassingException? fault)
    {
        var settings = _settings.Retries;
        if (fault?.RetryAfter is { } asked)
        {
            return Least(asked, settings.LongestAskedPause);
        }

        double chance;
        lock (_randomLock)
        {
#pragma warning disable CA5394 // Spreads pauses; nothing secret.
            chance = _random.NextDouble();
#pragma warning restore CA5394
        }

        return Least(settings.Backoff * Math.Pow(2, retry), settings.LongestPause) + (settings.Jitter * chance);
    }

    private async Task<MlflowAnswer> ExchangeAsync(MlflowCall call, CancellationToken cancellationToken)
    {
        var silence = _isImpatient ? Least(_settings.Retries.Timeout, _settings.Retries.ImpatientTimeout) : _settings.Retries.Timeout;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(silence);
        // A large file may take long, as long as it moves.
        void Go() => timeout.CancelAfter(silence);
        try
        {
            using var message = MessageOf(call, Go);
            using var response = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            Go();
            return await ReadAsync(call, response, Go, timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MlflowPassingException(MlflowFaults.OfTimeout(call, Server, silence));
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // The connection broke amidst the answer.
            throw new HttpRequestException(HttpRequestError.ResponseEnded, e.Message, e);
        }
    }

    private HttpRequestMessage MessageOf(MlflowCall call, Action onProgress)
    {
        var message = new HttpRequestMessage(call.Method, new Uri(Server.Root, call.Path));
        message.Headers.Authorization = Server.Credentials?.Header;
        message.Headers.UserAgent.ParseAdd(UserAgent);
        if (_settings.Workspace is { } workspace)
        {
            message.Headers.TryAddWithoutValidation("X-MLFLOW-WORKSPACE", workspace);
        }

        if (call.Body is { } body)
        {
            message.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, MlflowJson.Options));
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }
        else if (call.Upload is { } path)
        {
            var content = OpenUpload(call, path, onProgress);
            message.Content = content;
            // A proxy that does not take it then says so before it is sent, and not by breaking the connection.
            message.Headers.ExpectContinue = content.Headers.ContentLength > LargeFileBytes;
        }

        return message;
    }

    private static MlflowFileContent OpenUpload(MlflowCall call, string path, Action onProgress)
    {
        try
        {
            return new MlflowFileContent(path, onProgress);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrackingException(TrackingFault.Refused, $"{call.Failure}: the file {path} cannot be read. ({e.Message})", e);
        }
    }

    private async Task<MlflowAnswer> ReadAsync(MlflowCall call, HttpResponseMessage response, Action onProgress, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        if (call.Download is { } target && response.StatusCode == HttpStatusCode.OK)
        {
            target.SetLength(0);
            await CopyAsync(call, body, target, long.MaxValue, onProgress, cancellationToken);
            target.Position = 0;
            return MlflowAnswer.Of(call, Server, response.StatusCode, []);
        }

        using var content = new MemoryStream();
        await CopyAsync(call, body, content, MaximumBytes, onProgress, cancellationToken);
        return MlflowAnswer.Of(call, Server, response.StatusCode, content.ToArray()) with { Location = LocationOf(response), RetryAfter = RetryAfterOf(response.Headers.RetryAfter) };
    }

    private async Task CopyAsync(MlflowCall call, Stream body, Stream target, long maximumBytes, Action onProgress, CancellationToken cancellationToken)
    {
        var block = new byte[BlockBytes];
        int count;
        for (var length = 0L; (count = await body.ReadAsync(block, cancellationToken)) > 0;)
        {
            onProgress();
            length += count;
            if (length > maximumBytes)
            {
                throw MlflowFaults.OfForm(Server, call.Failure, $"its answer has more than {maximumBytes} bytes, and is not read.");
            }

            await target.WriteAsync(block.AsMemory(0, count), cancellationToken);
        }
    }

    private string? LocationOf(HttpResponseMessage response) => response.Headers.Location is { } location
        ? new UriBuilder(new Uri(Server.Root, location)) { UserName = string.Empty, Password = string.Empty, Query = string.Empty, Fragment = string.Empty }.Uri.AbsoluteUri
        : null;

    private TimeSpan? RetryAfterOf(RetryConditionHeaderValue? header)
    {
        var pause = header?.Delta ?? (header?.Date - _time.GetUtcNow());
        return pause is { } asked && asked < TimeSpan.Zero ? TimeSpan.Zero : pause;
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
