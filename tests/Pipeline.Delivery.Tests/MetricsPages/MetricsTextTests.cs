using Pipeline.Delivery.MetricsPages;

namespace Pipeline.Delivery.Tests.MetricsPages;

public sealed class MetricsTextTests
{
    [Fact]
    public void Well_formed_page_is_read()
    {
        var metrics = MetricsText.Parse(
            """
            # HELP a_requests_total Requests.
            # TYPE a_requests_total counter
            a_requests_total{path="/v1",who="x \" \\ \n y"} 2
            a_requests_total{path="/v2"} 3.5 1712345678
            # TYPE t_seconds histogram
            t_seconds_bucket{le="0.1"} 1
            t_seconds_bucket{le="+Inf"} 2
            t_seconds_sum 1.5e-3
            t_seconds_count 2
            plain NaN

            """);

        metrics.Samples.Should().HaveCount(7);
        metrics.Samples.First().Labels.Should().Equal(new Dictionary<string, string> { ["path"] = "/v1", ["who"] = "x \" \\ \n y" });
        metrics.SumOfCounters(name => name.EndsWith("requests_total", StringComparison.Ordinal)).Should().Be(5.5);
    }

    [Theory]
    [InlineData("a 1", "line feed")]
    [InlineData("a one\n", "line 1")]
    [InlineData("a\n", "line 1")]
    [InlineData("a 1\na 2\n", "twice")]
    [InlineData("a{x=\"1\",x=\"2\"} 1\n", "twice")]
    [InlineData("a{x=1} 1\n", "not a sample")]
    [InlineData("a{x=\"\\q\"} 1\n", "not a sample")]
    [InlineData("1a 1\n", "not a sample")]
    [InlineData("# TYPE a count\n", "unknown type")]
    [InlineData("# TYPE a counter\n# TYPE a counter\n", "second TYPE")]
    [InlineData("# HELP a x\n# HELP a y\n", "second HELP")]
    [InlineData("a 1\n# TYPE a counter\n", "after")]
    [InlineData("a 1\nb 1\na{x=\"1\"} 1\n", "together")]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_count 1\n", "+Inf")]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"1\"} 3\nh_bucket{le=\"+Inf\"} 2\nh_count 2\n", "cumulative")]
    public void Malformed_page_is_refused_with_its_fault(string text, string fault)
    {
        var parse = () => MetricsText.Parse(text);

        parse.Should().Throw<InvalidDataException>().WithMessage($"*{fault}*");
    }
}
