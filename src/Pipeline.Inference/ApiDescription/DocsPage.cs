using System.IO.Compression;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;
using Scalar.AspNetCore;

namespace Pipeline.Inference.ApiDescription;

/// <summary>
/// GET /docs: the OpenAPI document as a page for people, by Scalar, which the service sends itself. Of Scalar's package only the script is used: the package's own page
/// starts it by an inline script, which a strict Content-Security-Policy forbids.
/// </summary>
internal static class DocsPage
{
    private const string ScalarScript = "ScalarStaticAssets.scalar.js";

    // Scalar adds style elements as it goes; scripts and everything else come from the service alone.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    private static readonly EntityTagHeaderValue ScalarTag = new($"\"scalar-{ScalarAssembly.GetName().Version}\"", isWeak: true);

    private static System.Reflection.Assembly ScalarAssembly => typeof(ScalarOptions).Assembly;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/docs", Methods, (RequestDelegate)ShowAsync);
        routes.MapMethods("/docs/docs.js", Methods, (RequestDelegate)SendStarterAsync);
        routes.MapMethods("/docs/scalar.js", Methods, (RequestDelegate)SendScalarAsync);
    }

    private static Task ShowAsync(HttpContext context)
    {
        // Routing takes /docs/ for /docs, but the page's relative URLs need the latter.
        if (context.Request.Path.Value!.EndsWith('/'))
        {
            return TypedResults.Redirect("../docs").ExecuteAsync(context);
        }

        var headers = context.Response.Headers;
        headers.CacheControl = "no-cache";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        return TypedResults.Stream(Embedded("docs.html"), "text/html; charset=utf-8").ExecuteAsync(context);
    }

    private static Task SendStarterAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-cache";
        return TypedResults.Stream(Embedded("docs.js"), "text/javascript; charset=utf-8").ExecuteAsync(context);
    }

    // It lies compressed in the package, and goes so to every browser.
    private static Task SendScalarAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-cache";
        headers.Vary = HeaderNames.AcceptEncoding;
        if (TakesGzip(context.Request.GetTypedHeaders()))
        {
            headers.ContentEncoding = "gzip";
            return TypedResults.Stream(CompressedScript(), "text/javascript; charset=utf-8", entityTag: ScalarTag).ExecuteAsync(context);
        }

        return SendDecompressedAsync(context);
    }

    private static async Task SendDecompressedAsync(HttpContext context)
    {
        await using var script = new GZipStream(CompressedScript(), CompressionMode.Decompress);
        await TypedResults.Stream(script, "text/javascript; charset=utf-8", entityTag: ScalarTag).ExecuteAsync(context);
    }

    private static Stream CompressedScript() => ScalarAssembly.GetManifestResourceStream(ScalarScript)
        ?? throw new InvalidOperationException($"Scalar.AspNetCore has no resource {ScalarScript}.");

    private static bool TakesGzip(RequestHeaders headers) =>
        headers.AcceptEncoding.Any(encoding => encoding.Quality != 0 && encoding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase));

    private static Stream Embedded(string name) => typeof(DocsPage).Assembly.GetManifestResourceStream($"ApiDescription/{name}")
        ?? throw new InvalidOperationException($"ApiDescription/{name} is not embedded in the service.");
}
