using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Pipeline.Inference.Tests.ApiDescription;

public sealed partial class DocsPageTests(SharedService shared) : IClassFixture<SharedService>
{
    [Fact]
    public async Task The_page_allows_itself_nothing_but_this_service()
    {
        using var response = await shared.Running.GetAsync("/docs");

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().Should().Be("text/html; charset=utf-8");
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        policy.Should().StartWith("default-src 'none'; script-src 'self';").And.Contain("connect-src 'self'").And.NotContain("http").And.NotContain("*");
    }

    [Fact]
    public async Task All_that_the_page_loads_is_relative_and_served()
    {
        using var page = await shared.Running.GetAsync("/docs");
        var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        var links = Link().Matches(html).Select(match => match.Groups["url"].Value).Where(url => !url.StartsWith("data:", StringComparison.Ordinal)).ToList();

        links.Should().HaveCount(3).And.OnlyContain(link => !link.StartsWith('/') && !link.Contains(':'));
        foreach (var link in links)
        {
            using var part = await shared.Running.GetAsync($"/{link}");
            part.StatusCode.Should().Be(HttpStatusCode.OK, link);
        }
    }

    [Fact]
    public async Task With_a_slash_at_its_end_the_address_leads_to_the_page_wherever_a_proxy_puts_it()
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false, CheckCertificateRevocationList = true };
        using var client = new HttpClient(handler) { BaseAddress = shared.Running.Client.BaseAddress };

        using var response = await client.GetAsync(new Uri("/docs/", UriKind.Relative), TestContext.Current.CancellationToken);

        response.StatusCode.Should().Be(HttpStatusCode.Found);
        response.Headers.Location!.OriginalString.Should().Be("../docs");
    }

    [Theory]
    [InlineData("gzip, deflate, br", "gzip")]
    [InlineData("gzip;q=0", null)]
    [InlineData(null, null)]
    public async Task The_script_goes_compressed_to_those_who_take_it(string? accepted, string? sent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/docs/scalar.js");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);

        using var response = await shared.Running.Client.SendAsync(request, TestContext.Current.CancellationToken);

        response.Content.Headers.ContentEncoding.SingleOrDefault().Should().Be(sent);
        response.Headers.Vary.Should().Equal("Accept-Encoding");
        var script = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Encoding.UTF8.GetString(sent is null ? script : Decompressed(script)).Should().Contain("createApiReference");
    }

    [Fact]
    public async Task The_script_is_sent_once()
    {
        using var first = await shared.Running.GetAsync("/docs/scalar.js");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/docs/scalar.js");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var again = await shared.Running.Client.SendAsync(request, TestContext.Current.CancellationToken);

        again.StatusCode.Should().Be(HttpStatusCode.NotModified);
    }

    private static byte[] Decompressed(byte[] bytes)
    {
        using var plain = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        gzip.CopyTo(plain);
        return plain.ToArray();
    }

    [GeneratedRegex(@"(src|href)=""(?<url>[^""]+)""")]
    private static partial Regex Link();
}
