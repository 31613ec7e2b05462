using System.Net;
using Pipeline.Benchmarks.Hostile;
using Pipeline.Benchmarks.Http;

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

    [Theory]
    [InlineData("FFFFFFFFFFFFFFFFF")]
    [InlineData("7FFFFFFFFFFFFFFF")]
    [InlineData("-1")]
    [InlineData("zz")]
    public async Task A_chunk_of_an_impossible_size_is_a_400(string size)
    {
        await using var service = await RunningService.StartAsync();
        using var connection = await RawConnection.OpenAsync(new IPEndPoint(IPAddress.Loopback, service.Client.BaseAddress!.Port), TestContext.Current.CancellationToken);

        var request = $"POST /v1/predict HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{size}\r\n{{}}\r\n0\r\n\r\n";
        await connection.SendAsync(System.Text.Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        var answer = await connection.ReceiveAsync(TestContext.Current.CancellationToken);

        answer?.StatusCode.Should().Be(400);
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
