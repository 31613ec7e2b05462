using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Docker.DotNet.Models;
using Pipeline.Engine;

namespace Pipeline.Delivery.Publishing.Registries;

/// <summary>
/// Sends requests to one registry: shows credentials when they are asked for and to nobody else, follows redirects of reads without them, repeats after a passing fault, and bounds
/// each answer in time and size. Thread-safe.
/// </summary>
internal sealed class RegistryTransport : IDisposable
{
    private const int MaximumRedirects = 5;
    private const int MaximumAttempts = 3;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    private readonly SocketsHttpHandler _handler;
    private readonly HttpClient _client;
    private readonly string _registry;
    private readonly TimeSpan _timeout;
    private readonly TokenService _tokens;
    private readonly ConcurrentDictionary<string, AuthenticationHeaderValue> _authorizations = new(StringComparer.Ordinal);

    /// <param name="registry">Host and port.</param>
    /// <param name="credentials">Null if there are none.</param>
    /// <param name="timeout">Of one request, its answer included.</param>
    public RegistryTransport(string registry, AuthConfig? credentials, TimeSpan timeout)
    {
        _registry = registry;
        _timeout = timeout;
        Credentials = credentials;
        _handler = new SocketsHttpHandler
        {
            // Redirects are followed here, where it is known who may see the credentials.
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = ConnectTimeout,
            UseProxy = !RegistryAddress.IsLoopback(registry),
        };
        _client = new HttpClient(_handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        _tokens = new TokenService(registry, credentials, (request, authorization, token) => ExchangeAsync(request, request.Address, authorization, token));
    }

    public AuthConfig? Credentials { get; }

    /// <returns>The answer, whatever its status.</returns>
    /// <exception cref="PipelineException">No answer, none in time, one that is too large, or no token.</exception>
    public async Task<RegistryAnswer> SendAsync(RegistryRequest request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var answer = await SendAuthorizedAsync(request, cancellationToken);
            if (!answer.IsPassing || !request.IsRepeatable || attempt == MaximumAttempts)
            {
                return answer;
            }

            await Task.Delay(FirstPause * (1 << (attempt - 1)), cancellationToken);
        }
    }

    /// <summary>One request without credentials, whatever the answer; for finding out what speaks at an address.</summary>
    /// <exception cref="HttpRequestException">No answer.</exception>
    public Task<RegistryAnswer> ProbeAsync(Uri address, CancellationToken cancellationToken) =>
        ReadAsync(new RegistryRequest(HttpMethod.Get, address, string.Empty), address, null, _timeout < ProbeTimeout ? _timeout : ProbeTimeout, cancellationToken);

    public void Dispose()
    {
        _client.Dispose();
        _handler.Dispose();
    }

    private async Task<RegistryAnswer> SendAuthorizedAsync(RegistryRequest request, CancellationToken cancellationToken)
    {
        var (answer, isRegistrys) = await FollowAsync(request, _authorizations.GetValueOrDefault(request.Scope), cancellationToken);
        if (answer.Status != HttpStatusCode.Unauthorized || !isRegistrys || await AuthorizeAsync(answer, request.Scope, cancellationToken) is not { } authorization)
        {
            return answer;
        }

        _authorizations[request.Scope] = authorization;
        return (await FollowAsync(request, authorization, cancellationToken)).Answer;
    }

    private async Task<AuthenticationHeaderValue?> AuthorizeAsync(RegistryAnswer answer, string scope, CancellationToken cancellationToken) =>
        AuthenticationChallenge.OfBearer(answer.Headers.WwwAuthenticate) is { } challenge
            ? new AuthenticationHeaderValue("Bearer", await _tokens.GetAsync(challenge, scope, cancellationToken))
            : AuthenticationChallenge.IsBasic(answer.Headers.WwwAuthenticate) ? TokenService.BasicOf(Credentials) : null;

    private async Task<(RegistryAnswer Answer, bool IsRegistrys)> FollowAsync(RegistryRequest request, AuthenticationHeaderValue? authorization, CancellationToken cancellationToken)
    {
        var address = request.Address;
        for (var redirects = 0; ; redirects++)
        {
            var isRegistrys = IsRegistrys(address);
            var answer = await ExchangeAsync(request, address, isRegistrys ? authorization : null, cancellationToken);
            if (!answer.IsRedirect || !request.IsRead || answer.Headers.Location is not { } location)
            {
                return (answer, isRegistrys);
            }

            address = new Uri(address, location);
            if (redirects == MaximumRedirects || !RegistryAddress.IsAllowed(address, _registry))
            {
                throw new PipelineException(
                    ExitCode.ToolError,
                    redirects == MaximumRedirects ? $"{_registry} sends a request on more than {MaximumRedirects} times." : $"{_registry} sends a request on to {address.GetLeftPart(UriPartial.Authority)}, which is not https: it is not followed.");
            }
        }
    }

    private async Task<RegistryAnswer> ExchangeAsync(RegistryRequest request, Uri address, AuthenticationHeaderValue? authorization, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(request, address, authorization, _timeout, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw RegistryConnectionFault.Of(address.Authority, e);
        }
    }

    private async Task<RegistryAnswer> ReadAsync(RegistryRequest request, Uri address, AuthenticationHeaderValue? authorization, TimeSpan within, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(within);
        try
        {
            using var message = request.ToMessage(address, authorization);
            using var response = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            return await RegistryAnswer.ReadAsync(response, request.MaximumBytes, timeout.Token)
                ?? throw new PipelineException(ExitCode.ToolError, $"{address.Authority} answers {request.Method} {address.AbsolutePath} with more than {request.MaximumBytes} bytes, which is not read.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw RegistryConnectionFault.OfTimeout(address.Authority, within);
        }
        catch (IOException e)
        {
            // The connection broke amidst the answer.
            throw new HttpRequestException(HttpRequestError.ResponseEnded, e.Message, e);
        }
    }

    private bool IsRegistrys(Uri address) => RegistryAddress.Of(address.Scheme, _registry).GetLeftPart(UriPartial.Authority) == address.GetLeftPart(UriPartial.Authority);
}
