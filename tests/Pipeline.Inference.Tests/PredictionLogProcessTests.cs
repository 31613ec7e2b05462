using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Inference.Tests;

public sealed class PredictionLogProcessTests : IDisposable
{
    private const string Row = """{"hour":7,"origin":"Geheimnis","distance":500.125,"destination":"LAX"}""";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("log ");
    private readonly PackagedModel _package;

    public PredictionLogProcessTests() => _package = TestModel.WritePackage(Path.Combine(_root.FullName, "model"));

    private string Logs => Path.Combine(_root.FullName, "logs");

    private string[] Arguments => ["--package", _package.Directory, "--address", "127.0.0.1", "--port", "0", "--prediction-log", Logs];

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task A_service_that_is_told_to_stop_writes_what_it_has_and_tells_no_values()
    {
        await using var service = ServiceProcess.Start(Arguments);
        using var client = await ClientOf(service);
        await PredictAsync(client, 50);

        service.Signal(15);

        (await service.ExitAsync()).ExitCode.Should().Be(0);
        LoggedFiles.Rows(LoggedFiles.Finished(Logs)).Should().HaveCount(50);
        LoggedFiles.Unfinished(Logs).Should().BeEmpty();
        service.Output.Should().NotContain("Geheimnis").And.NotContain("500.125");
    }

    [Fact]
    public async Task A_killed_service_leaves_lines_that_can_be_read()
    {
        await using var service = ServiceProcess.Start(Arguments);
        using var client = await ClientOf(service);
        await PredictAsync(client, 20);
        await LoggedFiles.Until(() => LoggedFiles.Unfinished(Logs).Sum(file => LoggedFiles.Lines(file).Length) == 20, "lines can be read while they are written");
        await PredictAsync(client, 300);

        service.Signal(9);
        await service.ExitAsync();

        LoggedFiles.Finished(Logs).Should().BeEmpty();
        LoggedFiles.Rows(LoggedFiles.Unfinished(Logs)).Should().HaveCountGreaterThanOrEqualTo(20).And.OnlyContain(row => (string)row["origin"]! == "Geheimnis");
    }

    [Theory]
    [InlineData("jsonl")]
    [InlineData("parquet")]
    public async Task A_full_disk_costs_rows_that_are_counted_and_told_once_and_every_file_is_whole(string format)
    {
        Availability.RequireThat(File.Exists("/usr/bin/prlimit"), "prlimit limits the size of files; it is not here");

        await using var service = StartLimited(format, bytes: 12 << 10);
        using var client = await ClientOf(service);
        var sent = 0;
        await LoggedFiles.Until(
            () =>
            {
                PredictAsync(client, 1, rows: 397 + (sent % 1_001)).GetAwaiter().GetResult();
                sent++;
                var metrics = client.GetStringAsync(new Uri("/metrics", UriKind.Relative)).GetAwaiter().GetResult();
                return Value(metrics, "prediction_log_dropped_total{reason=\"disk\"}") > 0;
            },
            "lost rows are counted");
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        await PredictAsync(client, 1);

        service.Signal(15);

        (await service.ExitAsync()).ExitCode.Should().Be(0);
        service.Output.Split('\n').Count(line => line.Contains("the prediction log cannot be written", StringComparison.Ordinal)).Should().Be(1);
        service.Output.Should().Contain("is written to").And.NotContain("Geheimnis");
        LoggedFiles.Unfinished(Logs).Should().BeEmpty();
        var files = LoggedFiles.Finished(Logs, format);
        files.Should().NotBeEmpty();
        if (format == "jsonl")
        {
            LoggedFiles.Rows(files).Should().OnlyContain(row => row.Count == 15);
        }
        else
        {
            files.Should().OnlyContain(file => File.ReadAllText(file, Encoding.Latin1).StartsWith("PAR1", StringComparison.Ordinal) && File.ReadAllText(file, Encoding.Latin1).EndsWith("PAR1", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_Parquet_file_whose_footer_finds_no_room_costs_its_rows_and_not_the_service()
    {
        Availability.RequireThat(File.Exists("/usr/bin/prlimit"), "prlimit limits the size of files; it is not here");
        const int Rows = 1_500;
        var (withoutFooter, whole) = await LengthsOf(Rows);

        // Random identifiers change the length by some bytes from run to run.
        var between = (withoutFooter + whole) / 2;
        (whole - between).Should().BeGreaterThan(200);
        await using var service = StartLimited("parquet", between);
        using var client = await ClientOf(service);

        await PredictAsync(client, 1, Rows);
        await Eventually.HoldsAsync(async () =>
        {
            var metrics = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
            Value(metrics, "prediction_log_dropped_total{reason=\"disk\"}").Should().Be(Rows);
            Value(metrics, "prediction_log_records_total").Should().Be(0);
        });
        LoggedFiles.Finished(Logs, "parquet").Should().BeEmpty();
        LoggedFiles.Unfinished(Logs).Should().BeEmpty();
        await service.LineWithAsync("longer than is allowed");
    }

    private async Task<(long WithoutFooter, long Whole)> LengthsOf(int rows)
    {
        await using var service = ServiceProcess.Start([.. Arguments, "--prediction-log-format", "parquet"]);
        using var client = await ClientOf(service);
        await PredictAsync(client, 1, rows);
        service.Signal(15);
        await service.ExitAsync();
        var file = LoggedFiles.Finished(Logs, "parquet").Single();
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        File.Delete(file);
        return (bytes.Length - 8 - BitConverter.ToInt32(bytes, bytes.Length - 8), bytes.Length);
    }

    // A limit on the size of files fails a write as a full disk does, and needs no disk. The runtime maps a file of its own for code, unless it is told not to.
    private ServiceProcess StartLimited(string format, long bytes) => ServiceProcess.Start(
        [.. Arguments, "--prediction-log-format", format, "--prediction-log-file-seconds", "1"],
        new Dictionary<string, string> { ["DOTNET_EnableWriteXorExecute"] = "0" },
        ["/bin/bash", "-c", $"trap '' XFSZ; exec prlimit --fsize={bytes} \"$@\"", "bash"]);

    private static async Task<HttpClient> ClientOf(ServiceProcess service)
    {
        var client = await service.ClientAsync();
        await service.LineWithAsync("ready: delay");
        return client;
    }

    private static async Task PredictAsync(HttpClient client, int requests, int rows = 1)
    {
        var body = new JsonObject { ["rows"] = new JsonArray([.. Enumerable.Range(0, rows).Select(_ => JsonNode.Parse(Row))]) }.ToJsonString();
        for (var request = 0; request < requests; request++)
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var response = await client.PostAsync(new Uri("/v1/predict", UriKind.Relative), content, TestContext.Current.CancellationToken);
            response.StatusCode.Should().Be(HttpStatusCode.OK);
        }
    }

    private static double Value(string metrics, string series) =>
        double.Parse(metrics.Split('\n').Single(line => line.StartsWith(series + " ", StringComparison.Ordinal))[(series.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture);
}
