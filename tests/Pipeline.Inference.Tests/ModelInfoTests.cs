using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Inference.DriftMonitoring;
using Pipeline.Inference.Health;
using Pipeline.Inference.Telemetry;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Inference.Tests;

public sealed partial class ModelInfoTests
{
    private const string Row = """{"hour":7,"origin":"ATL","distance":500,"destination":"LAX"}""";

    [Fact]
    public async Task The_model_is_described()
    {
        await using var service = await RunningService.StartAsync();

        using var response = await service.GetAsync("/v1/model");

        var model = await RunningService.JsonOf(response);
        ((string?)model["name"]).Should().Be("delay");
        ((string?)model["version"]).Should().Be(service.Package.Version);
        ((string?)model["digest"]).Should().Be(service.Package.Digest.ToString());
        ((string?)model["task"]).Should().Be("binary");
        ((string?)model["trainer"]).Should().Be("logistic-regression");
        model["features"]!.AsArray().Should().HaveCount(4);
        model["features"]![0]!.ToJsonString().Should().Be("""{"name":"hour","kind":"numeric","allowsMissing":false,"categoryCount":null,"categories":null,"minimum":0,"maximum":23}""");
        ((int?)model["features"]![3]!["categoryCount"]).Should().Be(2);
        model["outputs"]!.ToJsonString().Should().Be("""{"positiveLabel":"late","negativeLabel":"on time","threshold":0.5}""");
        model["metrics"]!.ToJsonString().Should().Be("""{"auc":0.7,"f1":null}""");
        model["golden"]!.AsArray().Should().HaveCount(4);
        ((string?)model["servingRuntimes"]!["onnxruntime"]).Should().Be("1.31.1");
        ((int?)model["schemaVersion"]).Should().Be(1);
        ((string?)model["dataDigest"]).Should().Be(Digest.OfText("data").ToString());
        ((string?)model["definitionDigest"]).Should().Be(Digest.OfText("definition").ToString());
        ((string?)model["codeDigest"]).Should().Be(Digest.OfText("code").ToString());
        model["files"]!.AsArray().Select(file => (string?)file!["path"]).Should().Equal(service.Package.Manifest.Files.Select(file => file.Path)).And.Contain("model.onnx");
        var onnx = model["files"]!.AsArray().Single(file => (string?)file!["path"] == "model.onnx")!;
        ((string?)onnx["sha256"]).Should().Be(Digest.OfFile(service.Package.OnnxPath).ToString());
        ((long?)onnx["size"]).Should().Be(new FileInfo(service.Package.OnnxPath).Length);
    }

