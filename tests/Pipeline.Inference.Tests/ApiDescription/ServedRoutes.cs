using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Inference.ModelLoading;

namespace Pipeline.Inference.Tests.ApiDescription;

/// <summary>The routes that the service maps, written as the document writes them: the model's name in the path, <c>{version}</c> for a version.</summary>
internal static partial class ServedRoutes
{
    // Parts of the page, not of the API.
    private static readonly string[] Apart = ["/docs/docs.js", "/docs/scalar.js"];

    public static IReadOnlySet<(string Path, string Method)> Of(RunningService service) => service.App.Services.GetRequiredService<EndpointDataSource>().Endpoints
        .OfType<RouteEndpoint>()
        .Where(route => !Apart.Contains(route.RoutePattern.RawText))
        .Select(route => (PathOf(route, ModelOf(service)), MethodOf(route)))
        .ToHashSet();

    private static string ModelOf(RunningService service) => service.App.Services.GetRequiredService<ModelSlot>().Current!.Package.Manifest.Name;

    private static string PathOf(RouteEndpoint route, string model) =>
        Parameter().Replace($"/{route.RoutePattern.RawText!.Trim('/')}", match => match.Groups["name"].Value is "version" ? "{version}" : model);

    private static string MethodOf(RouteEndpoint route) => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods[0].ToLowerInvariant() ?? "get";

    [GeneratedRegex(@"\{(?<name>[a-z]+)[^}]*\}")]
    private static partial Regex Parameter();
}
