using Pipeline.Delivery.Publishing;
using Pipeline.Engine;

namespace Pipeline.Integration.Tests.Publishing;

public sealed class ImageReferenceTests
{
    [Theory]
    [InlineData("127.0.0.1:5000", "127.0.0.1:5000/flight-delay")]
    [InlineData("localhost", "localhost/flight-delay")]
    [InlineData("registry.example.com/team/ml", "registry.example.com/team/ml/flight-delay")]
    public void Registry_and_model_make_a_repository(string registry, string name) =>
        ImageReference.Create(registry, "flight-delay").Name.Should().Be(name);

    [Theory]
    [InlineData("", "host")]
    [InlineData("https://registry.example.com", "scheme")]
    [InlineData("registry", "default registry")]
    [InlineData("127.0.0.1:99999", "port")]
    [InlineData("127.0.0.1:abc", "host")]
    [InlineData("registry.example.com/Team", "path")]
    [InlineData("registry.example.com/", "path")]
    [InlineData("registry.example.com/a b", "path")]
    [InlineData("-x.example.com", "host")]
    [InlineData("registry.example.com\n", "host")]
    public void Malformed_registry_is_wrong_usage(string registry, string fault)
    {
        var create = () => ImageReference.Create(registry, "flight-delay");

        create.Should().Throw<PipelineException>().WithMessage($"*{fault}*").Which.ExitCode.Should().Be(ExitCode.Usage);
    }
}
