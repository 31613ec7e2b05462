using System.Globalization;
using System.Net;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Inference.Tests;

public sealed class MemoryTrimTests : IDisposable
{
    private readonly TemporaryDirectory _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task The_memory_of_large_bodies_is_given_back_within_seconds()
    {
        Availability.RequireThat(OperatingSystem.IsLinux(), "what is resident is read from /proc");
        var package = TestModel.WritePackage(Path.Combine(_root.Path, "model"));
        await using var service = ServiceProcess.Start(["--package", package.Directory, "--address", "127.0.0.1", "--port", "0"]);
        using var client = await service.ClientAsync();
        await service.LineWithAsync("ready: delay");
        var before = Resident(service);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendLargeAsync(client)));

        Peak(service).Should().BeGreaterThan(before + (100 << 20), "the bodies were in memory");
        await Eventually.HoldsAsync(() =>
        {
            Resident(service).Should().BeLessThan(before + (80 << 20));
            return Task.CompletedTask;
        });
    }

    private static async Task SendLargeAsync(HttpClient client)
    {
        using var content = new ByteArrayContent(new byte[24 << 20]);
        using var response = await client.PostAsync(new Uri("/v1/predict", UriKind.Relative), content, TestContext.Current.CancellationToken);
        response.StatusCode.Should().BeOneOf(HttpStatusCode.BadRequest, HttpStatusCode.UnsupportedMediaType, HttpStatusCode.TooManyRequests);
    }

    private static long Resident(ServiceProcess service) => StatusOf(service, "VmRSS:");

    private static long Peak(ServiceProcess service) => StatusOf(service, "VmHWM:");

    private static long StatusOf(ServiceProcess service, string field) =>
        long.Parse(File.ReadLines($"/proc/{service.Process.Id}/status").Single(line => line.StartsWith(field, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1].Trim(), CultureInfo.InvariantCulture) << 10;
}
