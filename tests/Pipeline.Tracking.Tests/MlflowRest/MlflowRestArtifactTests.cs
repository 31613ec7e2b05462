namespace Pipeline.Tracking.Tests.MlflowRest;

public sealed class MlflowRestArtifactTests : MlflowRestTests
{
    [Theory]
    [InlineData(nameof(RecordedFault.Unavailable))]
    [InlineData(nameof(RecordedFault.AnswerLost))]
    public async Task An_upload_is_repeated_from_the_start_of_the_file(string fault)
    {
        await using var store = Open();
        var run = await MakeRunAsync(store);
        using var folder = new TemporaryDirectory();
        Server.Fail("files/", Enum.Parse<RecordedFault>(fault), 2);

        await store.LogArtifactAsync(run.Id, "a.txt", folder.File("local", "content"u8), Stop);

        await using var stream = await store.OpenArtifactAsync(run.Id, "a.txt", Stop);
        using var reader = new StreamReader(stream);
        (await reader.ReadToEndAsync(Stop)).Should().Be("content");
    }

    [Fact]
    public async Task A_download_that_breaks_is_repeated()
    {
        await using var store = Open();
        var run = await MakeRunAsync(store);
        using var folder = new TemporaryDirectory();
        await store.LogArtifactAsync(run.Id, "a.txt", folder.File("local", "content"u8), Stop);
        Server.Fail("files/", RecordedFault.AnswerCut, 2);

        await using var stream = await store.OpenArtifactAsync(run.Id, "a.txt", Stop);

        using var reader = new StreamReader(stream);
        (await reader.ReadToEndAsync(Stop)).Should().Be("content");
    }

    [Fact]
    public async Task A_file_that_is_missing_is_not_asked_for_again_and_again()
    {
        await using var store = Open();
        var run = await MakeRunAsync(store);

        await FaultAsync(() => store.OpenArtifactAsync(run.Id, "a/none.txt", Stop));

        Server.Count("files/").Should().Be(0);
        Time.Pauses.Should().BeEmpty();
    }

    [Theory]
    [InlineData("s3://bucket/key/")]
    [InlineData("/srv/mlruns/")]
    [InlineData("file:///srv/mlruns/")]
    public async Task Where_the_server_does_not_pass_files_on_is_refused_with_how_to_start_it(string root)
    {
        Server.ArtifactRoot = root;
        await using var store = Open();
        var run = await MakeRunAsync(store);
        using var folder = new TemporaryDirectory();

        var fault = await FaultAsync(() => store.LogArtifactAsync(run.Id, "a.txt", folder.File("local", "content"u8), Stop));

        fault.Fault.Should().Be(TrackingFault.Refused);
        fault.Message.Should().Contain("--serve-artifacts").And.Contain(run.Id);
        Server.Count("files/").Should().Be(0);
    }

    [Fact]
    public async Task A_server_that_refuses_files_is_not_asked_again()
    {
        Server.RefusesFiles = true;
        await using var store = Open();
        var run = await MakeRunAsync(store);
        using var folder = new TemporaryDirectory();

        var fault = await FaultAsync(() => store.LogArtifactAsync(run.Id, "a.txt", folder.File("local", "content"u8), Stop));

        fault.Fault.Should().Be(TrackingFault.Refused);
        fault.Message.Should().Contain("--serve-artifacts");
        Time.Pauses.Should().BeEmpty();
    }

    [Fact]
    public async Task An_address_of_artifacts_may_name_a_host()
    {
        Server.ArtifactRoot = "mlflow-artifacts://elsewhere:5000/";
        await using var store = Open();
        var run = await MakeRunAsync(store);
        using var folder = new TemporaryDirectory();

        await store.LogArtifactAsync(run.Id, "a b/ü.txt", folder.File("local", "content"u8), Stop);

        (await store.ListArtifactsAsync(run.Id, Stop)).Should().Equal("a b/ü.txt");
    }

    [Fact]
    public async Task A_name_that_a_server_would_change_is_refused()
    {
        await using var store = Open();
        var run = await MakeRunAsync(store);
        using var folder = new TemporaryDirectory();

        (await FaultAsync(() => store.LogArtifactAsync(run.Id, "a%20b.txt", folder.File("local", "content"u8), Stop))).Message.Should().Contain("'%'");
    }
}
