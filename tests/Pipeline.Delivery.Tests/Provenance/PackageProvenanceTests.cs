using System.Text.Json.Nodes;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Packaging;
using Pipeline.Delivery.Provenance;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Provenance;

public sealed class PackageProvenanceTests(TrainedStore trained) : IDisposable
{
    private readonly Stages _stages = trained.Copy();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _stages.Dispose();

    [Fact]
    public async Task The_provenance_is_an_in_toto_statement_about_the_package_and_its_model()
    {
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);

        var model = await _stages.PackageAsync();

        var statement = Read(model);
        ((string?)statement["_type"]).Should().Be("https://in-toto.io/Statement/v1");
        ((string?)statement["predicateType"]).Should().Be("https://slsa.dev/provenance/v1");
        statement["subject"]!.AsArray().Select(Sha256).Should().Equal((SmallModel.Name, model.Stored.Package.Digest.Hex), ("model.onnx", model.Candidate.Digest.Hex));
        var build = statement["predicate"]!["buildDefinition"]!;
        ((string?)build["buildType"]).Should().Be("urn:ml-delivery-pipeline:train:v1");
        build["externalParameters"]!.ToJsonString().Should().Be(new JsonObject
        {
            ["model"] = SmallModel.Name,
            ["settings"] = DefinitionDigest.OfModel(_stages.Definition).ToString(),
            ["gates"] = DefinitionDigest.OfAllGates(_stages.Definition).ToString(),
        }.ToJsonString());
        build["resolvedDependencies"]!.AsArray().Select(Sha256).Should().Equal(
            ("dataset", model.Dataset.Digest.Hex),
            ("data/rows.csv", Digest.OfFile(Path.Combine(_stages.ModelDirectory, "data", "rows.csv")).Hex),
            ("model.yaml", Digest.OfFile(Path.Combine(_stages.ModelDirectory, "model.yaml")).Hex),
            ("golden-requests.json", Digest.OfFile(_stages.Definition.GoldenRequestsPath).Hex),
            ("pipeline sources", Stages.Code.Hex));
        var run = statement["predicate"]!["runDetails"]!;
        ((string?)run["builder"]!["id"]).Should().Be("urn:ml-delivery-pipeline:builder:local");
        run["metadata"]!["invocationId"].Should().BeNull("there is no page of a run on a person's machine");
        ((DateTimeOffset)run["metadata"]!["startedOn"]!).Should().BeAfter(before);
        ((DateTimeOffset)run["metadata"]!["finishedOn"]!).Should().BeOnOrAfter((DateTimeOffset)run["metadata"]!["startedOn"]!);
    }

    [Fact]
    public async Task A_clone_of_git_has_its_commit_and_says_whether_files_differ_from_it()
    {
        await File.WriteAllTextAsync(Path.Combine(_stages.Fixture.Root, "Directory.Packages.props"), "<Project />", Token);
        await GitAsync("init", "-q");
        await GitAsync("add", "-A", "models", "Directory.Packages.props");
        await GitAsync("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "-qm", "first");
        await GitAsync("config", "user.name", "Ada Lovelace");
        await GitAsync("config", "user.email", "ada@example.org");
        var commit = (await GitAsync("rev-parse", "HEAD")).Trim();

        var clean = await _stages.PackageAsync();
        await File.AppendAllTextAsync(_stages.Definition.GoldenRequestsPath, "\n", Token);
        var dirty = await _stages.PackageAsync();

        Source(clean).ToJsonString().Should().Be($$$"""{"name":"source","digest":{"gitCommit":"{{{commit}}}"}}""");
        Source(dirty).ToJsonString().Should().Be($$$"""{"name":"source","digest":{"gitCommit":"{{{commit}}}"},"annotations":{"uncommittedChanges":true}}""");
        Read(clean)["predicate"]!["buildDefinition"]!["resolvedDependencies"]!.AsArray().Select(Sha256).Should().Contain(("Directory.Packages.props", Digest.OfText("<Project />").Hex));
        PackageProvenance.TryReadPerson(clean.Stored.Package).Should().Be("Ada Lovelace <ada@example.org>");
    }

    [Fact]
    public async Task A_workflow_is_another_builder_and_links_its_run()
    {
        var variables = new Dictionary<string, string>
        {
            ["GITHUB_ACTIONS"] = "true",
            ["GITHUB_SERVER_URL"] = "https://github.example",
            ["GITHUB_REPOSITORY"] = "team/models",
            ["GITHUB_WORKFLOW_REF"] = "team/models/.github/workflows/deliver.yml@refs/heads/main",
            ["GITHUB_REF"] = "refs/heads/main",
            ["GITHUB_RUN_ID"] = "42",
            ["GITHUB_RUN_ATTEMPT"] = "2",
        };
        var recorder = new ProvenanceRecorder(_stages.Fixture.Root, TimeProvider.System, variables.GetValueOrDefault);
        var (dataset, candidate, evaluation) = await _stages.EvaluateAsync();
        var pass = await _stages.GateAsync();

        var stored = await new PackageStage(_stages.Runner, Stages.Code, recorder).RunAsync(dataset, candidate, evaluation, pass, _stages.Definition, Token);

        var run = JsonNode.Parse(await File.ReadAllTextAsync(stored.Package.ProvenancePath, Token))!["predicate"]!["runDetails"]!;
        ((string?)run["builder"]!["id"]).Should().Be("https://github.example/team/models/.github/workflows/deliver.yml@refs/heads/main");
        ((string?)run["metadata"]!["invocationId"]).Should().Be("https://github.example/team/models/actions/runs/42/attempts/2");
        BuilderIdentity.Find(variables.GetValueOrDefault).Source.Should().Be("git+https://github.example/team/models@refs/heads/main");
    }

    [Fact]
    public async Task A_restored_package_keeps_the_provenance_it_was_made_with()
    {
        var made = await File.ReadAllBytesAsync((await _stages.PackageAsync()).Stored.Package.ProvenancePath, Token);
        var later = new ProvenanceRecorder(_stages.Fixture.Root, new LateClock(), _ => null);
        var (dataset, candidate, evaluation) = await _stages.EvaluateAsync();

        var restored = await new PackageStage(_stages.Runner, Stages.Code, later).RunAsync(dataset, candidate, evaluation, await _stages.GateAsync(), _stages.Definition, Token);

        (await File.ReadAllBytesAsync(restored.Package.ProvenancePath, Token)).Should().Equal(made);
    }

    [Fact]
    public async Task The_person_is_unknown_without_a_provenance_and_another_packages_is_refused()
    {
        var package = (await _stages.PackageAsync()).Stored.Package;
        PackageProvenance.TryReadPerson(package).Should().NotBeNullOrEmpty();

        Reading(package with { Digest = Digest.OfText("other") }).Should().Throw<InvalidDataException>().WithMessage("*is the provenance of another package*");
        foreach (var content in new[] { "", "[]", "null", "{}", """{"subject":[1]}""" })
        {
            await File.WriteAllTextAsync(package.ProvenancePath, content, Token);
            Reading(package).Should().Throw<InvalidDataException>().WithMessage("*is no provenance*");
        }

        File.Delete(package.ProvenancePath);
        PackageProvenance.TryReadPerson(package).Should().BeNull();
    }

    private static Func<string?> Reading(PackagedModel package) => () => PackageProvenance.TryReadPerson(package);

    private static JsonNode Read(JudgedModel model) => JsonNode.Parse(File.ReadAllText(model.Stored.Package.ProvenancePath))!;

    private static JsonNode Source(JudgedModel model) => Read(model)["predicate"]!["buildDefinition"]!["resolvedDependencies"]!.AsArray().Single(dependency => (string?)dependency!["name"] == "source")!;

    private static (string Name, string Sha256) Sha256(JsonNode? resource) => ((string)resource!["name"]!, (string?)resource["digest"]!["sha256"] ?? string.Empty);

    private Task<string> GitAsync(params string[] arguments) => CommandLine.RunAsync("git", arguments, _stages.Fixture.Root, Token);

    private sealed class LateClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow.AddDays(3);
    }
}
