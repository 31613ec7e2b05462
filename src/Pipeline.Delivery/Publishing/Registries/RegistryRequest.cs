using System.Net.Http.Headers;

namespace Pipeline.Delivery.Publishing.Registries;

/// <summary>A request to a registry that can be sent more than once.</summary>
/// <param name="Method">Of HTTP.</param>
/// <param name="Address">Absolute.</param>
/// <param name="Repository">What credentials are asked for; empty for the registry itself.</param>
internal sealed record RegistryRequest(HttpMethod Method, Uri Address, string Repository)
{
    public byte[]? Content { get; init; }

    public string ContentType { get; init; } = "application/octet-stream";

    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>The most bytes that the answer may have.</summary>
    public long MaximumBytes { get; init; } = RegistryClient.MaximumManifestBytes;

    /// <summary>True if it does no harm when it is sent once more after a fault.</summary>
    public bool IsRepeatable { get; init; } = true;

    public bool IsRead => Method == HttpMethod.Get || Method == HttpMethod.Head;

    /// <summary>The right that a token must give.</summary>
    public string Scope => Repository.Length == 0 ? string.Empty : $"repository:{Repository}:{(IsRead ? "pull" : "pull,push")}";

    public HttpRequestMessage ToMessage(Uri address, AuthenticationHeaderValue? authorization)
    {
        var message = new HttpRequestMessage(Method, address);
        message.Headers.Authorization = authorization;
        message.Headers.UserAgent.ParseAdd("ml-delivery-pipeline");
        foreach (var type in Accept)
        {
            message.Headers.Accept.ParseAdd(type);
        }

        if (Content is not null)
        {
            message.Content = new ByteArrayContent(Content);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(ContentType);
        }

        return message;
    }
}
