namespace Pipeline.Inference.ApiDescription;

/// <summary>How people and tools learn what the service takes: GET /openapi/v1.json and GET /docs.</summary>
public static class ApiDescriptionApi
{
    /// <param name="routes">The service's routes.</param>
    /// <param name="openPaths">Paths that need no API key, with all under them; null if none needs one. The document tells the others how to send one.</param>
    public static IEndpointRouteBuilder MapApiDescription(this IEndpointRouteBuilder routes, IReadOnlyList<PathString>? openPaths)
    {
        OpenApiEndpoint.Map(routes, openPaths);
        DocsPage.Map(routes);
        return routes;
    }
}
