using Pipeline.Delivery.Images;

namespace Pipeline.Integration.Tests.Images;

[Collection(SharedWorkspace.Name)]
public sealed class DockerEngineTests
{
    [Theory]
    [InlineData("unix:///nowhere/docker.sock")]
    [InlineData("tcp://127.0.0.1:1")]
    [InlineData("ssh://somebody@127.0.0.1")]
    [InlineData("nonsense")]
    public async Task Missing_engine_is_told_with_its_reason_within_seconds(string host)
    {
        var before = Environment.GetEnvironmentVariable("DOCKER_HOST");
        Environment.SetEnvironmentVariable("DOCKER_HOST", host);
        try
        {
            var start = TimeProvider.System.GetTimestamp();

            var (engine, reason) = await DockerEngine.TryConnectAsync(TestContext.Current.CancellationToken);

            engine.Should().BeNull();
            reason.Should().NotBeNullOrWhiteSpace();
            TimeProvider.System.GetElapsedTime(start).Should().BeLessThan(TimeSpan.FromSeconds(4));
        }
        finally
        {
            Environment.SetEnvironmentVariable("DOCKER_HOST", before);
        }
    }
}
