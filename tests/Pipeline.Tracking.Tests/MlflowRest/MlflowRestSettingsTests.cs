using Pipeline.Tracking.MlflowRest;

namespace Pipeline.Tracking.Tests.MlflowRest;

public sealed class MlflowRestSettingsTests
{
    private static MlflowRestSettings Read(string address, params (string Name, string Value)[] environment) =>
        MlflowRestSettings.FromEnvironment(new Uri(address, UriKind.RelativeOrAbsolute), name => environment.Where(variable => variable.Name == name).Select(variable => variable.Value).FirstOrDefault(), "/no such home");

    [Fact]
    public void Without_variables_MLflows_own_defaults_hold()
    {
        var settings = Read("http://localhost:5000");

        (settings.Retries.MaximumRetries, settings.Retries.Backoff, settings.Retries.Jitter, settings.Retries.Timeout).Should().Be((7, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(120)));
        (settings.Registry, settings.Tracking.Credentials, settings.Workspace).Should().Be((settings.Tracking, null, null));
    }

    [Fact]
    public void Variables_set_tries_pauses_and_patience()
    {
        var settings = Read("http://localhost:5000", ("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0"), ("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", "0.5"), ("MLFLOW_HTTP_REQUEST_BACKOFF_JITTER", "0"), ("MLFLOW_HTTP_REQUEST_TIMEOUT", "10"));

        (settings.Retries.MaximumRetries, settings.Retries.Backoff, settings.Retries.Jitter, settings.Retries.Timeout).Should().Be((0, TimeSpan.FromSeconds(0.5), TimeSpan.Zero, TimeSpan.FromSeconds(10)));
    }

    [Theory]
    [InlineData("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "many")]
    [InlineData("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "-1")]
    [InlineData("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "11")]
    [InlineData("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", "1,5")]
    [InlineData("MLFLOW_HTTP_REQUEST_BACKOFF_JITTER", "NaN")]
    [InlineData("MLFLOW_HTTP_REQUEST_TIMEOUT", "0")]
    [InlineData("MLFLOW_TRACKING_INSECURE_TLS", "yes please")]
    [InlineData("MLFLOW_TRACKING_TOKEN", "s3cret\r\nX-Other: 1")]
    [InlineData("MLFLOW_TRACKING_SERVER_CERT_PATH", "/no/such/file.pem")]
    [InlineData("MLFLOW_TRACKING_CLIENT_CERT_PATH", "/no/such/file.pem")]
    [InlineData("MLFLOW_WORKSPACE", "a\nb")]
    [InlineData("MLFLOW_REGISTRY_URI", "sqlite:///mlflow.db")]
    [InlineData("MLFLOW_REGISTRY_URI", "databricks-uc")]
    public void A_value_that_is_not_what_it_should_be_is_refused_by_its_variable(string variable, string value)
    {
        var fault = FluentActions.Invoking(() => Read("http://localhost:5000", (variable, value))).Should().Throw<TrackingException>().Which;

        fault.Fault.Should().Be(TrackingFault.Refused);
        fault.Message.Should().Contain(variable).And.NotContain("s3cret");
    }

    [Fact]
    public void A_user_without_a_password_is_refused() =>
        FluentActions.Invoking(() => Read("http://localhost:5000", ("MLFLOW_TRACKING_USERNAME", "anna"))).Should().Throw<TrackingException>().WithMessage("MLFLOW_TRACKING_PASSWORD*");

    [Fact]
    public void Not_to_check_certificates_and_by_what_to_check_them_is_refused() =>
        FluentActions.Invoking(() => Read("http://localhost:5000", ("MLFLOW_TRACKING_INSECURE_TLS", "true"), ("MLFLOW_TRACKING_SERVER_CERT_PATH", "/x.pem"))).Should().Throw<TrackingException>().WithMessage("MLFLOW_TRACKING_INSECURE_TLS*");

    [Theory]
    [InlineData("databricks")]
    [InlineData("postgresql://anna:s3cret@host/mlflow")]
    [InlineData("file:///tmp/mlruns")]
    [InlineData("http://host/?token=s3cret")]
    public void An_address_of_something_else_is_refused_without_what_is_secret_in_it(string address) =>
        FluentActions.Invoking(() => Read(address)).Should().Throw<TrackingException>().WithMessage("MLFLOW_TRACKING_URI*").Which.Message.Should().NotContain("s3cret");

    [Fact]
    public void Settings_can_be_printed_without_secrets() =>
        Read("http://anna:s3cret@host/", ("MLFLOW_REGISTRY_URI", "http://ben:s3cret@other/")).ToString().Should().Contain("the user 'anna'").And.Contain("http://other/").And.NotContain("s3cret");
}
