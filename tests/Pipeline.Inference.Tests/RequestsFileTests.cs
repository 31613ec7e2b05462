using Pipeline.Inference.Tests.ApiDescription;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Inference.Tests;

/// <summary>requests.http beside the service works, and leaves no route out.</summary>
public sealed class RequestsFileTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("requests ");
    private readonly PackagedModel _flights;

    public RequestsFileTests() => _flights = TestModel.WriteFlightsPackage(Path.Combine(_root.FullName, "model"));

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task Every_request_is_answered_or_refused_as_its_title_says()
    {
        await using var service = await StartAsync();

        foreach (var request in await RequestsAsync(service))
        {
            using var message = request.ToMessage();
            using var response = await service.Client.SendAsync(message, TestContext.Current.CancellationToken);

            var answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            ((int)response.StatusCode).Should().Be(request.WantedError ?? 200, $"{request.Title}: {answer}");
        }
    }

    [Fact]
    public async Task Every_route_has_a_request()
    {
        await using var service = await StartAsync();
        var paths = (await RequestsAsync(service))
            .Select(request => (new Uri(request.Url).AbsolutePath.Replace(_flights.Version, "{version}", StringComparison.Ordinal), request.Method.ToLowerInvariant()));

        ServedRoutes.Of(service).Should().BeSubsetOf(paths);
    }

    private Task<RunningService> StartAsync() => RunningService.StartAsync(options => options with { PackageDirectory = _flights.Directory });

    private async Task<IReadOnlyList<HttpFileRequest>> RequestsAsync(RunningService service)
    {
        var text = await File.ReadAllTextAsync(SourceFolder.PathOf("src", "Pipeline.Inference", "requests.http"), TestContext.Current.CancellationToken);
        return HttpFileRequest.Parse(text, new Dictionary<string, string> { ["service"] = service.Client.BaseAddress!.ToString().TrimEnd('/'), ["described.response.body.$.version"] = _flights.Version });
    }
}
