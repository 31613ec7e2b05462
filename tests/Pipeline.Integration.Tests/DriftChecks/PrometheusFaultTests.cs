using System.Net;
using System.Net.Sockets;
using System.Text;
using Pipeline.Delivery.DriftChecks;
using Pipeline.Delivery.DriftChecks.Counters.Prometheus;
using Pipeline.Engine;

namespace Pipeline.Integration.Tests.DriftChecks;

/// <summary>What is said when a server is not the Prometheus that it should be.</summary>
public sealed class PrometheusFaultTests
{
    [Theory]
    [InlineData(200, "<!doctype html><title>Welcome</title>", "*answers 200 and gives text/html that is no answer of its API. Give the address below which api/v1/query lies*")]
    [InlineData(404, "404 page not found", "*answers 404 and gives text/html that is no answer of its API*")]
    [InlineData(401, "Unauthorized", "*answers 401 and does not let this user in. Put user and password in the address, or a token in PROMETHEUS_TOKEN.")]
    [InlineData(302, "", "*answers 302 and leads to https://login.example. Give the address of Prometheus itself*")]
    [InlineData(422, """{"status":"error","errorType":"execution","error":"query processing would load too many samples into memory"}""", "*refuses * (422): query processing would load too many samples into memory")]
    [InlineData(503, "starting", "*answers 503 and is not ready. Try again later.")]
    [InlineData(200, """{"status":"success"}""", "Prometheus' answer cannot be used: *")]
    [InlineData(200, """{"status":"success","data":[{"model":1}]}""", "Prometheus' answer cannot be used: *")]
    [InlineData(200, """{"status":"success","data":[""", "Prometheus' answer cannot be used: *")]
    [InlineData(200, """{"status":"success","warnings":["a store is down"],"data":[]}""", "Prometheus' answer cannot be used: it has warnings: a store is down")]
    public async Task Answer_that_cannot_be_used_is_told_without_secrets(int status, string body, string message)
    {
        await using var server = new HttpServer((_, _) => new HttpServer.Answer(status, body, "text/html", "https://login.example/?ticket=5ecret"));

        var read = () => ReadAsync(server.Address.Replace("http://", "http://user:5ecret@", StringComparison.Ordinal), token: "5ecret");

        var thrown = (await read.Should().ThrowAsync<PipelineException>()).WithMessage(message).Which;
        thrown.ExitCode.Should().Be(ExitCode.ToolError);
        thrown.ToString().Should().NotContain("5ecret");
    }

    [Fact]
    public async Task Server_that_is_not_ready_is_asked_once_more()
    {
        var asked = 0;
        await using var server = new HttpServer((_, _) => ++asked == 1 ? new HttpServer.Answer(503, "starting") : new HttpServer.Answer(200, """{"status":"success","data":[]}"""));

        var read = () => ReadAsync(server.Address);

        await read.Should().ThrowAsync<PipelineException>().WithMessage("*it has nothing of a model bids*");
        asked.Should().Be(2);
    }

    [Fact]
    public async Task Connection_that_breaks_is_made_once_more_and_then_told()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var closing = CloseTwoAsync();

        var read = () => ReadAsync($"http://{listener.LocalEndpoint}");

        await read.Should().ThrowAsync<PipelineException>().WithMessage($"Prometheus at http://{listener.LocalEndpoint} cannot be asked: *. Check the address, *");
        (await closing).Should().Be(2);

