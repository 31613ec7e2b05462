using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Packaging;
using Pipeline.Drift;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Packaging;

public sealed class PackageStageTests(TrainedStore trained) : IDisposable
{
    private readonly Stages _stages = trained.Copy();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _stages.Dispose();

    [Fact]
    public async Task A_package_holds_the_model_its_card_its_golden_answers_and_a_manifest_that_lists_them()
    {
        var model = await _stages.PackageAsync();

        var package = model.Stored.Package;
        var manifest = package.Manifest;
        manifest.Files.Select(file => file.Path).Should().Equal("MLmodel", "bom.cdx.json", "conda.yaml", "gates.json", "golden.json", "input_example.json", "model-card.md", "model.onnx", "python_env.yaml", "reference.json", "requirements.txt", "serving_input_example.json");
        Directory.EnumerateFileSystemEntries(package.Directory).Select(Path.GetFileName).Should().BeEquivalentTo([.. manifest.Files.Select(file => file.Path), "manifest.json", "provenance.intoto.json"], "the provenance is a companion");
        manifest.Files.Single(file => file.Path == "model.onnx").Sha256.Should().Be(model.Candidate.Digest);
        manifest.Should().BeEquivalentTo(new
        {
            Name = SmallModel.Name,
            Task = "binary",
            model.Candidate.Report.Trainer,
            Outputs = new BinaryOutputs("won", "lost", 0.5f),
            Metrics = model.Evaluation.Report.Values(),
            DataDigest = model.Dataset.Digest,
            CodeDigest = Stages.Code,
        });
        manifest.Features.Features.Select(feature => feature.Name).Should().Equal("amount", "discount", "colour", "shop");
        manifest.Runtimes.Values.Should().OnlyContain(version => char.IsAsciiDigit(version[0]));
        (await File.ReadAllTextAsync(Path.Combine(package.Directory, "model-card.md"), Token)).Should().Contain("Will a bid be won?").And.Contain("600 rows of 2020-01-01 to 2020-02-29").And.Contain("| colour | categorical | no | 3 categories |");
        _stages.Fixture.Log.Should().Contain($"Package: {package} ({package.Digest})");
    }

    [Fact]
    public async Task Golden_answers_are_those_of_the_model_through_the_services_own_scorer()
    {
        var model = await _stages.PackageAsync();

        var golden = PackageReader.ReadGoldenSample(model.Stored.Package);

        var requests = GoldenRequests.Read(_stages.Definition.GoldenRequestsPath, model.Candidate.Schema);
        using var scorer = OnnxScorer.Load(model.Stored.Package.OnnxPath, model.Candidate.Schema);
        golden.Rows.Select(row => row.Probability!.Value).Should().Equal(scorer.Score(requests.Features, Token));
        golden.Rows.Select(row => row.Label).Should().Equal("lost", "won");
        golden.Rows.Select(row => row.Row.ToJsonString()).Should().Equal(requests.Rows.Select(row => row.ToJsonString()));
    }

    [Fact]
    public async Task The_reference_profile_counts_every_training_and_test_row_and_the_models_answers_to_them()
    {
        var model = await _stages.PackageAsync();

        var profile = PackageReader.ReadReferenceProfile(model.Stored.Package);

        var test = model.Dataset.Read(DataSplit.Test, Token);
        (profile.TrainingRows, profile.TestRows).Should().Be((600, test.Labels.Flags.Length));
        profile.Features.Select(feature => (feature.Name, feature.Bins.GetType())).Should().Equal(
            ("amount", typeof(QuantileBins)), ("discount", typeof(ValueBins)), ("colour", typeof(CategoryBins)), ("shop", typeof(CategoryBins)));
        var amount = profile.Features[0];
        (amount.Minimum, amount.Maximum).Should().Be((model.Candidate.Schema.Features[0].Minimum, model.Candidate.Schema.Features[0].Maximum));
        amount.Training.Bins.Should().HaveCount(10).And.OnlyContain(count => count >= 55 && count <= 65);
        amount.Test.Bins.Sum().Should().Be(test.Labels.Flags.Length);
        profile.Features[1].Training.Bins.Should().HaveCount(6).And.EndWith(0);
        profile.Features[2].Bins.Should().BeOfType<CategoryBins>().Which.Categories.Should().BeEquivalentTo("red", "green", "blue");
        using var scorer = OnnxScorer.Load(model.Stored.Package.OnnxPath, model.Candidate.Schema);
        var positives = scorer.Score(test.Features, Token).Count(probability => probability >= 0.5f);
        profile.Predictions.Test.Labels.Should().Equal(new Dictionary<string, long> { ["lost"] = test.Labels.Flags.Length - positives, ["won"] = positives });
        profile.Predictions.Outcomes!.Positive.Sum(cell => cell.Rows).Should().Be(positives);
        profile.Predictions.Outcomes.Positive.Concat(profile.Predictions.Outcomes.Negative).Sum(cell => cell.Positives).Should().Be(test.Labels.Flags.Count(label => label));
        profile.Labels!.Test["won"].Should().Be(test.Labels.Flags.Count(label => label));
        profile.Labels.Training.Values.Sum().Should().Be(600);
    }