    [Fact]
    public async Task Files_that_other_programs_load_the_package_by_are_listed_and_in_nobodys_way()
    {
        await using var service = await RunningService.StartAsync(write: directory =>
        {
            var package = TestModel.WritePackage(directory);
            File.WriteAllText(Path.Combine(directory, "MLmodel"), "flavors: {}");
            return PackageWriter.Seal(directory, package.Manifest);
        });

        using var model = await service.GetAsync("/v1/model");
        using var answer = await service.PredictAsync($$"""{"rows":[{{Row}}]}""");

        (await RunningService.JsonOf(model))["files"]!.AsArray().Select(file => (string?)file!["path"]).Should().Contain("MLmodel");
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Its_golden_rows_get_their_answers_from_the_running_service()
    {
        await using var service = await RunningService.StartAsync();
        using var description = await service.GetAsync("/v1/model");

        foreach (var golden in (await RunningService.JsonOf(description))["golden"]!.AsArray())
        {
            using var response = await service.PredictAsync(golden!["row"]!.ToJsonString());
            var prediction = (await RunningService.JsonOf(response))["predictions"]![0]!;
            ((float)prediction["probability"]!).Should().BeApproximately((float)golden["probability"]!, 1e-5f);
            ((string?)prediction["label"]).Should().Be((string?)golden["label"]);
        }
    }

    [Fact]
    public async Task Before_the_model_is_loaded_the_service_is_live_but_not_ready()
    {
        await using var service = await RunningService.ListenAsync();

        (await StatusOf(service, "/health/live")).Should().Be(HttpStatusCode.OK);
        (await StatusOf(service, "/health/ready")).Should().Be(HttpStatusCode.ServiceUnavailable);
        (await StatusOf(service, "/v1/model")).Should().Be(HttpStatusCode.ServiceUnavailable);
        using (var prediction = await service.PredictAsync(Row))
        {
            prediction.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
            prediction.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(1));
        }

        service.LoadModel();
        (await StatusOf(service, "/health/ready")).Should().Be(HttpStatusCode.OK);
        service.App.Services.GetRequiredService<Readiness>().Drain();
        (await StatusOf(service, "/health/ready")).Should().Be(HttpStatusCode.ServiceUnavailable);
        (await StatusOf(service, "/health/live")).Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Metrics_count_requests_rows_and_times_and_name_the_model()
    {
        await using var service = await RunningService.StartAsync();
        using (await service.PredictAsync($$"""{"rows":[{{Row}},{{Row}}]}"""))
        using (await service.PredictAsync("{"))
        using (await service.PredictAsync(Row, "text/plain"))
        {
        }

        using var response = await service.GetAsync("/metrics");
        var metrics = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        var labels = $"model=\"delay\",version=\"{service.Package.Version}\"";
        metrics.Should().Contain($"\ninference_requests_total{{{labels},protocol=\"native\",outcome=\"ok\"}} 1\n")
            .And.Contain($"\ninference_requests_total{{{labels},protocol=\"native\",outcome=\"invalid\"}} 2\n")
            .And.Contain($"\ninference_rows_total{{{labels}}} 2\n")
            .And.Contain($"\ninference_request_duration_seconds_count{{{labels}}} 3\n")
            .And.Contain($"\ninference_compute_duration_seconds_count{{{labels}}} 1\n")
            .And.Contain($"\ninference_compute_duration_seconds_bucket{{{labels},le=\"5e-05\"}} ")
            .And.Contain("\ninference_in_flight 0\n")
            .And.Contain($"\nmodel_info{{{labels},sha256=\"{service.Package.Digest.Hex}\",reference_sha256=\"{service.Package.ReferenceDigest!.Value.Hex}\",runtime=\"onnxruntime {OnnxRuntimeEnvironment.Version}\",stage=\"\"}} 1\n")
            .And.Contain("\nprocess_cpu_seconds_total ")
            .And.NotContain("kestrel");
        metrics.TrimEnd('\n').Split('\n').Should().OnlyContain(line => line.StartsWith('#') || Sample().IsMatch(line));
    }

    [Fact]
    public void Metric_names_are_unique_and_begin_with_their_subject()
    {
        string[] names =
        [
            InferenceMetrics.RequestsTotal, InferenceMetrics.RowsTotal, InferenceMetrics.RequestDurationSeconds, InferenceMetrics.ComputeDurationSeconds,
            InferenceMetrics.InFlightRequests, InferenceMetrics.ModelInfo, InferenceMetrics.ModelLoadedTimestampSeconds,
            DriftMetrics.FeatureBinTotal, DriftMetrics.FeatureValueTotal, DriftMetrics.PredictionBinTotal, DriftMetrics.PredictedLabelTotal, DriftMetrics.ReferenceBin,
        ];

        names.Should().OnlyHaveUniqueItems().And.OnlyContain(name => Name().IsMatch(name));
    }

    private static async Task<HttpStatusCode> StatusOf(RunningService service, string path)
    {
        using var response = await service.GetAsync(path);
        return response.StatusCode;
    }

    [GeneratedRegex(@"^[a-z_]+(\{([a-z0-9_]+=""[^""]*"",?)+\})? [-+0-9.eE]+$|^[a-z_]+(\{.*\})? (\+Inf|NaN)$")]
    private static partial Regex Sample();

    [GeneratedRegex("^(inference|model)_[a-z_]+$")]
    private static partial Regex Name();
}
