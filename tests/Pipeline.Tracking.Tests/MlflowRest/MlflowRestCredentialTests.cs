using System.Text;

namespace Pipeline.Tracking.Tests.MlflowRest;

public sealed class MlflowRestCredentialTests : MlflowRestTests
{
    private static string Basic(string user, string password) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))}";

    private async Task<string?> ShownAsync(Dictionary<string, string> environment, Uri? address = null, string? home = null)
    {
        await using var store = Open(environment, address, home);
        await store.EnsureExperimentAsync("experiment", Stop);
        return Server.Requests[^1].Headers.GetValueOrDefault("Authorization");
    }

    private static string HomeWith(TemporaryDirectory folder, string text)
    {
        Directory.CreateDirectory(Path.Combine(folder.Path, ".mlflow"));
        File.WriteAllText(Path.Combine(folder.Path, ".mlflow", "credentials"), text);
        return folder.Path;
    }

    [Fact]
    public async Task Without_credentials_none_are_shown() => (await ShownAsync([])).Should().BeNull();

    [Fact]
    public async Task A_token_is_shown() => (await ShownAsync(new() { ["MLFLOW_TRACKING_TOKEN"] = "t0ken" })).Should().Be("Bearer t0ken");

    [Fact]
    public async Task User_and_password_win_over_a_token() =>
        (await ShownAsync(new() { ["MLFLOW_TRACKING_TOKEN"] = "t0ken", ["MLFLOW_TRACKING_USERNAME"] = "anna", ["MLFLOW_TRACKING_PASSWORD"] = "größe" })).Should().Be(Basic("anna", "größe"));

    [Fact]
    public async Task The_file_is_read_and_each_variable_wins_over_it()
    {
        using var folder = new TemporaryDirectory();
        var home = HomeWith(folder, "; mine\n[other]\nmlflow_tracking_username = no\n[mlflow]\nmlflow_tracking_username = anna\nMLFLOW_TRACKING_PASSWORD=a=b:c\n");

        (await ShownAsync([], home: home)).Should().Be(Basic("anna", "a=b:c"));
        (await ShownAsync(new() { ["MLFLOW_TRACKING_PASSWORD"] = "other" }, home: home)).Should().Be(Basic("anna", "other"));
        (await ShownAsync(new() { ["MLFLOW_TRACKING_USERNAME"] = "ben" }, home: home)).Should().Be(Basic("ben", "a=b:c"));
    }

    [Fact]
    public async Task User_and_password_in_the_address_are_shown_and_not_told()
    {
        var address = new UriBuilder(Server.Address) { UserName = "anna", Password = "p%40ss" }.Uri;
        await using var store = Open(address: address);

        (await ShownAsync(new() { ["MLFLOW_TRACKING_TOKEN"] = "t0ken" }, address)).Should().Be(Basic("anna", "p@ss"));
        store.Address.Should().Be(Server.Address.AbsoluteUri.TrimEnd('/'));
    }

    [Fact]
    public async Task Those_of_the_address_are_not_shown_to_another_registry()
    {
        await using var registry = await RecordedMlflowServer.StartAsync();
        await using var store = Open(new() { ["MLFLOW_REGISTRY_URI"] = registry.Address.AbsoluteUri }, new UriBuilder(Server.Address) { UserName = "anna", Password = "pass" }.Uri);

        await store.EnsureModelAsync("fraud", null, None, Stop);

        registry.Requests.Should().OnlyContain(request => !request.Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task A_path_in_the_address_is_kept_and_every_request_says_who_sends_it_and_for_which_workspace()
    {
        Server.SubPath = "/ml/flow";
        await using var store = Open(new() { ["MLFLOW_WORKSPACE"] = "risk" }, new Uri(Server.Address, "ml/flow/"));

        await MakeRunAsync(store);

        store.Address.Should().EndWith("/ml/flow");
        Server.Requests.Should().OnlyContain(request => request.Headers["User-Agent"] == "ml-delivery-pipeline" && request.Headers["X-MLFLOW-WORKSPACE"] == "risk");
    }

    [Fact]
    public async Task Who_is_unknown_is_told_what_to_set()
    {
        Server.Authorization = Basic("anna", "right");
        await using var nobody = Open();
        await using var wrong = Open(new() { ["MLFLOW_TRACKING_USERNAME"] = "anna", ["MLFLOW_TRACKING_PASSWORD"] = "wr0ng" });

        var (unknown, refused) = (await FaultAsync(() => nobody.EnsureExperimentAsync("experiment", Stop)), await FaultAsync(() => wrong.EnsureExperimentAsync("experiment", Stop)));

        (unknown.Fault, refused.Fault).Should().Be((TrackingFault.Denied, TrackingFault.Denied));
        unknown.Message.Should().Contain("wants to know who asks").And.Contain("MLFLOW_TRACKING_USERNAME");
        refused.Message.Should().Contain("the user 'anna'").And.Contain("MLFLOW_TRACKING_PASSWORD").And.NotContain("wr0ng");
        Time.Pauses.Should().BeEmpty();
    }

    [Fact]
    public async Task Who_may_not_is_told_whom_to_ask()
    {
        Server.IsReadOnly = true;
        await using var store = Open(new() { ["MLFLOW_TRACKING_TOKEN"] = "t0ken" });

        var fault = await FaultAsync(() => store.EnsureExperimentAsync("experiment", Stop));

        fault.Fault.Should().Be(TrackingFault.Denied);
        fault.Message.Should().Contain("Permission denied").And.Contain("the token").And.Contain("administrator").And.NotContain("t0ken");
    }

    [Theory]
    [InlineData("MLFLOW_TRACKING_TOKEN", "s3cret-token")]
    [InlineData("MLFLOW_TRACKING_PASSWORD", "s3cret-password")]
    public async Task Secrets_that_a_server_repeats_are_not_told(string variable, string secret)
    {
        Server.Fail("", RecordedFault.Echo, 10);
        await using var store = Open(variable.EndsWith("TOKEN", StringComparison.Ordinal) ? new() { [variable] = secret } : new() { ["MLFLOW_TRACKING_USERNAME"] = "anna", [variable] = secret });

        var fault = await FaultAsync(() => store.EnsureExperimentAsync("experiment", Stop));

        fault.ToString().Should().Contain("***").And.NotContain(secret).And.NotContain(Basic("anna", secret)["Basic ".Length..]);
    }
}
