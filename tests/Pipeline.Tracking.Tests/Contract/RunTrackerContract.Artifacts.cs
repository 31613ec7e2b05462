using System.Security.Cryptography;

namespace Pipeline.Tracking.Tests.Contract;

public abstract partial class RunTrackerContract
{
    [Fact]
    public async Task Artifacts_come_back_as_they_were_and_are_listed_in_order()
    {
        await using var tracker = await OpenAsync();
        await using var other = await OpenAsync();
        var run = await MakeRunAsync(tracker);
        using var folder = new TemporaryDirectory();
        string[] paths = ["B.txt", "a b/c d.txt", "a/deep/er/x.bin", "größe/ß 😀.json", "100%/a% b.txt", "model/MLmodel", "a+b&c=d;e,f'g.txt", "model.txt"];
        foreach (var path in paths)
        {
            await tracker.LogArtifactAsync(run.Id, path, folder.File("local", System.Text.Encoding.UTF8.GetBytes($"I am {path}")), Stop);
        }

        var listed = await other.ListArtifactsAsync(run.Id, Stop);

        listed.Should().Equal(paths.Order(StringComparer.Ordinal));
        foreach (var path in listed)
        {
            (await ReadAsync(other, run.Id, path)).Should().Equal(System.Text.Encoding.UTF8.GetBytes($"I am {path}"));
        }
    }

    [Fact]
    public async Task A_run_without_artifacts_has_none()
    {
        await using var tracker = await OpenAsync();
        var run = await MakeRunAsync(tracker);

        (await tracker.ListArtifactsAsync(run.Id, Stop)).Should().BeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5_000_000)]
    public async Task A_file_may_be_empty_or_large(int length)
    {
        await using var tracker = await OpenAsync();
        var run = await MakeRunAsync(tracker);
        using var folder = new TemporaryDirectory();
        var content = RandomNumberGenerator.GetBytes(length);

        await tracker.LogArtifactAsync(run.Id, "model/model.onnx", folder.File("local", content), Stop);

        (await tracker.ListArtifactsAsync(run.Id, Stop)).Should().Equal("model/model.onnx");
        (await ReadAsync(tracker, run.Id, "model/model.onnx")).AsSpan().SequenceEqual(content).Should().BeTrue();
    }

    [Fact]
    public async Task A_file_of_the_same_path_replaces_the_one_before()
    {
        await using var tracker = await OpenAsync();
        var run = await MakeRunAsync(tracker);
        using var folder = new TemporaryDirectory();

        await tracker.LogArtifactAsync(run.Id, "report.md", folder.File("local", "a longer text"u8), Stop);
        await tracker.LogArtifactAsync(run.Id, "report.md", folder.File("local", "short"u8), Stop);

        (await tracker.ListArtifactsAsync(run.Id, Stop)).Should().Equal("report.md");
        (await ReadAsync(tracker, run.Id, "report.md")).Should().Equal("short"u8.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../a.txt")]
    [InlineData("a/../../b.txt")]
    [InlineData("a/./b.txt")]
    [InlineData("a//b.txt")]
    [InlineData("a/")]
    [InlineData("/etc/a.txt")]
    [InlineData("a\\b.txt")]
    [InlineData("..\\a.txt")]
    [InlineData("a#b.txt")]
    public async Task Paths_that_lead_elsewhere_are_refused(string path)
    {
        await using var tracker = await OpenAsync();
        var run = await MakeRunAsync(tracker);
        using var folder = new TemporaryDirectory();
        var file = folder.File("local", "content"u8);

        await ShouldBeRefusedAsync(() => tracker.LogArtifactAsync(run.Id, path, file, Stop));
        await ShouldBeRefusedAsync(() => tracker.OpenArtifactAsync(run.Id, path, Stop));

        (await tracker.ListArtifactsAsync(run.Id, Stop)).Should().BeEmpty();
    }

    [Fact]
    public async Task An_artifact_that_is_not_there_is_refused_by_its_path()
    {
        await using var tracker = await OpenAsync();
        var run = await MakeRunAsync(tracker);

        await ShouldBeRefusedAsync(() => tracker.OpenArtifactAsync(run.Id, "model/none.txt", Stop), "*model/none.txt*");
    }

    [Fact]
    public async Task A_local_file_that_is_not_there_is_refused_by_its_path()
    {
        await using var tracker = await OpenAsync();
        var run = await MakeRunAsync(tracker);
        using var folder = new TemporaryDirectory();
        var missing = Path.Combine(folder.Path, "missing.txt");

        await ShouldBeRefusedAsync(() => tracker.LogArtifactAsync(run.Id, "a.txt", missing, Stop), "*missing.txt*");

        (await tracker.ListArtifactsAsync(run.Id, Stop)).Should().BeEmpty();
    }

    private static async Task<byte[]> ReadAsync(IRunTracker tracker, string runId, string path)
    {
        await using var stream = await tracker.OpenArtifactAsync(runId, path, Stop);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content, Stop);
        return content.ToArray();
    }
}