        async Task<int> CloseTwoAsync()
        {
            var accepted = 0;
            for (; accepted < 2; accepted++)
            {
                using var connection = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
                await connection.GetStream().ReadAtLeastAsync(new byte[1], 1, cancellationToken: TestContext.Current.CancellationToken);
            }

            return accepted;
        }
    }

    [Fact]
    public async Task Nobody_there_is_told()
    {
        var read = () => ReadAsync($"http://127.0.0.1:{LocalRegistry.FreePort()}");

        await read.Should().ThrowAsync<PipelineException>().WithMessage("*cannot be asked: Connection refused*");
    }

    [Fact]
    public async Task Server_that_does_not_end_is_given_up()
    {
        using var gate = new ManualResetEventSlim();
        await using var server = new HttpServer((_, _) =>
        {
            gate.Wait(TimeSpan.FromSeconds(30));
            return new HttpServer.Answer(200, "{}");
        });
        var source = new PrometheusDriftSource(SampleModel.First, PrometheusAddress.Parse(server.Address, null), TimeProvider.System) { PatienceLimit = TimeSpan.FromSeconds(1) };

        var read = () => source.ReadAsync(new WindowPlan(TimeSpan.FromHours(1), 1, null), TestContext.Current.CancellationToken);

        await read.Should().ThrowAsync<PipelineException>().WithMessage("*has not answered all within 1 s*");
        gate.Set();
    }

    [Theory]
    [InlineData("http://ann:p%40ss@", null, "Basic ann:p@ss")]
    [InlineData("http://ann:p%40ss@", "token", "Basic ann:p@ss")]
    [InlineData("http://", " t.o-k_en== ", "Bearer t.o-k_en==")]
    [InlineData("http://", "", null)]
    public async Task Server_gets_the_user_of_the_address_or_the_token(string prefix, string? token, string? wanted)
    {
        string? got = null;
        await using var server = new HttpServer((request, _) =>
        {
            got = request.Headers["Authorization"];
            return new HttpServer.Answer(401, string.Empty);
        });

        var read = () => ReadAsync(server.Address.Replace("http://", prefix, StringComparison.Ordinal), token);

        await read.Should().ThrowAsync<PipelineException>();
        (got?.StartsWith("Basic ", StringComparison.Ordinal) == true ? "Basic " + Encoding.UTF8.GetString(Convert.FromBase64String(got[6..])) : got).Should().Be(wanted);
    }

    [Theory]
    [InlineData("prometheus:9090", null)]
    [InlineData("ftp://prometheus", null)]
    [InlineData("http://u:5ecret@prometheus:9090/?a=5ecret", null)]
    [InlineData("http://", null)]
    [InlineData("http://prometheus", "5ecret\nX: y")]
    public void Address_or_token_that_is_none_is_wrong_usage(string address, string? token)
    {
        var parse = () => PrometheusAddress.Parse(address, token);

        parse.Should().Throw<PipelineException>().Where(e => e.ExitCode == ExitCode.Usage && !e.ToString().Contains("5ecret", StringComparison.Ordinal));
    }

    [Fact]
    public void Address_is_shown_without_its_user_and_keeps_its_path()
    {
        PrometheusAddress.Parse("https://ann:5ecret@example.org:8443/prometheus", null).ToString().Should().Be("https://example.org:8443/prometheus");
        new PrometheusDriftSource(SampleModel.First, PrometheusAddress.Parse("http://ann:5ecret@p:9090/", null), TimeProvider.System).Description.Should().Be("prometheus http://p:9090");
    }

    [Theory]
    [InlineData("sha256", "its package is sha256:0")]
    [InlineData("reference_sha256", "it counts in the bins of the reference sha256:0")]
    public async Task Package_of_the_same_version_with_another_digest_is_refused(string label, string misfit)
    {
        var info = $$"""{"__name__":"model_info","instance":"a","model":"bids","version":"{{SampleModel.First.Version}}","{{label}}":"0"}""";
        await using var server = new HttpServer((_, _) => new HttpServer.Answer((int)HttpStatusCode.OK, $$"""{"status":"success","data":[{{info}}]}"""));

        var read = () => ReadAsync(server.Address);

        await read.Should().ThrowAsync<PipelineException>().WithMessage($"a serves bids:{SampleModel.First.Version}, but {misfit}*");
    }

    private static Task<IReadOnlyList<SourceWindow>> ReadAsync(string address, string? token = null) =>
        new PrometheusDriftSource(SampleModel.First, PrometheusAddress.Parse(address, token), TimeProvider.System).ReadAsync(new WindowPlan(TimeSpan.FromHours(1), 1, null), TestContext.Current.CancellationToken);
}