    [Fact]
    public async Task A_feature_that_decides_is_important_and_one_that_is_ignored_is_not()
    {
        var model = await _stages.PackageAsync();

        var importance = PackageReader.ReadReferenceProfile(model.Stored.Package)!.Features.ToDictionary(feature => feature.Name, feature => feature.Importance!.Value);

        importance.Values.Max().Should().BeInRange(0.1, 0.6, "labels follow from it");
        importance.Values.Min().Should().BeInRange(-0.05, 0.05);
    }

    [Fact]
    public async Task Another_store_gets_the_same_digest()
    {
        using var other = new Stages();

        var elsewhere = await other.PackageAsync();
        var here = await _stages.PackageAsync();

        other.Fixture.Log.Should().ContainMatch("Package: done*");
        elsewhere.Stored.Package.Digest.Should().Be(here.Stored.Package.Digest);
        elsewhere.Stored.Package.Directory.Should().NotBe(here.Stored.Package.Directory);
    }

    [Fact]
    public async Task Other_gates_or_golden_requests_give_another_package_with_the_same_model()
    {
        var first = await _stages.PackageAsync();
        var second = await _stages.PackageAsync(_stages.Definition with { Gates = [new MetricGateSettings("accuracy", 0.1, null, null)] });
        second.GatePass.EvidenceDigest.Should().NotBe(first.GatePass.EvidenceDigest);
        second.Stored.Package.Digest.Should().NotBe(first.Stored.Package.Digest, "a package says by which thresholds it came to be one");
        second.GatePass.ModelDigest.Should().Be(first.GatePass.ModelDigest);
        Gates(second).Gates.Should().ContainSingle().Which.Should().BeEquivalentTo(new MetricGateSettings("accuracy", 0.1, null, null));
        Gates(first).Gates.OfType<MetricGateSettings>().Should().BeEquivalentTo(_stages.Definition.Gates.OfType<MetricGateSettings>());
        Gates(first).Evaluation.Should().BeEquivalentTo(_stages.Definition.Evaluation);

        await File.WriteAllTextAsync(_stages.Definition.GoldenRequestsPath, SmallModel.GoldenRequests.Replace("3.5", "4.5", StringComparison.Ordinal), Token);
        var third = await _stages.PackageAsync();

        third.Stored.Package.Digest.Should().NotBe(first.Stored.Package.Digest);
    }

    private static PackagedGates Gates(JudgedModel model)
    {
        var path = Path.Combine(model.Stored.Package.Directory, PackageFiles.Gates);
        return PackageJson.Deserialize<PackagedGates>(File.ReadAllBytes(path), path);
    }

    [Fact]
    public async Task The_pass_of_another_model_is_refused()
    {
        var other = await _stages.GateAsync(_stages.WithStump);
        var (dataset, candidate, evaluation) = await _stages.EvaluateAsync();

        var act = () => new PackageStage(_stages.Runner, Stages.Code).RunAsync(dataset, candidate, evaluation, other, _stages.Definition, Token);

        (await act.Should().ThrowAsync<PipelineException>().WithMessage($"The gates passed model {other.ModelDigest}, the candidate is {candidate.Digest}*")).Which.ExitCode.Should().Be(ExitCode.Refused);
        _stages.StoredFiles(PackageStage.Name).Should().BeEmpty();
    }

    [Fact]
    public async Task The_pass_of_another_evaluation_of_the_same_model_is_refused()
    {
        var pass = await _stages.GateAsync();
        var (dataset, candidate, evaluation) = await _stages.EvaluateAsync(_stages.Definition with { Outputs = (BinaryOutputSettings)_stages.Definition.Outputs with { Threshold = 0.9f } });

        var act = () => new PackageStage(_stages.Runner, Stages.Code).RunAsync(dataset, candidate, evaluation, pass, _stages.Definition, Token);

        (await act.Should().ThrowAsync<PipelineException>().WithMessage("*evaluation*")).Which.ExitCode.Should().Be(ExitCode.Refused);
    }

    [Fact]
    public async Task A_package_that_was_changed_in_the_store_is_made_anew()
    {
        var first = await _stages.PackageAsync();
        await File.AppendAllTextAsync(first.Stored.Package.OnnxPath, "x", Token);

        var second = await _stages.PackageAsync();

        second.Stored.Package.Digest.Should().Be(first.Stored.Package.Digest);
        _stages.Fixture.Log.Should().ContainMatch("Package: the stored output * does not count (package/model.onnx has changed)*");
    }

    [Theory]
    [InlineData(null, "*golden-requests.json cannot be read*")]
    [InlineData("[", "*golden-requests.json is not valid JSON*")]
    [InlineData("""[{"amount": "much", "discount": 1, "colour": "red", "shop": "north"}]""", "*row 1: 'amount' must be a number*")]
    public async Task Faulty_golden_requests_are_told_before_training(string? content, string message)
    {
        File.Delete(_stages.Definition.GoldenRequestsPath);
        if (content is not null)
        {
            await File.WriteAllTextAsync(_stages.Definition.GoldenRequestsPath, content, Token);
        }

        var act = () => _stages.NewDelivery().PrepareDataAsync(Token);
        var plan = () => _stages.NewDelivery().PlanAsync(Token);

        (await act.Should().ThrowAsync<PipelineException>().WithMessage(message)).Which.ExitCode.Should().Be(ExitCode.Usage);
        (await plan.Should().ThrowAsync<PipelineException>().WithMessage(message)).Which.ExitCode.Should().Be(ExitCode.Usage);
    }
}
