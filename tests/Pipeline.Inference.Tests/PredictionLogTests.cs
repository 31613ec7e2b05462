using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using DuckDB.NET.Data;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.ModelLoading;
using Pipeline.Inference.PredictionLog;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Telemetry;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Tests;

public sealed class PredictionLogTests : IDisposable
{
    private const string Row = """{"hour":7,"origin":"ATL","distance":500,"destination":"LAX"}""";
    private const string TwoRows = """{"rows":[{"hour":22.5,"origin":"nie gesehen \"ß\"","distance":null,"destination":"LAX"},{"hour":0,"origin":"ORD"}]}""";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("log ");

    private string Logs => Path.Combine(_root.FullName, "logs");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task Every_row_is_a_line_with_who_asked_what_and_what_was_answered()
    {
        await using var service = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/predict") { Content = new StringContent(TwoRows, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Request-Id", "order-7");
        request.Headers.Add("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

        using var response = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var answers = (await RunningService.JsonOf(response))["predictions"]!.AsArray();
        await service.App.StopAsync(TestContext.Current.CancellationToken);

        var rows = LoggedFiles.Rows(LoggedFiles.Finished(Logs));
        rows.Should().HaveCount(2);
        DateTimeOffset.Parse((string)rows[0]["time"]!, CultureInfo.InvariantCulture).Should().BeCloseTo(TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(5));
        rows[0].Remove("time");
        rows[1].Remove("time");
        JsonNode.DeepEquals(rows[0], Expected(service, 0, """{"hour":22.5,"origin":"nie gesehen \"ß\"","distance":null,"destination":"LAX"}""", answers[0]!)).Should().BeTrue(rows[0].ToJsonString());
        JsonNode.DeepEquals(rows[1], Expected(service, 1, """{"hour":0,"origin":"ORD","distance":null,"destination":null}""", answers[1]!)).Should().BeTrue(rows[1].ToJsonString());
    }

