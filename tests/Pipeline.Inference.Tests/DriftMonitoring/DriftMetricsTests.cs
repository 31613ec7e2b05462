using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Drift;
using Pipeline.Inference.DriftMonitoring;
using Pipeline.Inference.ModelLoading;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Inference.Tests.DriftMonitoring;

public sealed partial class DriftMetricsTests
{
    private static readonly string[] States = ["ok", "missing", "not_finite", "below_range", "above_range", "unseen"];

    [Fact]
    public async Task Every_bin_state_and_label_is_there_with_0_as_soon_as_the_model_is_loaded()
    {
        await using var service = await RunningService.StartAsync();

        var samples = await SamplesAsync(service);

        var expected = TestModelReference.Profile.Features.SelectMany(feature => Enumerable.Range(0, feature.Bins.Count)
                .Select(bin => Name(service, DriftMetrics.FeatureBinTotal, $",feature=\"{feature.Name}\",bin=\"{bin}\""))
                .Concat(States.Select(state => Name(service, DriftMetrics.FeatureValueTotal, $",feature=\"{feature.Name}\",state=\"{state}\""))))
            .Concat(Enumerable.Range(0, TestModelReference.Profile.Predictions.Bins.Count).Select(bin => Name(service, DriftMetrics.PredictionBinTotal, $",bin=\"{bin}\"")))
            .Concat(new[] { "late", "on time" }.Select(label => Name(service, DriftMetrics.PredictedLabelTotal, $",label=\"{label}\"")))
            .ToList();
        var counters = samples.Where(sample => IsCounter(sample.Key)).ToDictionary();
        counters.Keys.Should().BeEquivalentTo(expected);
        counters.Values.Should().OnlyContain(value => value == 0);
    }

    [Fact]
    public async Task The_reference_is_published_by_the_same_bins()
    {
        await using var service = await RunningService.StartAsync();

        var samples = await SamplesAsync(service);

        foreach (var feature in TestModelReference.Profile.Features)
        {
            foreach (var (count, bin) in feature.Training.Bins.Select((count, bin) => (count, bin)))
            {
                samples[Name(service, DriftMetrics.ReferenceBin, $",feature=\"{feature.Name}\",bin=\"{bin}\"")].Should().Be(count);
            }
        }

        samples.Keys.Count(name => name.StartsWith(DriftMetrics.ReferenceBin, StringComparison.Ordinal)).Should().Be(TestModelReference.Profile.Features.Sum(feature => feature.Bins.Count));
    }

    [Fact]
    public async Task Requests_are_counted_value_by_value_and_refused_ones_are_not()
    {
        await using var service = await RunningService.StartAsync();
        using (var answer = await service.PredictAsync(Body(TestModelReference.TestRows)))
        using (var bare = await service.PredictAsync("""{"hour":-1,"origin":"ATL"}"""))
        using (var refused = await service.PredictAsync("""{"rows":[{"hour":1,"origin":"ATL"},{"hour":"x"}]}"""))
        {
            (answer.StatusCode, bare.StatusCode, refused.StatusCode).Should().Be((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.BadRequest));
        }

        var samples = await SamplesAsync(service);

        var rows = TestModelReference.TestRows.Count + 1;
        foreach (var feature in TestModelReference.Profile.Features)
        {
            var states = States.ToDictionary(state => state, state => samples[Name(service, DriftMetrics.FeatureValueTotal, $",feature=\"{feature.Name}\",state=\"{state}\"")]);
            states.Values.Sum().Should().Be(rows);
            Enumerable.Range(0, feature.Bins.Count).Sum(bin => samples[Name(service, DriftMetrics.FeatureBinTotal, $",feature=\"{feature.Name}\",bin=\"{bin}\"")])
                .Should().Be(rows - states["missing"] - states["not_finite"]);
        }

        Value("hour", "below_range").Should().Be(1);
        Value("hour", "above_range").Should().Be(1);
        Value("origin", "unseen").Should().Be(1);
        Value("distance", "missing").Should().Be(TestModelReference.TestRows.Count(row => row.Distance is null) + 1);
        Value("destination", "missing").Should().Be(TestModelReference.TestRows.Count(row => row.Destination is null) + 1);
        samples[Name(service, DriftMetrics.FeatureBinTotal, ",feature=\"hour\",bin=\"0\"")].Should().Be(TestModelReference.Profile.Features[0].Test.Bins[0] + 1);
        samples.Where(sample => sample.Key.StartsWith(DriftMetrics.PredictionBinTotal, StringComparison.Ordinal)).Sum(sample => sample.Value).Should().Be(rows);
        samples[Name(service, DriftMetrics.PredictedLabelTotal, ",label=\"late\"")].Should().Be(TestModelReference.TestRows.Count(row => row.Probability >= 0.5f));
        samples.Where(sample => sample.Key.StartsWith(DriftMetrics.PredictedLabelTotal, StringComparison.Ordinal)).Sum(sample => sample.Value).Should().Be(rows);

        double Value(string feature, string state) => samples[Name(service, DriftMetrics.FeatureValueTotal, $",feature=\"{feature}\",state=\"{state}\"")];
    }

