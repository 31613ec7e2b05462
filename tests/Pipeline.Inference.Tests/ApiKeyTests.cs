using System.Net;
using System.Text;
using Pipeline.Inference.Access;
using Pipeline.Inference.Hosting;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Inference.Tests;

public sealed class ApiKeyTests : IDisposable
{
    private const string Row = """{"hour":7,"origin":"ATL","distance":500,"destination":"LAX"}""";
    private const string Key = "first-key-0123456789";
    private const string OtherKey = "other-key-0123456789";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("keys ");

    private string KeyFile => Path.Combine(_root.FullName, "keys");

    public static TheoryData<string, string> Accepted => new()
    {
        { "Authorization", $"Bearer {Key}" },
        { "Authorization", $"bearer {Key}" },
        { "Authorization", $"Bearer  {OtherKey} " },
        { "X-API-Key", Key },
        { "x-api-key", OtherKey },
    };

    public static TheoryData<string?, string?> Refused => new()
    {
        { null, null },
        { "Authorization", Key },
        { "Authorization", "Bearer" },
        { "Authorization", "Bearer " },
        { "Authorization", $"Basic {Key}" },
        { "Authorization", $"Bearer {Key}x" },
        { "Authorization", $"Bearer {Key[..^1]}" },
        { "Authorization", $"Bearer {Key},{OtherKey}" },
        { "X-API-Key", string.Empty },
        { "X-API-Key", Key.ToUpperInvariant() },
        { "X-API-Key", new string('x', 20_000) },
        { "X-API-Key", "first-key-012345678é" },
    };

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Accepted))]
    public async Task A_request_with_a_key_is_answered(string header, string value)
    {
        await using var service = await RunningService.StartAsync(WithKeys);

        using var response = await SendAsync(service, HttpMethod.Post, "/v1/predict", header, value);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_request_without_one_is_401_and_told_how(string? header, string? value)
    {
        await using var service = await RunningService.StartAsync(WithKeys);

        using var response = await SendAsync(service, HttpMethod.Post, "/v1/predict", header, value);

        response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        response.Headers.WwwAuthenticate.ToString().Should().StartWith("Bearer realm=\"inference\"");
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        response.Headers.GetValues("X-Model-Version").Should().Equal(service.Package.Version);
        using var metrics = await service.GetAsync("/metrics");
        (await metrics.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain("\ninference_unauthorized_total 1\n");
    }

    [Theory]
    [InlineData("/health/live", HttpStatusCode.OK)]
    [InlineData("/health/ready", HttpStatusCode.OK)]
    [InlineData("/metrics", HttpStatusCode.OK)]
    [InlineData("/v1/model", HttpStatusCode.Unauthorized)]
    [InlineData("/openapi/v1.json", HttpStatusCode.Unauthorized)]
    [InlineData("/docs", HttpStatusCode.Unauthorized)]
    [InlineData("/healthy", HttpStatusCode.Unauthorized)]
    [InlineData("/health/../v1/model", HttpStatusCode.Unauthorized)]
    [InlineData("/health/%2e%2e/v1/model", HttpStatusCode.Unauthorized)]
    [InlineData("/", HttpStatusCode.Unauthorized)]
    public async Task Only_probes_and_metrics_need_no_key(string path, HttpStatusCode status)
    {
        await using var service = await RunningService.StartAsync(WithKeys);

        using var response = await SendAsync(service, HttpMethod.Get, path, null, null);

        response.StatusCode.Should().Be(status);
    }

    [Fact]
    public async Task Metrics_can_be_closed_and_the_documents_opened()
    {
        await using var service = await RunningService.StartAsync(options => WithKeys(options) with { MetricsNeedKey = true, PublicDocs = true });

        using var metrics = await SendAsync(service, HttpMethod.Get, "/metrics", null, null);
        using var metricsWithKey = await SendAsync(service, HttpMethod.Get, "/metrics", "X-API-Key", Key);
        using var document = await SendAsync(service, HttpMethod.Get, "/openapi/v1.json", null, null);

        metrics.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        metricsWithKey.StatusCode.Should().Be(HttpStatusCode.OK);
        document.StatusCode.Should().NotBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Keys_of_a_file_rotate_without_a_restart_and_a_broken_file_locks_nobody_out()
    {
        await WriteAsync($"{Key}\n\n");
        await using var service = await RunningService.StartAsync(options => options with { ApiKeyFile = KeyFile });
        (await StatusAsync(service, Key)).Should().Be(HttpStatusCode.OK);

        await WriteAsync($"{OtherKey}\r\n");
        await Eventually.HoldsAsync(async () => (await StatusAsync(service, OtherKey)).Should().Be(HttpStatusCode.OK));
        (await StatusAsync(service, Key)).Should().Be(HttpStatusCode.Unauthorized);

        await WriteAsync("short\n");
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        (await StatusAsync(service, OtherKey)).Should().Be(HttpStatusCode.OK);

        await WriteAsync($"{Key}\n{OtherKey}\n");
        await Eventually.HoldsAsync(async () => (await StatusAsync(service, Key)).Should().Be(HttpStatusCode.OK));
    }

    [Fact]
    public async Task No_key_is_ever_in_the_output()
    {
        var package = TestModel.WritePackage(Path.Combine(_root.FullName, "model"));
        await WriteAsync(OtherKey);
        await using var service = ServiceProcess.Start(
            ["--package", package.Directory, "--address", "127.0.0.1", "--port", "0", "--api-key-file", KeyFile],
            new Dictionary<string, string> { ["API_KEYS"] = Key });
        using var client = await service.ClientAsync();
        await service.LineWithAsync("ready: delay");
        foreach (var key in new[] { Key, OtherKey, "wrong-key-0123456789" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/model") { Headers = { { "X-API-Key", key } } };
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            response.StatusCode.Should().Be(key.StartsWith("wrong", StringComparison.Ordinal) ? HttpStatusCode.Unauthorized : HttpStatusCode.OK);
        }

        await WriteAsync("a-third-key-0123456789");
        await service.LineWithAsync("1 API keys are in force from it");
        await WriteAsync("tiny");
        await service.LineWithAsync("the 1 API keys of before stay in force");
        service.Signal(15);
        var (_, error) = await service.ExitAsync();

        (service.Output + error).Should().NotContain("key-0123456789").And.NotContain("tiny");
    }

    [Theory]
    [InlineData("short", "API_KEYS: key 1 of 1 has 5 characters; at least 16 are needed.")]
    [InlineData("first-key-0123456789,short", "API_KEYS: key 2 of 2 has 5 characters")]
    [InlineData("first key 0123456789", "API_KEYS: key 1 of 1 has a character other than visible ASCII.")]
    [InlineData(" , ", "API_KEYS holds no key")]
    public void A_key_that_is_none_is_refused_by_its_place(string keys, string message)
    {
        var (options, faults) = InferenceOptions.Read([], name => name == "API_KEYS" ? keys : null);

        options.Should().BeNull();
        faults.Should().ContainSingle().Which.Should().StartWith(message);
    }

    [Theory]
    [InlineData("short\n", "key 1 of 1 has 5 characters; at least 16 are needed.")]
    [InlineData("\n", "holds no key")]
    [InlineData(null, "the API keys cannot be read (--api-key-file, API_KEY_FILE): Could not find file")]
    public async Task A_key_file_that_is_none_is_one_line_and_exit_code_1(string? content, string message)
    {
        var package = TestModel.WritePackage(Path.Combine(_root.FullName, "model"));
        if (content is not null)
        {
            await WriteAsync(content);
        }

        var (exitCode, error) = await ServiceProcess.RunAsync(["--package", package.Directory, "--address", "127.0.0.1", "--port", "0", "--api-key-file", KeyFile]);

        exitCode.Should().Be(1);
        error.Should().Contain(message);
        error.TrimEnd().Should().NotContain("\n");
    }

    [Fact]
    public void Settings_show_no_key()
    {
        var (options, _) = InferenceOptions.Read([], name => name == "API_KEYS" ? $"{Key},{OtherKey}" : null);

        options!.ToString().Should().NotContain("key-0123456789").And.Contain("ApiKeys = 2 keys");
    }

    private static InferenceOptions WithKeys(InferenceOptions options) => options with { ApiKeys = KeyHashes.Parse($"{Key}, {OtherKey}", ',', "the test") };

    private static async Task<HttpResponseMessage> SendAsync(RunningService service, HttpMethod method, string path, string? header, string? value)
    {
        // The client itself would resolve dots in a path.
        using var request = new HttpRequestMessage(method, new Uri(service.Client.BaseAddress + path[1..], new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Content = method == HttpMethod.Post ? new StringContent(Row, Encoding.UTF8, "application/json") : null;
        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation(header, value).Should().BeTrue();
        }

        using var handler = new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 };
        using var client = new HttpClient(handler);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static async Task<HttpStatusCode> StatusAsync(RunningService service, string key)
    {
        using var response = await SendAsync(service, HttpMethod.Post, "/v1/predict", "X-API-Key", key);
        return response.StatusCode;
    }

    // As a mounted secret changes: at once, to another file.
    private async Task WriteAsync(string content)
    {
        await File.WriteAllTextAsync(KeyFile + ".new", content, TestContext.Current.CancellationToken);
        File.Move(KeyFile + ".new", KeyFile, overwrite: true);
    }
}