    [Fact]
    public async Task Without_a_request_id_the_traces_id_is_taken_and_else_a_new_one()
    {
        await using var service = await StartAsync();
        using var traced = new HttpRequestMessage(HttpMethod.Post, "/v1/predict") { Content = new StringContent(Row, Encoding.UTF8, "application/json") };
        traced.Headers.Add("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

        using var first = await service.Client.SendAsync(traced, TestContext.Current.CancellationToken);
        using var second = await service.PredictAsync(Row);
        await service.App.StopAsync(TestContext.Current.CancellationToken);

        var ids = LoggedFiles.Rows(LoggedFiles.Finished(Logs)).Select(row => (Request: (string)row["request_id"]!, Trace: (string?)row["trace_id"])).ToList();
        ids[0].Should().Be(("4bf92f3577b34da6a3ce929d0e0e4736", "4bf92f3577b34da6a3ce929d0e0e4736"));
        ids[1].Trace.Should().BeNull();
        ids[1].Request.Should().HaveLength(32);
    }

    [Fact]
    public async Task The_id_of_an_open_inference_request_is_the_logs()
    {
        await using var service = await StartAsync();
        using var content = new StringContent(
            """{"id":"order \"8\"","inputs":[{"name":"hour","shape":[1],"datatype":"FP32","data":[7]},{"name":"origin","shape":[1],"datatype":"BYTES","data":["ATL"]}]}""",
            Encoding.UTF8,
            "application/json");

        using var response = await service.Client.PostAsync(new Uri("/v2/models/delay/infer", UriKind.Relative), content, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        await service.App.StopAsync(TestContext.Current.CancellationToken);

        var row = LoggedFiles.Rows(LoggedFiles.Finished(Logs)).Should().ContainSingle().Subject;
        ((string)row["request_id"]!, (string)row["protocol"]!).Should().Be(("order \"8\"", "v2"));
    }

    [Fact]
    public async Task DuckDB_reads_the_Parquet_files()
    {
        await using var service = await StartAsync(log => log with { Format = PredictionLogFormat.Parquet }, stage: null);

        using var response = await service.PredictAsync(TwoRows);
        var probability = (float)(await RunningService.JsonOf(response))["predictions"]![0]!["probability"]!;
        await service.App.StopAsync(TestContext.Current.CancellationToken);

        Query($"SELECT typeof(time), request_id IS NULL, trace_id, protocol, model, version, digest, stage, row, hour, origin, distance, destination, label FROM '{Logs}/*.parquet' ORDER BY row").Should().BeEquivalentTo(
        [
            new object?[] { "TIMESTAMP", false, null, "native", "delay", service.Package.Version, service.Package.Digest.ToString(), null, 0, 22.5f, "nie gesehen \"ß\"", null, "LAX", "late" },
            ["TIMESTAMP", false, null, "native", "delay", service.Package.Version, service.Package.Digest.ToString(), null, 1, 0f, "ORD", null, null, "on time"],
        ]);
        Query($"SELECT probability FROM '{Logs}/*.parquet' WHERE row = 0").Single().Should().Equal(probability);
        Query($"SELECT abs(epoch(time) - {TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}) < 300 FROM '{Logs}/*.parquet' LIMIT 1").Single().Should().Equal(true);
    }

    [Theory]
    [InlineData("parquet")]
    [InlineData("jsonl")]
    public async Task No_row_is_lost_or_doubled_over_many_chunks_and_files(string format)
    {
        const int RowsPerRequest = 9_001;
        await using var service = await StartAsync(log => log with { Format = format == "parquet" ? PredictionLogFormat.Parquet : PredictionLogFormat.JsonLines, FileBytes = 4_600_000 });
        var rows = string.Join(',', Enumerable.Range(0, RowsPerRequest).Select(row => $$"""{"hour":{{row % 24}},"origin":"never seen {{row}}","distance":{{(row % 3 == 0 ? "null" : row)}}}"""));

        for (var request = 0; request < 7; request++)
        {
            using var response = await service.PredictAsync($$"""{"rows":[{{rows}}]}""");
            response.StatusCode.Should().Be(HttpStatusCode.OK);
        }

        await service.App.StopAsync(TestContext.Current.CancellationToken);
        LoggedFiles.Unfinished(Logs).Should().BeEmpty();
        LoggedFiles.Finished(Logs, format).Should().HaveCountGreaterThan(1);
        Query($"SELECT count(*), count(DISTINCT request_id), count(DISTINCT origin), sum(row), count(distance), sum(distance), min(destination) FROM '{Logs}/*.{format}'").Single().Select(value => Convert.ToString(value, CultureInfo.InvariantCulture))
            .Should().Equal("63007", "7", "9001", "283531500", "42000", "189000000", "");
    }

    [Fact]
    public async Task Files_are_finished_by_size_and_by_age()
    {
        await using var service = await StartAsync(log => log with { FileBytes = 1_024, FileAge = TimeSpan.FromSeconds(1) });

        for (var request = 0; request < 20; request++)
        {
            using var response = await service.PredictAsync(Row);
        }

        await LoggedFiles.Until(() => LoggedFiles.Rows(LoggedFiles.Finished(Logs)).Count == 20 && LoggedFiles.Unfinished(Logs).Length == 0, "an old file is finished though nothing comes");
        LoggedFiles.Finished(Logs).Should().HaveCountGreaterThan(3).And.OnlyContain(file => new FileInfo(file).Length <= 1_024 + 512);
    }

    [Fact]
    public async Task Nothing_is_logged_by_default()
    {
        await using var service = await RunningService.StartAsync();

        using var response = await service.PredictAsync(Row);

        using var metrics = await service.GetAsync("/metrics");
        (await metrics.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().NotContain("prediction_log").And.NotContain("shadow");
    }

    [Fact]
    public async Task What_finds_no_room_is_counted_and_does_not_wait()
    {
        await using var service = await RunningService.StartAsync();
        var model = service.App.Services.GetRequiredService<ModelSlot>().Current!;
        var metrics = new PredictionLogMetrics(new InferenceMetrics(new InferenceOptions()));
        var recorder = new PredictionRecorder(new RequestSampler(1, seed: 1), metrics, TimeProvider.System);
        var exchange = new Exchange(model) { Context = new DefaultHttpContext() };
        exchange.Rows.AddRows(3);
        model.Runs.Score(exchange, TestContext.Current.CancellationToken);

        for (var request = 0; request < PredictionRecorder.MaxWaiting + 5; request++)
        {
            recorder.Record(exchange, Protocol.Native);
        }

        metrics.DroppedFor(DropReason.Full).Should().Be(15);
    }

    [Fact]
    public async Task Long_strings_count_for_the_room_that_they_take()
    {
        await using var service = await RunningService.StartAsync();
        var model = service.App.Services.GetRequiredService<ModelSlot>().Current!;
        var metrics = new PredictionLogMetrics(new InferenceMetrics(new InferenceOptions()));
        var recorder = new PredictionRecorder(new RequestSampler(1, seed: 1), metrics, TimeProvider.System);
        var exchange = new Exchange(model) { Context = new DefaultHttpContext() };
        exchange.Rows.KeepsUnseen = true;
        exchange.Rows.AddRow();
        exchange.Rows.SetCode(0, 0, CategoryCode.Unseen);
        model.Runs.Score(exchange, TestContext.Current.CancellationToken);
        exchange.Rows.NoteUnseen(0, 0, new string('x', PredictionRecorder.MaxWaitingBytes / 4));

        for (var request = 0; request < 5; request++)
        {
            recorder.Record(exchange, Protocol.Native);
        }

        metrics.DroppedFor(DropReason.Full).Should().Be(4);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_made_costs_the_log_but_no_answer_and_is_tried_again()
    {
        var blocked = Path.Combine(_root.FullName, "file");
        await File.WriteAllTextAsync(blocked, string.Empty, TestContext.Current.CancellationToken);
        await using var service = await RunningService.StartAsync(options => options with { PredictionLog = new PredictionLogOptions(Path.Combine(blocked, "logs")) });
        var metrics = service.App.Services.GetRequiredService<PredictionLogMetrics>();

        using var refused = await service.PredictAsync(TwoRows);
        await LoggedFiles.Until(() => metrics.DroppedFor(DropReason.Disk) == 2, "lost rows are counted");
        File.Delete(blocked);
        await LoggedFiles.Until(() => service.PredictAsync(Row).GetAwaiter().GetResult().IsSuccessStatusCode && metrics.Records > 0, "the log comes back");

        refused.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public void The_logs_own_columns_step_aside_for_the_models()
    {
        RecordFields.NameOf("time", ["hour", "Time"]).Should().Be("_time");
        RecordFields.NameOf("time", ["_time", "time"]).Should().Be("__time");
        RecordFields.NameOf("row", ["time"]).Should().Be("row");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.001)]
    [InlineData(0.1)]
    [InlineData(0.75)]
    [InlineData(1)]
    public void The_sample_has_the_share_that_was_asked_for(double share)
    {
        const int Requests = 200_000;
        var sampler = new RequestSampler(share, seed: 42);

        var logged = Enumerable.Range(0, Requests).Count(_ => sampler.Next());

        // Five standard deviations.
        ((double)logged).Should().BeApproximately(share * Requests, 5 * Math.Sqrt(Requests * share * (1 - share)));
    }

    [Fact]
    public void Seeds_draw_different_requests_and_one_seed_the_same()
    {
        Draw(1).Should().Equal(Draw(1)).And.NotEqual(Draw(2));

        static bool[] Draw(long seed)
        {
            var sampler = new RequestSampler(0.5, seed);
            return [.. Enumerable.Range(0, 64).Select(_ => sampler.Next())];
        }
    }

    [Fact]
    public void The_options_are_read_strictly()
    {
        var (options, _) = InferenceOptions.Read(["--prediction-log", "/logs", "--prediction-log-format", "parquet", "--prediction-log-sample", "0.25", "--prediction-log-file-bytes", "5000"], name => name == "PREDICTION_LOG_FILE_SECONDS" ? "7" : null);
        var (_, faults) = InferenceOptions.Read(["--prediction-log-format", "csv", "--prediction-log-sample", "1.5"], _ => null);

        options!.PredictionLog.Should().Be(new PredictionLogOptions("/logs") { Format = PredictionLogFormat.Parquet, Sample = 0.25, FileBytes = 5_000, FileAge = TimeSpan.FromSeconds(7) });
        faults.Should().Equal("--prediction-log-format (PREDICTION_LOG_FORMAT) must be jsonl or parquet, not 'csv'.", "--prediction-log-sample (PREDICTION_LOG_SAMPLE) must be a number from 0 to 1, not '1.5'.");
    }

    private Task<RunningService> StartAsync(Func<PredictionLogOptions, PredictionLogOptions>? settings = null, string? stage = "production") =>
        RunningService.StartAsync(options => options with { Stage = stage, PredictionLog = settings is null ? new PredictionLogOptions(Logs) : settings(new PredictionLogOptions(Logs)) });

    private static JsonObject Expected(RunningService service, int row, string values, JsonNode answer)
    {
        var expected = new JsonObject
        {
            ["request_id"] = "order-7",
            ["trace_id"] = "4bf92f3577b34da6a3ce929d0e0e4736",
            ["protocol"] = "native",
            ["model"] = "delay",
            ["version"] = service.Package.Version,
            ["digest"] = service.Package.Digest.ToString(),
            ["stage"] = "production",
            ["row"] = row,
        };
        foreach (var (name, value) in JsonNode.Parse(values)!.AsObject())
        {
            expected[name] = value?.DeepClone();
        }

        expected["probability"] = answer["probability"]!.DeepClone();
        expected["label"] = answer["label"]!.DeepClone();
        return expected;
    }

    [SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "The tests' own queries.")]
    private static List<object?[]> Query(string sql)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(column => reader.IsDBNull(column) ? null : reader.GetValue(column))]);
        }

        return rows;
    }
}
