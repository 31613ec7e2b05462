using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Delivery.SmokeTests;
using Pipeline.Inference;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.ModelLoading;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Delivery.Tests.SmokeTests;

public sealed class SmokeChecksTests(TrainedStore trained) : IDisposable
{
    private const string HostileValues = "hostile values";

    private static readonly FeatureSchema Schema = new(
    [
        new Feature("hour", FeatureKind.Numeric, AllowsMissing: false, Minimum: 0, Maximum: 23),
        new Feature("origin", FeatureKind.Categorical, AllowsMissing: true, Categories: ["ATL", "never seen in training"]),
    ]);

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("smoke's [1] ");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task A_service_that_answers_or_refuses_hostile_values_passes_and_the_check_counts_them()
    {
        await using var service = new FakeService(Package(Schema), row => row["hour"] is JsonValue value && value.GetValueKind() == JsonValueKind.Number ? FakeService.Answer.Of("0.25") : FakeService.Answer.Refusal);

        var checks = await RunAsync(service, Package(Schema));

        checks.Select(check => check.Name).Should().Equal("ready within 10 s", "serves the package", "golden predictions", "malformed request is refused", HostileValues, "metrics", "SIGTERM ends it within 10 s");
        checks.Should().OnlyContain(check => check.Passed);
        checks[4].Detail.Should().Be("19 requests: 13 answered, 6 refused with 400");
    }

    [Fact]
    public async Task One_field_is_changed_at_a_time_to_each_value_that_no_client_should_send()
    {
        await using var service = new FakeService(Package(Schema), _ => FakeService.Answer.Refusal);

        await RunAsync(service, Package(Schema));

        var golden = Golden(Schema);
        service.Rows.Should().OnlyContain(row => row.Count(field => !JsonNode.DeepEquals(field.Value, golden[field.Key])) + golden.Count(field => !row.ContainsKey(field.Key)) <= 1);
        foreach (var name in (string[])["hour", "origin"])
        {
            var values = service.Rows.Where(row => row.ContainsKey(name) && !JsonNode.DeepEquals(row[name], golden[name])).Select(row => row[name]?.ToJsonString() ?? "null").ToList();
            values.Should().Contain(["null", "\"\"", $"\"{new string('x', 10_000)}\"", "3.4028235E+38", "-3.4028235E+38", "1E+300"]).And.Contain(value => value.StartsWith('['));
            values.Should().Contain(name == "hour" ? "\"never seen in training\"" : "\"never seen in training!\"", "training saw the former of 'origin'");
            service.Rows.Should().ContainSingle(row => !row.ContainsKey(name));
        }

        service.Rows.Should().ContainSingle(row => row.ContainsKey("no such column"));
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("2.0")]
    [InlineData("-0.001")]
    [InlineData("1e400")]
    [InlineData("null")]
    [InlineData("\"0.5\"")]
    public async Task A_probability_that_is_none_fails_and_the_field_is_named(string probability)
    {
        await using var service = new FakeService(Package(Schema), row => row["hour"]?.ToJsonString() == "3.4028235E+38" ? FakeService.Answer.Of(probability) : FakeService.Answer.Refusal);

        var checks = await RunAsync(service, Package(Schema));

        Hostile(checks).Passed.Should().BeFalse();
        Hostile(checks).Detail.Should().StartWith("1 of 19 requests have a wrong answer: 'hour' is the greatest 32-bit number: no probability ").And.Contain(probability);
    }

    [Fact]
    public async Task An_error_of_the_service_fails_and_few_of_many_are_told()
    {
        await using var service = new FakeService(Package(Schema), _ => new FakeService.Answer(500, "{}"));

        var checks = await RunAsync(service, Package(Schema));

        Hostile(checks).Should().Be(new SmokeCheck(
            HostileValues,
            Passed: false,
            "19 of 19 requests have a wrong answer: 'hour' is null: 500, wanted 200 or 400; 'hour' is a category that training never saw: 500, wanted 200 or 400; 'hour' is an empty text: 500, wanted 200 or 400; …"));
    }

    [Fact]
    public async Task A_refusal_that_is_no_problem_document_fails()
    {
        await using var service = new FakeService(Package(Schema), row => row.ContainsKey("no such column") ? new FakeService.Answer(400, "no", "text/plain") : FakeService.Answer.Refusal);

        var checks = await RunAsync(service, Package(Schema));

        Hostile(checks).Detail.Should().Be("1 of 19 requests have a wrong answer: a column that the model does not have: the refusal is text/plain, wanted application/problem+json");
    }

