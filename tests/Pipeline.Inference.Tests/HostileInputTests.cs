using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pipeline.Inference.Tests;

public sealed class HostileInputTests
{
    private const string Row = """{"hour":7,"origin":"ATL","distance":500,"destination":"LAX"}""";

    public static TheoryData<string, byte[]> Bodies => new()
    {
        { "20,000 arrays deep", Text(new string('[', 20_000)) },
        { "20,000 arrays deep within a row", Text("{\"hour\":" + new string('[', 20_000) + new string(']', 20_000) + ",\"origin\":\"ATL\"}") },
        { "20,000 objects deep", Text(string.Concat(Enumerable.Repeat("{\"rows\":", 20_000))) },
        { "a number of a million digits", Text("{\"hour\":" + new string('9', 1_000_000) + ",\"origin\":\"ATL\"}") },
        { "an exponent of a million digits", Text("{\"hour\":1e" + new string('9', 1_000_000) + ",\"origin\":\"ATL\"}") },
        { "a name of a million letters", Text("{\"" + new string('x', 1_000_000) + "\":1}") },
        { "invalid UTF-8 in a value", [.. "{\"hour\":7,\"origin\":\""u8, 0xC3, 0x28, .. "\"}"u8] },
        { "invalid UTF-8 in a name", [.. "{\"hour\":7,\"or"u8, 0xFF, .. "igin\":\"ATL\"}"u8] },
        { "UTF-16", Encoding.Unicode.GetBytes(Row) },
        { "bytes of nothing", new byte[100_000] },
        { "white space", Text(new string(' ', 100_000)) },
        { "two documents", Text(Row + Row) },
        { "something after the rows", Text("{\"rows\":[" + Row + "]} x") },
        { "a trailing comma", Text("{\"rows\":[" + Row + ",]}") },
        { "a comment", Text("/* */" + Row) },
        { "NaN", Text("{\"hour\":NaN,\"origin\":\"ATL\"}") },
        { "a leading zero", Text("{\"hour\":007,\"origin\":\"ATL\"}") },
        { "100,000 unknown columns", Text("{" + string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"c{i}\":0")) + "}") },
        { "200,000 names with half a character", Text("{" + string.Join(',', Enumerable.Repeat("\"\\ud800\":0", 200_000)) + "}") },
        { "one column 100,000 times", Text("{" + string.Join(',', Enumerable.Repeat("\"hour\":0", 100_000)) + "}") },
    };

    [Theory]
    [MemberData(nameof(Bodies), DisableDiscoveryEnumeration = true)]
    public async Task A_hostile_body_is_a_4xx_and_the_service_lives_on(string what, byte[] body)
    {
        await using var service = await RunningService.StartAsync();
        using var response = await service.PredictAsync(body);

        ((int)response.StatusCode).Should().BeInRange(400, 499, what);
        response.Content.Headers.ContentLength.Should().BeLessThan(50_000);
        await ShouldServe(service);
    }

    [Fact]
    public async Task Every_truncation_of_a_request_is_a_400()
    {
        await using var service = await RunningService.StartAsync();
        var whole = Text("{\"rows\":[" + Row + "]}");

        for (var length = 0; length < whole.Length; length++)
        {
            using var response = await service.PredictAsync(whole[..length]);
            response.StatusCode.Should().Be(HttpStatusCode.BadRequest, "{0} bytes were sent", length);
        }

        await ShouldServe(service);
    }

    [Fact]
    public async Task Random_damage_never_gives_a_5xx()
    {
        await using var service = await RunningService.StartAsync();
        var random = new Random(20010501);
        var whole = Text("{\"rows\":[" + Row + "," + Row + "]}");

        for (var i = 0; i < 2_000; i++)
        {
            var body = whole.ToArray();
            for (var damage = random.Next(1, 4); damage > 0; damage--)
            {
                body[random.Next(body.Length)] = (byte)random.Next(256);
            }

            using var response = await service.PredictAsync(body);
            ((int)response.StatusCode).Should().BeLessThan(500, "the body was {0}", Convert.ToHexString(body));
        }

        await ShouldServe(service);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_longer_than_allowed_is_413(bool chunked)
    {
        await using var service = await RunningService.StartAsync(options => options with { MaxBodyBytes = 2_000 });
        using var content = new ByteArrayContent(Text(Row + new string(' ', 4_000)));
        content.Headers.ContentType = new("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/predict") { Content = content };
        request.Headers.TransferEncodingChunked = chunked;

        using var response = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);

        response.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        (await RunningService.JsonOf(response))["detail"]!.GetValue<string>().Should().Be("The body may have at most 2000 bytes.");
        await ShouldServe(service);
    }

    [Fact]
    public async Task A_large_body_that_is_allowed_is_read_to_its_end()
    {
        await using var service = await RunningService.StartAsync();

        using var response = await service.PredictAsync(Text(Row + new string(' ', 31 << 20)));

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Clients_that_hang_up_in_the_middle_leave_no_request_in_flight()
    {
        await using var service = await RunningService.StartAsync();

        for (var i = 0; i < 20; i++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, service.Client.BaseAddress!.Port, TestContext.Current.CancellationToken);
            await socket.SendAsync(Text("POST /v1/predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"rows\":"), TestContext.Current.CancellationToken);
        }

        await ShouldServe(service);
        await Eventually.HoldsAsync(async () =>
        {
            using var metrics = await service.GetAsync("/metrics");
            (await metrics.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain("\ninference_in_flight 0\n");
        });
    }

    private static async Task ShouldServe(RunningService service)
    {
        using var response = await service.PredictAsync(Row);
        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
