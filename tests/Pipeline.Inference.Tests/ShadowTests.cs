using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.ModelLoading;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Shadow;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Inference.Tests;

public sealed class ShadowTests : IDisposable
{
    private const string Row = """{"hour":7,"origin":"ATL","distance":500,"destination":"LAX"}""";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("shadow ");

    private string Shadow => Path.Combine(_root.FullName, "shadow");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task Categories_and_columns_are_matched_by_name_so_that_the_same_model_coded_otherwise_agrees()
    {
        var package = TestModel.WritePackage(Shadow, schema: new FeatureSchema([.. TestModel.Schema.Features.Reverse().OrderBy(feature => feature.Kind == FeatureKind.Categorical ? 0 : 1).ThenBy(feature => feature.Name == "hour" ? 0 : 1)
            .Select(feature => feature.Categories is null ? feature : feature with { Categories = [.. feature.Categories.Reverse()] })]));
        await using var service = await StartAsync();

        using var response = await service.PredictAsync("""{"rows":[{"hour":7,"origin":"ORD","distance":500,"destination":"LAX"},{"hour":22.5,"origin":"Zürich \"Ost\"","destination":"DEN"},{"hour":1,"origin":"never seen","destination":null},{"hour":23,"origin":"ATL","distance":31,"destination":"nowhere"}]}""");
        response.StatusCode.Should().Be(HttpStatusCode.OK);

        var labels = $"model=\"delay\",version=\"{service.Package.Version}\",shadow_version=\"{package.Version}\"";
        var metrics = await MetricsWith(service, $"shadow_rows_total{{{labels}}} 4\n");
        package.Version.Should().NotBe(service.Package.Version);
        metrics.Should().Contain($"shadow_agreement_total{{{labels},agree=\"true\"}} 4\n").And.Contain($"shadow_agreement_total{{{labels},agree=\"false\"}} 0\n")
            .And.Contain($"shadow_probability_difference_count{{{labels}}} 4\n").And.Contain($"shadow_dropped_total{{{labels},reason=\"full\"}} 0\n").And.Contain($"shadow_errors_total{{{labels}}} 0\n")
            .And.Contain($"shadow_compute_duration_seconds_count{{{labels}}}").And.Contain($"shadow_info{{{labels},shadow_sha256=\"{package.Digest.Hex}\"}} 1\n");
        Value(metrics, "shadow_probability_difference_sum").Should().BeLessThan(1e-6);
    }

    [Fact]
    public async Task A_value_that_only_the_shadow_knows_reaches_it()
    {
        WriteShadowThatKnowsXyz();
        await using var service = await StartAsync();

        using var response = await service.PredictAsync("""{"hour":22,"origin":"XYZ","distance":100,"destination":"LAX"}""");

        var metrics = await MetricsWith(service, "} 1\n", "shadow_rows_total");
        Value(metrics, "shadow_probability_difference_sum").Should().BeApproximately(TestModel.Probability(22, "ORD", 100, "LAX") - TestModel.Probability(22, "XYZ", 100, "LAX"), 1e-6);
    }