    [Fact]
    public async Task A_broken_connection_fails_and_the_field_is_named()
    {
        await using var service = new FakeService(Package(Schema), row => row["origin"]?.GetValueKind() == JsonValueKind.Array ? new FakeService.Answer(0, string.Empty) : FakeService.Answer.Refusal);

        var checks = await RunAsync(service, Package(Schema));

        Hostile(checks).Passed.Should().BeFalse();
        Hostile(checks).Detail.Should().StartWith("'origin' is a list: no answer: ");
    }

    [Fact]
    public async Task A_service_that_hostile_values_spoil_fails_though_it_answered_all()
    {
        FakeService? service = null;
        service = new FakeService(Package(Schema), _ =>
        {
            service!.IsSpoilt = true;
            return FakeService.Answer.Refusal;
        });
        await using var running = service;

        var checks = await RunAsync(service, Package(Schema));

        Hostile(checks).Passed.Should().BeFalse();
        Hostile(checks).Detail.Should().Contain("row 0: ").And.Contain("instead of 0.75 (late)");
    }

    [Fact]
    public async Task A_wide_model_is_asked_about_some_of_its_columns_from_the_first_to_near_the_last()
    {
        var wide = new FeatureSchema([.. Enumerable.Range(0, 2_000).Select(i => new Feature(FormattableString.Invariant($"c{i}"), FeatureKind.Numeric, AllowsMissing: false, Minimum: 0, Maximum: 1))]);
        await using var service = new FakeService(Package(wide), _ => FakeService.Answer.Refusal);

        var checks = await RunAsync(service, Package(wide));

        Hostile(checks).Should().Be(new SmokeCheck(HostileValues, Passed: true, "199 requests: 0 answered, 199 refused with 400"));
        var missing = service.Rows.Where(row => row.Count < 2_000).Select(row => wide.Features.First(feature => !row.ContainsKey(feature.Name)).Name).ToList();
        missing.Should().HaveCount(22).And.StartWith(["c0", "c90", "c181"]).And.EndWith("c1909");
    }

    [Fact]
    public async Task The_service_itself_bears_them()
    {
        using var stages = trained.Copy();
        var package = (await stages.PackageAsync()).Stored.Package;
        await using var service = InferenceService.Create(new InferenceOptions { PackageDirectory = package.Directory, Address = IPAddress.Loopback, Port = 0 }, TimeProvider.System);
        await service.StartAsync(Token);
        service.Services.GetRequiredService<ModelLoader>().Load();

        await using var target = new InProcess(service);
        var checks = await RunAsync(target, package);

        checks.Should().OnlyContain(check => check.Passed);
        // Of a number the greatest and the least, of a category any text: a value that is missing was never seen in training.
        Hostile(checks).Detail.Should().Be("37 requests: 10 answered, 27 refused with 400");
    }

    [Theory]
    [InlineData(ModelTask.Multiclass)]
    [InlineData(ModelTask.Regression)]
    public async Task The_service_bears_them_with_a_model_of_another_task(string task)
    {
        var package = task == ModelTask.Multiclass ? TestModel.WriteClassesPackage(_root.FullName) : TestModel.WriteNumberPackage(_root.FullName);
        await using var service = InferenceService.Create(new InferenceOptions { PackageDirectory = package.Directory, Address = IPAddress.Loopback, Port = 0 }, TimeProvider.System);
        await service.StartAsync(Token);
        service.Services.GetRequiredService<ModelLoader>().Load();

        await using var target = new InProcess(service);
        var checks = await RunAsync(target, package);

        checks.Should().OnlyContain(check => check.Passed);
        checks.Single(check => check.Name == "golden predictions").Detail.Should().StartWith("4 rows, off by at most ");
        Hostile(checks).Detail.Should().MatchRegex("^[0-9]+ requests: [1-9][0-9]* answered, [1-9][0-9]* refused with 400$");
    }

