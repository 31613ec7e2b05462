namespace Pipeline.Inference.Tests;

/// <summary>Tells of a failed request how the service was at that moment: a test that fails once in a thousand runs has to be understood from its message.</summary>
internal sealed class FaultTeller : HttpClientHandler
{
    private readonly ServiceProcess _service;

    public FaultTeller(ServiceProcess service)
    {
        _service = service;
        CheckCertificateRevocationList = true;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new HttpRequestException(e.HttpRequestError, $"{request.Method} {request.RequestUri}: {e.Message} {await _service.StateAsync()}", e);
        }
    }
}
