using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Inference.Tests;

/// <summary>Models of several classes and of a number in the real service, which has no reflection to fall back on.</summary>
public sealed class TaskProcessTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("tasks ");

    private string Logs => Path.Combine(_root.FullName, "logs");

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData(ModelTask.Multiclass)]
    [InlineData(ModelTask.Regression)]
    public async Task The_program_loads_answers_describes_counts_and_logs(string task)
    {
        var directory = Path.Combine(_root.FullName, "model");
        var package = task == ModelTask.Multiclass ? TestModel.WriteClassesPackage(directory) : TestModel.WriteNumberPackage(directory);
        await using var process = ServiceProcess.Start(["--package", directory, "--address", "127.0.0.1", "--port", "0", "--prediction-log", Logs]);
        using var client = await process.ClientAsync();
        await process.LineWithAsync("ready: delay");

        using var content = new StringContent("""{"hour":7,"origin":"ATL","distance":500,"destination":"LAX"}""", Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(new Uri("/v1/predict", UriKind.Relative), content, TestContext.Current.CancellationToken);
        var model = JsonNode.Parse(await client.GetStringAsync(new Uri("/v1/model", UriKind.Relative), TestContext.Current.CancellationToken))!;
        var metrics = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        var document = JsonNode.Parse(await client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative), TestContext.Current.CancellationToken))!;
        process.Signal(15);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        var tensor = package.Manifest.Outputs.Tensor;
        var prediction = (await RunningService.JsonOf(response))["predictions"]![0]!;
        prediction[tensor].Should().NotBeNull();
        ((string?)model["task"]).Should().Be(task);
        JsonNode.DeepEquals(model["golden"]![0]![tensor], prediction[tensor]).Should().BeTrue();
        metrics.Should().Contain("model_prediction_bin_total{model=\"delay\"");
        document["components"]!["schemas"]!["Prediction"]!["properties"]![tensor].Should().NotBeNull();
        (await process.ExitAsync()).ExitCode.Should().Be(0);
        JsonNode.DeepEquals(LoggedFiles.Rows(LoggedFiles.Finished(Logs)).Should().ContainSingle().Subject[tensor], prediction[tensor]).Should().BeTrue();
    }
}
