using System.Text;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Inference.Tests;

/// <summary>What clients send stays out of the log, and requests write no lines at all.</summary>
public sealed class QuietLogTests : IDisposable
{
    private const string Mark = "marked4711";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("quiet ");

    // A valid number in disguise, too: 7.4711 is an hour like any other.
    private static readonly string[] Bodies =
    [
        """{"hour":7.4711,"origin":"marked4711"}""",
        """{"rows":[{"hour":7.4711,"origin":"marked4711"},{"hour":99999,"origin":"marked4711","marked4711":1}]}""",
        """{"hour":"marked4711","origin":7.4711}""",
        """{"hour":7.4711,"origin":"marked4711""",
        """marked4711""",
        """{"inputs":[{"name":"marked4711","shape":[1,1],"datatype":"BYTES","data":["marked4711"]}],"id":"marked4711"}""",
        """{"inputs":[{"name":"hour","shape":[1,1],"datatype":"FP32","data":[7.4711]},{"name":"origin","shape":[1,1],"datatype":"BYTES","data":["marked4711"]}]}""",
        """{"dataframe_records":[{"hour":7.4711,"origin":"marked4711"}]}""",
        """{"dataframe_split":{"columns":["hour","origin","marked4711"],"data":[[7.4711,"marked4711",1]]}}""",
        """{"instances":[{"hour":7.4711,"origin":"marked4711"}],"params":{"marked4711":1}}""",
        "hour,origin,marked4711\n7.4711,marked4711,1\n",
    ];

    private static readonly string[] Paths = ["/v1/predict", "/v2/models/delay/infer", "/v2/models/marked4711/infer", "/invocations", "/marked4711", "/v1/model?marked4711", "/health/ready?marked4711"];

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task No_value_of_a_request_is_in_the_log_and_no_request_writes_a_line()
    {
        PackagedModel package = TestModel.WritePackage(Path.Combine(_root.FullName, "model"));
        await using var service = ServiceProcess.Start(["--package", package.Directory, "--address", "127.0.0.1", "--port", "0", "--max-body-bytes", "1024", "--max-connections", "10"]);
        using var client = await service.ClientAsync();
        client.DefaultRequestHeaders.Add("X-API-Key", Mark);
        await service.LineWithAsync("ready: delay");

        foreach (var path in Paths)
        {
            foreach (var contentType in new[] { "application/json", "text/csv", "application/octet-stream", Mark })
            {
                foreach (var body in Bodies.Append(new string('x', 5_000) + Mark))
                {
                    await PostAsync(client, path, contentType, body);
                }
            }
        }

        await BreakOffAsync(client.BaseAddress!);
        service.Signal(15);
        var (exitCode, error) = await service.ExitAsync();

        exitCode.Should().Be(0);
        error.Should().BeEmpty();
        service.Output.Should().NotContainAny(Mark, "4711");
        service.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(4, "starting, ready, stopping and stopped are a line each: {0}", service.Output);
    }

    private static async Task PostAsync(HttpClient client, string path, string contentType, string body)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using var response = await client.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
        ((int)response.StatusCode).Should().BeLessThan(500, "{0} {1} was sent", path, body);
    }

    // Requests that are no HTTP, that end early, and connections beyond the cap.
    private static async Task BreakOffAsync(Uri address)
    {
        var held = new List<RawClient>();
        foreach (var text in new[] { $"{Mark}\r\n\r\n", RawClient.Post(1_000) + Mark, $"POST /{Mark} HTTP/9.9\r\n\r\n", $"GET / HTTP/1.1\r\n{Mark}\r\n\r\n", $"POST /v1/predict HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{Mark}\r\n" })
        {
            for (var i = 0; i < 5; i++)
            {
                var client = await RawClient.ConnectAsync(address);
                held.Add(client);
                try
                {
                    await client.SendAsync(text);
                }
                catch (System.Net.Sockets.SocketException)
                {
                    // Beyond the cap: closed before it could be sent.
                }
            }
        }

        held.ForEach(client => client.Dispose());
    }
}
