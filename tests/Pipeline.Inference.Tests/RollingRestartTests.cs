using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Inference.Tests;

/// <summary>Two real instances behind a proxy, replaced one after the other by those of a new version while clients send without pause.</summary>
public sealed class RollingRestartTests : IDisposable
{
    private const int Clients = 8;
    private const int LeastRequests = 5_000;
    private const string Row = """{"hour":7,"origin":"ATL","distance":500,"destination":"LAX"}""";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("restart ");
    private readonly PackagedModel _old;
    private readonly PackagedModel _new;

    public RollingRestartTests()
    {
        _old = TestModel.WritePackage(Path.Combine(_root.FullName, "old"));
        _new = TestModel.WritePackage(Path.Combine(_root.FullName, "new"), [TestModel.Golden(7, "ATL", 500, "LAX")]);
    }

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task A_rolling_restart_under_load_loses_no_request()
    {
        int[] ports = [FreePort(), FreePort()];
        var instances = new[] { Start(_old, ports[0]), Start(_old, ports[1]) };
        try
        {
            await using var balancer = await LoadBalancer.StartAsync([.. ports.Select(port => new Uri($"http://127.0.0.1:{port}"))]);
            await balancer.AvailableShouldBecomeAsync(2);
            using var stop = new CancellationTokenSource();
            var answers = new ConcurrentDictionary<string, int>();
            var load = Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(() => SendAsync(balancer.Address, answers, stop.Token))));
            await CountShouldReach(answers, LeastRequests / 3);

            for (var i = 0; i < instances.Length; i++)
            {
                instances[i].Signal(15);
                (await instances[i].ExitAsync()).ExitCode.Should().Be(0);
                await instances[i].DisposeAsync();
                instances[i] = Start(_new, ports[i]);
                await balancer.AvailableShouldBecomeAsync(2);
            }

            await CountShouldReach(answers, Math.Max(LeastRequests, answers.Values.Sum() + 1_000));
            await stop.CancelAsync();
            await load;

            answers.Keys.Should().BeEquivalentTo([$"200 {_old.Version}", $"200 {_new.Version}"], "every request is answered, by one version or the other");
            answers.Values.Sum().Should().BeGreaterThanOrEqualTo(LeastRequests);
            TestContext.Current.SendDiagnosticMessage(string.Join(", ", answers.Select(answer => $"{answer.Value} x {answer.Key}")));
        }
        finally
        {
            foreach (var instance in instances)
            {
                await instance.DisposeAsync();
            }
        }
    }

    private static async Task SendAsync(Uri address, ConcurrentDictionary<string, int> answers, CancellationToken stop)
    {
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 1 };
        using var client = new HttpClient(handler) { BaseAddress = address };
        while (!stop.IsCancellationRequested)
        {
            var answer = await AnswerAsync(client);
            answers.AddOrUpdate(answer, 1, (_, count) => count + 1);
        }
    }

    private static async Task<string> AnswerAsync(HttpClient client)
    {
        try
        {
            using var content = new StringContent(Row, Encoding.UTF8, "application/json");
            using var response = await client.PostAsync(new Uri("/v1/predict", UriKind.Relative), content, TestContext.Current.CancellationToken);
            var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            var version = response.Headers.TryGetValues("X-Model-Version", out var versions) ? versions.Single() : "no version";
            return response.IsSuccessStatusCode && !body.Contains(version, StringComparison.Ordinal)
                ? $"a body without the version {version}"
                : string.Create(CultureInfo.InvariantCulture, $"{(int)response.StatusCode} {version}");
        }
        catch (HttpRequestException e)
        {
            return $"{e.Message} {e.InnerException?.Message}";
        }
    }

    private static ServiceProcess Start(PackagedModel package, int port) =>
        ServiceProcess.Start(["--package", package.Directory, "--address", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--drain-seconds", "3"]);

    private static Task CountShouldReach(ConcurrentDictionary<string, int> answers, int count) => Eventually.HoldsAsync(() =>
    {
        answers.Values.Sum().Should().BeGreaterThanOrEqualTo(count);
        return Task.CompletedTask;
    });

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