    [Fact]
    public async Task A_shadow_that_disagrees_changes_no_answer()
    {
        WriteShadowThatKnowsXyz();
        await using var plain = await RunningService.StartAsync();
        await using var service = await StartAsync();

        using var expected = await plain.PredictAsync("""{"hour":5,"origin":"ORD","distance":100,"destination":"LAX"}""");
        using var response = await service.PredictAsync("""{"hour":5,"origin":"ORD","distance":100,"destination":"LAX"}""");

        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Be(await expected.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        (await MetricsWith(service, "agree=\"false\"} 1\n")).Should().NotContain("inference_rows_total{model=\"delay\",version=\"" + service.Package.Version + "\"} 2");
    }

    [Fact]
    public async Task Missing_values_that_the_shadow_must_have_are_dropped_and_counted()
    {
        var strict = new FeatureSchema([.. TestModel.Schema.Features.Select(feature => feature with { AllowsMissing = false })]);
        TestModel.WritePackage(Shadow, schema: strict, golden: [TestModel.Golden(7, "ATL", 500, "LAX")]);
        await using var service = await StartAsync();

        using var response = await service.PredictAsync("""{"rows":[{"hour":7,"origin":"ATL","destination":"LAX"},{"hour":7,"origin":"ATL","distance":1},{"hour":7,"origin":"ATL","distance":1,"destination":"LAX"}]}""");

        (await MetricsWith(service, "reason=\"missing\"} 2\n")).Should().Contain("reason=\"full\"} 0\n");
        await MetricsWith(service, "} 1\n", "shadow_rows_total");
    }

    [Fact]
    public void A_shadow_with_columns_that_requests_do_not_have_is_refused_unless_they_may_be_missing()
    {
        FeatureSchema Of(params Feature[] features) => new(features);
        var hour = new Feature("hour", FeatureKind.Numeric, AllowsMissing: false);

        var refused = () => RowTranslation.Of(TestModel.Schema, Of(hour, new Feature("weather", FeatureKind.Categorical, AllowsMissing: false, ["sun"]), new Feature("origin", FeatureKind.Numeric, AllowsMissing: true)));
        var taken = () => RowTranslation.Of(TestModel.Schema, Of(new Feature("wind", FeatureKind.Numeric, AllowsMissing: true), new Feature("weather", FeatureKind.Categorical, AllowsMissing: true, ["sun"])));

        refused.Should().Throw<InvalidDataException>().WithMessage("its columns cannot be filled*'origin' is numeric and categorical in the served model; 'weather' must have a value, and the served model has no such column*");
        taken.Should().NotThrow();
    }

    [Fact]
    public async Task A_broken_shadow_is_counted_touches_nothing_and_is_replaced_by_a_good_one()
    {
        TestModel.WritePackage(Shadow, onnx: [1, 2, 3]);
        await using var service = await ServiceAsync();
        await MetricsWith(service, "shadow_load_failures_total 1\n");

        using var response = await service.PredictAsync(Row);
        TestModel.WritePackage(Shadow);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        await MetricsWith(service, "shadow_info{");
    }

    [Theory]
    [InlineData("digest")]
    [InlineData("golden")]
    [InlineData("missing")]
    public async Task A_shadow_that_is_not_what_it_should_be_is_not_used(string fault)
    {
        var golden = TestModel.Golden(7, "ATL", 500, "LAX");
        if (fault != "missing")
        {
            TestModel.WritePackage(Shadow, golden: [fault == "golden" ? golden with { Probability = 0.1f } : golden]);
        }

        await using var service = await ServiceAsync(shadow => shadow with { ExpectedDigest = fault == "digest" ? Digest.OfText("other") : null });

        (await MetricsWith(service, "shadow_load_failures_total 1\n")).Should().NotContain("shadow_info{");
        service.App.Services.GetRequiredService<ShadowRunner>().IsActive.Should().BeFalse();
    }

    [Fact]
    public async Task A_link_to_another_package_swaps_the_shadow_and_its_series()
    {
        var packages = new List<PackagedModel>();
        for (var version = 0; version < 4; version++)
        {
            packages.Add(TestModel.WritePackage(Path.Combine(_root.FullName, $"v{version}"), golden: [TestModel.Golden(version, "ATL", 500, "LAX")]));
        }

        Directory.CreateSymbolicLink(Shadow, packages[0].Directory);
        await using var service = await StartAsync();

        foreach (var package in packages.Skip(1))
        {
            SwapLink(Shadow, package.Directory);
            using var response = await service.PredictAsync(Row);
            response.StatusCode.Should().Be(HttpStatusCode.OK);
            var metrics = await MetricsWith(service, $"shadow_version=\"{package.Version}\",shadow_sha256");
            await MetricsWithout(service, packages.Where(other => other != package).Select(other => other.Version));
        }
    }

    [Fact]
    public async Task A_hangup_has_the_package_looked_at_at_once()
    {
        var served = TestModel.WritePackage(Path.Combine(_root.FullName, "model"));
        TestModel.WritePackage(Shadow, golden: [TestModel.Golden(1, "ATL", 500, "LAX")]);

        // A test run that was started by nohup ignores hangups, and so would the service.
        string[] heedsHangups = ["env", "--default-signal=HUP"];
        await using var process = ServiceProcess.Start(["--package", served.Directory, "--address", "127.0.0.1", "--port", "0", "--shadow-package", Shadow, "--shadow-poll-seconds", "3600"], wrapper: heedsHangups);
        await process.LineWithAsync("shadow loaded: delay");

        var second = TestModel.WritePackage(Shadow, golden: [TestModel.Golden(2, "ATL", 500, "LAX")]);
        process.Signal(1);

        (await process.LineWithAsync("shadow loaded: delay")).Should().Contain(second.Digest.ToString());
        process.Signal(15);
        (await process.ExitAsync()).ExitCode.Should().Be(0);
    }

    [Fact]
    public async Task What_finds_no_room_is_counted_and_every_row_is_either_scored_or_dropped()
    {
        const int Offered = 50_000;
        TestModel.WritePackage(Shadow);
        await using var service = await StartAsync();
        var runner = service.App.Services.GetRequiredService<ShadowRunner>();
        var model = service.App.Services.GetRequiredService<ModelSlot>().Current!;
        var exchange = new Exchange(model);
        exchange.Rows.AddRow();
        model.Runs.Score(exchange, TestContext.Current.CancellationToken);

        for (var request = 0; request < Offered; request++)
        {
            runner.Offer(exchange);
        }

        await LoggedFiles.Until(() => Metrics(service).GetAwaiter().GetResult() is var metrics && Value(metrics, "shadow_rows_total") + Sum(metrics, "shadow_dropped_total") == Offered, "each row has its fate");
        Sum(await Metrics(service), "shadow_dropped_total").Should().BeGreaterThan(0);
    }

    [Fact]
    public void The_options_are_read_strictly()
    {
        var (options, _) = InferenceOptions.Read(["--shadow-package", "/shadow", "--shadow-poll-seconds", "9"], name => name == "SHADOW_DIGEST" ? Digest.OfText("x").ToString() : null);
        var (_, faults) = InferenceOptions.Read(["--shadow-poll-seconds", "0", "--shadow-expect-digest", "x"], _ => null);

        options!.Shadow.Should().Be(new ShadowOptions("/shadow") { ExpectedDigest = Digest.OfText("x"), Poll = TimeSpan.FromSeconds(9) });
        faults.Should().HaveCount(2);
    }

    /// <summary>The test model, but its graph and schema know XYZ instead of ORD, with ORD's code.</summary>
    private void WriteShadowThatKnowsXyz()
    {
        var onnx = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(TestModel.Onnx()).Replace("ORD", "XYZ", StringComparison.Ordinal));
        var schema = new FeatureSchema([.. TestModel.Schema.Features.Select(feature => feature.Name == "origin" ? feature with { Categories = ["ATL", "XYZ", "Zürich \"Ost\""] } : feature)]);
        TestModel.WritePackage(Shadow, golden: [TestModel.Golden(7, "ATL", 500, "LAX")], onnx: onnx, schema: schema);
    }

