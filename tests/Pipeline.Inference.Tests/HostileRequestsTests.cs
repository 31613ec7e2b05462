using System.Net;
using Pipeline.Benchmarks.Hostile;

namespace Pipeline.Inference.Tests;

/// <summary>A part of what bench/hostile.sh sends, from the same source.</summary>
public sealed class HostileRequestsTests
{
    private const int Seed = 20010501;
    private const int Count = 3_000;

    [Fact]
    public async Task A_seeded_share_of_hostile_requests_gives_no_5xx_and_leaves_the_service_right()
    {
        await using var service = await RunningService.StartAsync();
        var endpoint = new IPEndPoint(IPAddress.Loopback, service.Client.BaseAddress!.Port);
        var target = new HostileTarget(service.Package, Seed);

        var report = await new HostileRun(endpoint, target).RunAsync(Count, Seed, connections: 8, TestContext.Current.CancellationToken);

        report.Faults.Should().BeEmpty();
        report.Answers.Values.Sum().Should().Be(Count);
        report.Answers.Keys.Should().Contain(answer => answer.Status == 200).And.Contain(answer => answer.Status == 400);
        (await GoldenCheck.FaultsAsync(endpoint, service.Package, TestContext.Current.CancellationToken)).Should().BeEmpty();
    }

    [Fact]
    public void The_same_seed_makes_the_same_requests()
    {
        var folder = Directory.CreateTempSubdirectory("hostile ");
        try
        {
            var package = ModelPackage.Tests.TestModel.WritePackage(Path.Combine(folder.FullName, "model"));

            var (first, again, other) = (Requests(package, 1), Requests(package, 1), Requests(package, 2));

            again.Should().BeEquivalentTo(first, options => options.WithStrictOrdering());
            other.Should().NotBeEquivalentTo(first);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static List<string> Requests(ModelPackage.PackagedModel package, int seed)
    {
        var requests = new HostileRequests(new HostileTarget(package, seed), seed);
        return [.. Enumerable.Range(0, 200).Select(_ => requests.Next()).Select(request => $"{request.Kind} {request.Delivery} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(request.Bytes))}")];
    }
}