    [Theory]
    [InlineData("""{"probabilities":[0.25,0.75],"label":"early"}""", "no 3 probabilities that add up to 1: ")]
    [InlineData("""{"probabilities":[0.25,0.25,0.25],"label":"early"}""", "no 3 probabilities that add up to 1: ")]
    [InlineData("""{"probabilities":[1.5,-0.25,-0.25],"label":"early"}""", "no 3 probabilities that add up to 1: ")]
    [InlineData("""{"probabilities":[null,0.5,0.5],"label":"early"}""", "no 3 probabilities that add up to 1: ")]
    [InlineData("""{"probability":0.5,"label":"early"}""", "no 3 probabilities that add up to 1: ")]
    [InlineData("""{"probabilities":["0.5",0.25,0.25],"label":"early"}""", "no probabilities that are numbers: ")]
    public async Task Probabilities_that_are_none_fail(string answer, string fault)
    {
        var package = Package(Schema, new MulticlassOutputs(["early", "on time", "late"]), new GoldenRow(Golden(Schema)) { Probabilities = [0.25f, 0.5f, 0.25f], Label = "on time" });

        (await FaultOfHostileAsync(package, answer)).Should().StartWith($"1 of 19 requests have a wrong answer: 'hour' is the greatest 32-bit number: {fault}");
        (await FaultOfHostileAsync(package, """{"probabilities":[0.25,0.5,0.2500001],"label":"on time"}""")).Should().BeNull();
    }

    [Theory]
    [InlineData("""{"prediction":1e39}""", "no finite prediction: ")]
    [InlineData("""{"prediction":null}""", "no finite prediction: ")]
    [InlineData("""{"prediction":"7"}""", "no prediction that is a number: ")]
    public async Task A_number_that_is_none_fails(string answer, string fault)
    {
        var package = Package(Schema, new RegressionOutputs("delay", null), new GoldenRow(Golden(Schema)) { Prediction = -12.5f });

        (await FaultOfHostileAsync(package, answer)).Should().StartWith($"1 of 19 requests have a wrong answer: 'hour' is the greatest 32-bit number: {fault}");
        (await FaultOfHostileAsync(package, """{"prediction":-3.5e38}""")).Should().NotBeNull();
        (await FaultOfHostileAsync(package, """{"prediction":-3e38}""")).Should().BeNull();
    }

    private static async Task<string?> FaultOfHostileAsync(PackagedModel package, string answer)
    {
        await using var service = new FakeService(package, row => row["hour"]?.ToJsonString() == "3.4028235E+38" ? FakeService.Answer.OfRow(answer) : FakeService.Answer.Refusal);
        var check = Hostile(await RunAsync(service, package));
        return check.Passed ? null : check.Detail;
    }

    private static SmokeCheck Hostile(IReadOnlyList<SmokeCheck> checks) => checks.Single(check => check.Name == HostileValues);

    private static async Task<IReadOnlyList<SmokeCheck>> RunAsync(ISmokeTarget target, PackagedModel package)
    {
        using var checks = new SmokeChecks(target, package, TimeProvider.System);
        await checks.RunAsync(Token);
        return checks.Checks;
    }

    private static JsonObject Golden(FeatureSchema schema) =>
        new(schema.Features.Select(feature => KeyValuePair.Create<string, JsonNode?>(feature.Name, feature.Kind == FeatureKind.Numeric ? 7 : "ATL")));

    private PackagedModel Package(FeatureSchema schema) =>
        Package(schema, new BinaryOutputs("late", "on time", 0.25f), new GoldenRow(Golden(schema)) { Probability = 0.75f, Label = "late" });

    private PackagedModel Package(FeatureSchema schema, ModelOutputs outputs, GoldenRow golden)
    {
        var manifest = new Manifest(
            Manifest.CurrentSchemaVersion, "delay", outputs.Task, "lightgbm", schema, outputs, new Dictionary<string, double?>(),
            Digest.OfText("data"), Digest.OfText("definition"), Digest.OfText("code"), new Dictionary<string, string>(), []);
        File.WriteAllBytes(Path.Combine(_root.FullName, PackageFiles.Golden), PackageJson.Serialize(new GoldenSample([golden])));
        return new PackagedModel(_root.FullName, manifest, Digest.OfText("package"));
    }

    private sealed class InProcess(WebApplication service) : ISmokeTarget
    {
        public Task<Uri?> TryGetAddressAsync(CancellationToken cancellationToken) =>
            Task.FromResult<Uri?>(new Uri(service.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()));

        public Task<bool> HasExitedAsync(CancellationToken cancellationToken) => Task.FromResult(false);

        public async Task<int?> TerminateAsync(TimeSpan patience, CancellationToken cancellationToken)
        {
            await service.StopAsync(cancellationToken);
            return 0;
        }

        public Task<string> LogTailAsync(CancellationToken cancellationToken) => Task.FromResult(string.Empty);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
