using Pipeline.Delivery.DriftChecks;
using Pipeline.Engine;

namespace Pipeline.Delivery.Tests.DriftChecks;

public sealed class DriftSourceNameTests
{
    [Theory]
    [InlineData("production", DriftSourceKind.Production, new string[0])]
    [InlineData("file:rows/*.parquet", DriftSourceKind.File, new[] { "rows/*.parquet" })]
    [InlineData("file:a b.csv, c.csv", DriftSourceKind.File, new[] { "a b.csv", "c.csv" })]
    [InlineData("prometheus:https://user:secret@host:9090/prefix", DriftSourceKind.Prometheus, new[] { "https://user:secret@host:9090/prefix" })]
    [InlineData("service:http://a:8080,http://b:8080", DriftSourceKind.Service, new[] { "http://a:8080", "http://b:8080" })]
    public void A_source_is_named_by_what_stands_before_the_colon(string text, DriftSourceKind kind, string[] values)
    {
        var name = DriftSourceName.Parse(text);

        name.Kind.Should().Be(kind);
        name.Values.Should().Equal(values);
    }

    [Theory]
    [InlineData("http://prometheus:9090", "*is none of production, file:GLOB*prometheus:http://prometheus:9090 or service:http://prometheus:9090.")]
    [InlineData("kafka:topic", "*--source kafka:topic: is none of production*")]
    [InlineData("file:", "*nothing stands after the colon*")]
    [InlineData("service: , ", "*nothing stands after the colon*")]
    [InlineData("prometheus:http://a,http://b", "*names 2 servers; give the one that has all replicas' counters.")]
    public void What_is_no_source_is_wrong_usage_with_a_way_out(string text, string message)
    {
        var act = () => DriftSourceName.Parse(text);

        act.Should().Throw<PipelineException>().WithMessage(message).Which.ExitCode.Should().Be(ExitCode.Usage);
    }
}
