using Pipeline.Delivery.Tracking;
using Pipeline.Engine;

namespace Pipeline.Delivery.Tests.Tracking;

public sealed class TrackingSettingsTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sqlite:///mlflow.db")]
    public void Without_a_server_runs_go_to_the_embedded_store(string? uri) => Read(uri).Server.Should().BeNull();

    [Theory]
    [InlineData("http://127.0.0.1:5000")]
    [InlineData("https://mlflow.example.com/team")]
    public void A_server_is_taken(string uri) => Read(uri).Server.Should().Be(new Uri(uri));

    [Theory]
    [InlineData("databricks")]
    [InlineData("file:./mlruns")]
    [InlineData("sqlite:///elsewhere.db")]
    [InlineData("http://")]
    public void Another_kind_of_store_is_wrong_usage_that_names_the_variable_and_not_its_value(string uri)
    {
        var read = () => Read(uri);

        var thrown = read.Should().Throw<PipelineException>().Which;
        thrown.ExitCode.Should().Be(ExitCode.Usage);
        thrown.Message.Should().Contain("MLFLOW_TRACKING_URI").And.Contain("--no-tracking").And.NotContain(uri, "it may hold a password");
    }

    private static TrackingSettings Read(string? uri) => TrackingSettings.Read(name => name == "MLFLOW_TRACKING_URI" ? uri : null);
}
