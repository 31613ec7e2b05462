using System.IO.Compression;
using System.Net;
using System.Text;

namespace Pipeline.Inference.Tests;

public sealed class CompressedBodyTests(SharedService shared) : IClassFixture<SharedService>
{
    private const string Row = """{"hour":7,"origin":"ATL","distance":500,"destination":"LAX"}""";

    private static readonly string ManyRows = $"{{\"rows\":[{string.Join(',', Enumerable.Repeat(Row, 2_000))}]}}";

    public static TheoryData<string> Codings => ["gzip", "x-gzip", "GZIP", "br", "deflate", "identity"];

    [Theory]
    [MemberData(nameof(Codings))]
    public async Task A_compressed_body_is_answered_as_the_plain_one(string coding)
    {
        using var plain = await shared.Running.PredictAsync(ManyRows);

        using var response = await PostAsync(shared.Running, Compress(ManyRows, coding), coding);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        (await TextOf(response)).Should().Be(await TextOf(plain));
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("compress")]
    [InlineData("gzip, gzip")]
    [InlineData("gzip, br")]
    [InlineData("x")]
    public async Task Another_coding_or_several_are_415_with_those_that_are_known(string coding)
    {
        using var response = await PostAsync(shared.Running, Compress(Compress(Row, "gzip"), "gzip"), coding);

        response.StatusCode.Should().Be(HttpStatusCode.UnsupportedMediaType);
        response.Headers.GetValues("Accept-Encoding").Should().Equal("gzip, br, deflate");
        (await RunningService.JsonOf(response))["detail"]!.GetValue<string>().Should().Be("The body may be compressed by one of gzip, br, deflate, once.");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task A_broken_stream_is_400(string coding)
    {
        var whole = Compress(ManyRows, coding);
        var damaged = whole.ToArray();
        damaged.AsSpan(damaged.Length / 2, 8).Fill(0x55);

        foreach (var body in new[] { whole[..(whole.Length / 2)], damaged, Encoding.UTF8.GetBytes(Row) })
        {
            using var response = await PostAsync(shared.Running, body, coding);
            response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        }

        await ShouldServe(shared.Running);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Random_damage_never_gives_a_5xx(string coding)
    {
        var random = new Random(20010501);
        var whole = Compress($"{{\"rows\":[{Row},{Row}]}}", coding);

        for (var i = 0; i < 500; i++)
        {
            var body = whole.ToArray();
            body[random.Next(body.Length)] = (byte)random.Next(256);
            using var response = await PostAsync(shared.Running, body[..random.Next(body.Length)], coding);
            ((int)response.StatusCode).Should().BeLessThan(500, "the body was {0}", Convert.ToHexString(body));
        }

        await ShouldServe(shared.Running);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Of_a_bomb_no_more_is_made_than_is_allowed(string coding)
    {
        // 256 MB of blanks in less than 2 MB; the limit is 1 MB. A buffer beyond the next size would be refused as 429.
        await using var service = await RunningService.StartAsync(options => options with { MaxDecompressedBytes = 1 << 20, MaxBufferedBytes = 3 << 20 });

        using var response = await PostAsync(service, Bomb(coding), coding);

        response.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        (await RunningService.JsonOf(response))["detail"]!.GetValue<string>().Should().Be("The body may have at most 1048576 bytes decompressed.");
        await ShouldServe(service);
    }

    [Fact]
    public async Task A_compressed_body_may_decompress_to_more_than_is_allowed_on_the_wire()
    {
        await using var service = await RunningService.StartAsync(options => options with { MaxBodyBytes = 4_096 });

        using var response = await PostAsync(service, Compress(ManyRows, "gzip"), "gzip");

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Compressed_bytes_count_against_the_limit_of_the_wire()
    {
        await using var service = await RunningService.StartAsync(options => options with { MaxBodyBytes = 1_024 });
        var random = new Random(1);
        var text = new string([.. Enumerable.Range(0, 20_000).Select(_ => (char)random.Next('a', 'z'))]);

        using var response = await PostAsync(service, Compress(text, "gzip"), "gzip");

        response.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        (await RunningService.JsonOf(response))["detail"]!.GetValue<string>().Should().Be("The body may have at most 1024 bytes.");
    }

    private static byte[] Compress(string text, string coding) => Compress(Encoding.UTF8.GetBytes(text), coding);

    private static byte[] Compress(byte[] bytes, string coding)
    {
        using var compressed = new MemoryStream();
        using (var stream = Compressor(compressed, coding))
        {
            stream.Write(bytes);
        }

        return compressed.ToArray();
    }

    private static byte[] Bomb(string coding)
    {
        using var compressed = new MemoryStream();
        using (var stream = Compressor(compressed, coding))
        {
            var blanks = new byte[16 << 20];
            blanks.AsSpan().Fill((byte)' ');
            for (var i = 0; i < 16; i++)
            {
                stream.Write(blanks);
            }
        }

        return compressed.ToArray();
    }

    private static Stream Compressor(Stream to, string coding) => coding.ToUpperInvariant() switch
    {
        "GZIP" or "X-GZIP" => new GZipStream(to, CompressionLevel.Fastest, leaveOpen: true),
        "BR" => new BrotliStream(to, CompressionLevel.Fastest, leaveOpen: true),
        "DEFLATE" => new ZLibStream(to, CompressionLevel.Fastest, leaveOpen: true),
        _ => new BufferedStream(to),
    };

    private static async Task<HttpResponseMessage> PostAsync(RunningService service, byte[] body, string coding)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        content.Headers.TryAddWithoutValidation("Content-Encoding", coding);
        return await service.Client.PostAsync(new Uri("/v1/predict", UriKind.Relative), content, TestContext.Current.CancellationToken);
    }

    private static Task<string> TextOf(HttpResponseMessage response) => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    private static async Task ShouldServe(RunningService service)
    {
        using var response = await service.PredictAsync(Row);
        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }
}
