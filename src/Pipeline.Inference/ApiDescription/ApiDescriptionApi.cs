namespace Pipeline.Inference.ApiDescription;

/// <summary>How people and tools learn what the service takes: GET /openapi/v1.json and GET /docs.</summary>
public static class ApiDescriptionApi
{
    /// <param name="routes">The service's routes.</param>
    /// <param name="requiresKey">True if the service was given API keys; the document tells how to send one.</param>
    public static IEndpointRouteBuilder MapApiDescription(this IEndpointRouteBuilder routes, bool requiresKey)
    {
        OpenApiEndpoint.Map(routes, requiresKey);
        DocsPage.Map(routes);
        return routes;
    }
}
