using System.Diagnostics;
using Pipeline.Tracking.Sqlite;

namespace Pipeline.Tracking.Tests.Sqlite;

public sealed class SqliteDiskTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly TemporaryDirectory _directory = new();
    private bool _mounted;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Disk => Path.Combine(_directory.Path, "disk");

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        if (_mounted)
        {
            Mounts("umount", "--lazy", Disk);
        }

        _directory.Dispose();
    }

    [Fact]
    public async Task A_full_disk_is_told_by_the_file_and_nothing_is_lost_that_was_written()
    {
        MountSmallDisk();
        await using var store = await SqliteTrackingStore.OpenAsync(Disk, TimeProvider.System, Stop);
        var run = await RunAsync(store);
        await store.LogAsync(run.Id, new() { Metrics = [new("loss", 1, Start)] }, Stop);

        var fill = () => store.LogAsync(run.Id, new() { Metrics = [.. Enumerable.Range(0, 50_000).Select(step => new MetricPoint("loss", step, Start, step))] }, Stop);

        (await fill.Should().ThrowAsync<TrackingException>().WithMessage("*mlflow.db*")).Which.Fault.Should().Be(TrackingFault.Unreachable);
        (await store.GetHistoryAsync(run.Id, "loss", Stop)).Should().ContainSingle();
        await store.LogAsync(run.Id, new() { Metrics = [new("loss", 2, Start, 1)] }, Stop);
        (await store.FindRunAsync(run.Id, Stop))!.Metrics["loss"].Should().Be(2);
    }

    [Fact]
    public async Task An_artifact_that_has_no_room_is_told_by_its_path_and_leaves_nothing()
    {
        MountSmallDisk();
        await using var store = await SqliteTrackingStore.OpenAsync(Disk, TimeProvider.System, Stop);
        var run = await RunAsync(store);

        var write = () => store.LogArtifactAsync(run.Id, "model/model.onnx", _directory.File("model.onnx", new byte[3_000_000]), Stop);

        (await write.Should().ThrowAsync<TrackingException>().WithMessage("*model/model.onnx cannot be written*")).Which.Fault.Should().Be(TrackingFault.Unreachable);
        Directory.EnumerateFiles(Path.Combine(Disk, "mlruns"), "*", SearchOption.AllDirectories).Should().BeEmpty();
    }

    [Fact]
    public async Task A_disk_that_is_read_only_is_told_by_the_file()
    {
        MountSmallDisk();
        await using (await SqliteTrackingStore.OpenAsync(Disk, TimeProvider.System, Stop))
        {
        }

        Mounts("mount", "-o", "remount,ro", Disk).Should().BeTrue();

        var use = async () =>
        {
            await using var store = await SqliteTrackingStore.OpenAsync(Disk, TimeProvider.System, Stop);
            await store.EnsureExperimentAsync("fraud", Stop);
        };
        (await use.Should().ThrowAsync<TrackingException>().WithMessage("*mlflow.db cannot be *")).Which.Fault.Should().Be(TrackingFault.Unreachable);
    }

    private void MountSmallDisk()
    {
        Directory.CreateDirectory(Disk);
        _mounted = OperatingSystem.IsLinux() && Mounts("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", Disk);
        Assert.SkipUnless(_mounted, "only root of a Linux machine can mount a small disk");
    }

    private static bool Mounts(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static async Task<TrackedRun> RunAsync(SqliteTrackingStore store) =>
        await store.EnsureRunAsync(new(await store.EnsureExperimentAsync("fraud", Stop), "key", "train", Start, "anna", new Dictionary<string, string>()), Stop);
}
