using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Inference.Tests;

public sealed class LifecycleTests : IDisposable
{
    private const string Row = """{"hour":7,"origin":"ATL","distance":500,"destination":"LAX"}""";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("inference ");
    private readonly PackagedModel _package;

    public LifecycleTests() => _package = TestModel.WritePackage(Path.Combine(_root.FullName, "model"));

    private string[] Arguments => ["--package", _package.Directory, "--address", "127.0.0.1", "--port", "0"];

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData(15)]
    [InlineData(2)]
    public async Task A_signal_ends_the_service_with_exit_code_0_within_10_seconds_and_requests_in_flight_are_answered(int signal)
    {
        await using var service = ServiceProcess.Start(Arguments);
        var address = await service.AddressAsync();
        await service.LineWithAsync("ready: delay");
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, address.Port, TestContext.Current.CancellationToken);
        await socket.SendAsync(Text($"POST /v1/predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {Row.Length}\r\n\r\n{Row[..10]}"), TestContext.Current.CancellationToken);
        await Task.Delay(200, TestContext.Current.CancellationToken);
        var watch = Stopwatch.StartNew();

        service.Signal(signal);
        await service.LineWithAsync("stopping: not ready any more");
        await Task.Delay(300, TestContext.Current.CancellationToken);
        await socket.SendAsync(Text(Row[10..]), TestContext.Current.CancellationToken);
        var answer = new byte[1_000];
        var length = await socket.ReceiveAsync(answer, TestContext.Current.CancellationToken);

        Encoding.UTF8.GetString(answer, 0, length).Should().StartWith("HTTP/1.1 200").And.Contain("\"label\":\"late\"");
        (await service.ExitAsync()).ExitCode.Should().Be(0);
        watch.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_client_that_never_finishes_does_not_hold_the_service_beyond_10_seconds()
    {
        await using var service = ServiceProcess.Start(Arguments);
        var address = await service.AddressAsync();
        await service.LineWithAsync("ready: delay");
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, address.Port, TestContext.Current.CancellationToken);
        await socket.SendAsync(Text("POST /v1/predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"), TestContext.Current.CancellationToken);
        await Task.Delay(200, TestContext.Current.CancellationToken);
        var watch = Stopwatch.StartNew();

        service.Signal(15);

        (await service.ExitAsync()).ExitCode.Should().Be(0);
        watch.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task While_draining_the_service_is_not_ready_but_answers()
    {
        await using var service = ServiceProcess.Start([.. Arguments, "--drain-seconds", "3"]);
        using var client = await service.ClientAsync();
        await service.LineWithAsync("ready: delay");

        service.Signal(15);
        await service.LineWithAsync("stopping");
        using var ready = await client.GetAsync(new Uri("/health/ready", UriKind.Relative), TestContext.Current.CancellationToken);
        using var content = new StringContent(Row, Encoding.UTF8, "application/json");
        using var prediction = await client.PostAsync(new Uri("/v1/predict", UriKind.Relative), content, TestContext.Current.CancellationToken);

        ready.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        prediction.StatusCode.Should().Be(HttpStatusCode.OK);
        prediction.Headers.ConnectionClose.Should().BeTrue("a connection that stays open would be one to lose a request on");
        (await service.ExitAsync()).ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task The_end_of_standard_input_ends_the_service_if_it_was_told_so()
    {
        await using var service = ServiceProcess.Start([.. Arguments, "--exit-with-parent"]);
        await service.LineWithAsync("ready: delay");

        service.Process.StandardInput.Close();

        (await service.ExitAsync()).ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task The_health_check_tells_ready_by_its_exit_code()
    {
        var port = FreePort();
        var environment = new Dictionary<string, string> { ["PORT"] = port.ToString(CultureInfo.InvariantCulture), ["MODEL_PACKAGE"] = _package.Directory, ["MODEL_DIGEST"] = _package.Digest.ToString() };
        await using var service = ServiceProcess.Start([], environment);
        await service.LineWithAsync("ready: delay");

        (await ServiceProcess.RunAsync(["--healthcheck"], environment)).Should().Be((0, string.Empty));
        service.Signal(15);
        await service.ExitAsync();
        var stopped = await ServiceProcess.RunAsync(["--healthcheck"], environment);

        stopped.ExitCode.Should().Be(1);
        stopped.Error.Should().Contain($"http://127.0.0.1:{port}/health/ready does not answer");
    }

    [Theory]
    [InlineData("--prot 80", "Unknown option '--prot'")]
    [InlineData("--port eighty", "--port (PORT) must be a whole number from 0 to 65535, not 'eighty'.")]
    [InlineData("--port 65536 --max-rows 0", "--max-rows (MAX_ROWS) must be a whole number from 1 to 1000000, not '0'.")]
    [InlineData("--port", "--port needs a value.")]
    [InlineData("--port 1 --port 2", "--port is given twice.")]
    [InlineData("--address example", "--address (ADDRESS) must be an IP address such as 127.0.0.1, not 'example'.")]
    [InlineData("--expect-digest abc", "--expect-digest (MODEL_DIGEST) must be sha256: and 64 lower-case hex digits, not 'abc'.")]
    [InlineData("--healthcheck --port 0", "--healthcheck needs the service's own port")]
    public async Task A_wrong_option_is_one_line_and_exit_code_64(string arguments, string message)
    {
        var (exitCode, error) = await ServiceProcess.RunAsync(arguments.Split(' '));

        exitCode.Should().Be(64);
        error.Should().Contain(message);
        error.TrimEnd().Should().NotContain("\n");
    }

    [Fact]
    public async Task A_missing_damaged_or_unexpected_package_is_one_line_and_exit_code_1()
    {
        await ShouldFail([.. Arguments, "--expect-digest", Digest.OfText("other").ToString()], $"delay:{_package.Version} with the digest {_package.Digest}; {Digest.OfText("other")} is expected");
        await ShouldFail(["--address", "127.0.0.1", "--port", "0", "--package", Path.Combine(_root.FullName, "nothing")], "is not a model package: it has no manifest.json");

        await File.AppendAllTextAsync(_package.OnnxPath, "x", TestContext.Current.CancellationToken);
        await ShouldFail(Arguments, "model.onnx has sha256:");
    }

    [Fact]
    public async Task A_graph_that_ONNX_Runtime_cannot_load_is_one_line_and_exit_code_1()
    {
        TestModel.WritePackage(_package.Directory, onnx: [1, 2, 3]);

        await ShouldFail(Arguments, "ONNX Runtime cannot load");
    }

    [Fact]
    public async Task A_package_that_lacks_a_file_is_one_line_and_exit_code_1()
    {
        File.Delete(_package.OnnxPath);

        await ShouldFail(Arguments, "is not the package that its manifest describes: model.onnx is missing.");
    }

    [Fact]
    public async Task A_model_for_another_task_is_one_line_and_exit_code_1()
    {
        PackageWriter.Seal(_package.Directory, TestModel.Manifest with { Task = "regression" });

        await ShouldFail(Arguments, "is a model for the task 'regression', and its outputs are those of the task 'binary'.");
    }

    [Fact]
    public async Task A_model_for_a_task_that_nobody_serves_is_one_line_and_exit_code_1()
    {
        PackageWriter.Seal(_package.Directory, TestModel.Manifest with { Task = "ranking" });

        await ShouldFail(Arguments, "is a model for the task 'ranking'; this service serves binary, multiclass, regression and nothing else.");
    }

    [Fact]
    public async Task A_graph_that_answers_otherwise_than_its_manifest_says_is_one_line_and_exit_code_1()
    {
        var package = TestModel.WriteClassesPackage(_package.Directory);
        File.Delete(Path.Combine(package.Directory, PackageFiles.Reference));
        PackageWriter.Seal(_package.Directory, package.Manifest with { Outputs = new MulticlassOutputs(["early", "late"]), Files = [] });

        await ShouldFail(Arguments, "answers 'probabilities' with 3 numbers a row; its manifest says 'probabilities' with 2.");
    }

    [Fact]
    public async Task A_graph_of_newer_operators_or_format_is_one_line_and_exit_code_1()
    {
        TestModel.WritePackage(_package.Directory, onnx: TestModel.Onnx(opset: 99));
        await ShouldFail(Arguments, "asks for the operator sets ai.onnx 99, ai.onnx.ml 3; ONNX Runtime 1.");

        TestModel.WritePackage(_package.Directory, onnx: TestModel.Onnx(irVersion: 99));
        await ShouldFail(Arguments, "asks for version 99 of the ONNX format; ONNX Runtime 1.");
    }

    [Fact]
    public async Task A_graph_that_takes_other_columns_than_the_schema_has_is_one_line_and_exit_code_1()
    {
        var schema = new FeatureSchema([.. TestModel.Schema.Features.Where(feature => feature.Name != "destination")]);
        TestModel.WritePackage(_package.Directory, schema: schema);

        await ShouldFail(Arguments, "takes the inputs [destination: String, numeric_features: Float, origin: String], the schema has [numeric_features: Float, origin: String].");
    }

    [Fact]
    public async Task A_graph_without_the_output_is_one_line_and_exit_code_1()
    {
        TestModel.WritePackage(_package.Directory, onnx: TestModel.Onnx(outputName: "score_of_it"));

        await ShouldFail(Arguments, "has no output 'probability' or 'prediction' of type Float [N], and no output 'probabilities' of type Float [N, classes] (it has [score_of_it: Float [-1]]).");
    }

    [Fact]
    public async Task A_model_that_answers_its_golden_sample_otherwise_never_gets_ready()
    {
        var golden = TestModel.Golden(7, "ATL", 500, "LAX");
        TestModel.WritePackage(_package.Directory, golden: [golden with { Probability = golden.Probability + 2e-5f }]);

        await ShouldFail(Arguments, "does not answer its golden sample as it should: probability 0.");
    }

    [Fact]
    public async Task A_port_in_use_is_one_line_and_exit_code_1()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        await ShouldFail(["--package", _package.Directory, "--address", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture)], $"cannot listen on http://127.0.0.1:{port}: ");
    }

    private static async Task ShouldFail(string[] arguments, string message)
    {
        await using var service = ServiceProcess.Start(arguments);
        var (exitCode, error) = await service.ExitAsync();

        exitCode.Should().Be(1);
        service.Output.Should().NotContain(" at Microsoft.", "a stack trace helps nobody who runs the service");
        error.Should().Contain(message);
        error.TrimEnd().Should().NotContain("\n");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