    [Fact]
    public async Task A_package_without_a_reference_profile_is_served_without_drift_metrics()
    {
        await using var service = await RunningService.StartAsync(hasReference: false);
        using var answer = await service.PredictAsync("""{"hour":1,"origin":"ATL"}""");
        answer.StatusCode.Should().Be(HttpStatusCode.OK);

        var samples = await SamplesAsync(service);

        samples.Keys.Should().NotContain(name => IsCounter(name) || name.StartsWith(DriftMetrics.ReferenceBin, StringComparison.Ordinal));
        samples.Keys.Should().ContainSingle(name => name.StartsWith("model_info{", StringComparison.Ordinal)).Which.Should().Contain(",reference_sha256=\"\",");
        service.App.Services.GetRequiredService<ModelSlot>().Current!.Drift.Should().BeNull();
    }

    [Fact]
    public async Task That_nothing_is_counted_is_told_in_one_line_of_the_log()
    {
        var root = Directory.CreateTempSubdirectory("inference ");
        try
        {
            var package = TestModel.WritePackage(Path.Combine(root.FullName, "model"), hasReference: false);
            await using var service = ServiceProcess.Start(["--package", package.Directory, "--address", "127.0.0.1", "--port", "0"]);
            await service.LineWithAsync("ready: delay");

            service.Output.Split('\n').Should().ContainSingle(line => line.Contains("reference.json", StringComparison.Ordinal)).Which.Should().Contain($"delay {package.Digest} has no reference.json");
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_reference_profile_of_another_model_is_refused()
    {
        await using var service = await RunningService.ListenAsync();
        var other = TestModelReference.Profile with { Features = [.. TestModelReference.Profile.Features.Reverse()] };
        await File.WriteAllBytesAsync(Path.Combine(service.Package.Directory, PackageFiles.Reference), PackageJson.Serialize(other), TestContext.Current.CancellationToken);
        PackageWriter.Seal(service.Package.Directory, TestModel.Manifest);

        FluentActions.Invoking(service.LoadModel).Should().Throw<InvalidDataException>().WithMessage("*reference.json is no sound reference profile: it has the features [*");
    }

    [Fact]
    public async Task A_model_that_is_disposed_of_takes_its_series_with_it()
    {
        await using var service = await RunningService.ListenAsync();
        var counters = service.App.Services.GetRequiredService<DriftMetrics>().CountersOf(service.Package)!;
        (await SamplesAsync(service)).Keys.Should().Contain(name => IsCounter(name));

        counters.Dispose();

        (await SamplesAsync(service)).Keys.Should().NotContain(name => IsCounter(name) || name.StartsWith(DriftMetrics.ReferenceBin, StringComparison.Ordinal));
    }

    private static bool IsCounter(string name) => name.StartsWith("model_feature_", StringComparison.Ordinal) || name.StartsWith("model_predict", StringComparison.Ordinal);

    private static string Name(RunningService service, string metric, string labels) => $"{metric}{{model=\"delay\",version=\"{service.Package.Version}\"{labels}}}";

    private static string Body(IEnumerable<TestModelRow> rows) => new System.Text.Json.Nodes.JsonObject
    {
        ["rows"] = new System.Text.Json.Nodes.JsonArray([.. rows.Select(row => new System.Text.Json.Nodes.JsonObject
        {
            ["hour"] = row.Hour,
            ["origin"] = row.Origin,
            ["distance"] = row.Distance,
            ["destination"] = row.Destination,
        })]),
    }.ToJsonString();

    private static async Task<Dictionary<string, double>> SamplesAsync(RunningService service)
    {
        using var response = await service.GetAsync("/metrics");
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return Sample().Matches(text).ToDictionary(match => match.Groups["name"].Value, match => double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("^(?<name>model_[^\n]*) (?<value>[^ \n]+)$", RegexOptions.Multiline)]
    private static partial Regex Sample();
}