    private Task<RunningService> ServiceAsync(Func<ShadowOptions, ShadowOptions>? settings = null)
    {
        var shadow = new ShadowOptions(Shadow) { Poll = TimeSpan.FromSeconds(1) };
        return RunningService.StartAsync(options => options with { Shadow = settings?.Invoke(shadow) ?? shadow });
    }

    private async Task<RunningService> StartAsync()
    {
        var service = await ServiceAsync();
        await MetricsWith(service, "shadow_info{");
        await LoggedFiles.Until(() => service.App.Services.GetRequiredService<ShadowRunner>().IsActive, "the shadow is loaded");
        return service;
    }

    private static void SwapLink(string link, string target)
    {
        Directory.CreateSymbolicLink(link + ".new", target);
        Rename(link + ".new", link).Should().Be(0);
    }

    // .NET's own moves look where a link points.
    [DllImport("libc", EntryPoint = "rename", CharSet = CharSet.Ansi, BestFitMapping = false)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Rename([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);

    private static async Task<string> Metrics(RunningService service)
    {
        using var response = await service.GetAsync("/metrics");
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<string> MetricsWith(RunningService service, string text, string series = "")
    {
        var metrics = string.Empty;
        await LoggedFiles.Until(() => (metrics = Metrics(service).GetAwaiter().GetResult()).Split('\n').Any(line => line.StartsWith(series, StringComparison.Ordinal) && (line + "\n").Contains(text, StringComparison.Ordinal)), $"{series} {text} in the metrics");
        return metrics;
    }

    private static Task MetricsWithout(RunningService service, IEnumerable<string> versions) =>
        LoggedFiles.Until(() => Metrics(service).GetAwaiter().GetResult() is var metrics && !versions.Any(version => metrics.Contains($"shadow_version=\"{version}\"", StringComparison.Ordinal)), "old versions are gone");

    private static double Value(string metrics, string name) => Values(metrics, name).Single();

    private static double Sum(string metrics, string name) => Values(metrics, name).Sum();

    private static IEnumerable<double> Values(string metrics, string name) => metrics.Split('\n').Where(line => line.StartsWith(name + "{", StringComparison.Ordinal))
        .Select(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
}
