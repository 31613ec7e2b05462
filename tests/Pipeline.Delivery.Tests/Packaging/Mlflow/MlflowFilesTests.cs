using System.Text.Json.Nodes;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Packaging.Mlflow;
using Pipeline.ModelPackage;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Delivery.Tests.Packaging.Mlflow;

/// <summary>The files as they lie in a package that the stages made.</summary>
public sealed class MlflowFilesTests(TrainedStore trained) : IDisposable
{
    private static readonly string[] Names = ["MLmodel", "conda.yaml", "input_example.json", "python_env.yaml", "requirements.txt", "serving_input_example.json"];

    private readonly Stages _stages = trained.Copy();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _stages.Dispose();

    [Fact]
    public async Task The_signature_is_what_ONNX_Runtime_says_of_the_graph()
    {
        var package = await PackageAsync();
        using var session = new InferenceSession(package.OnnxPath);

        var signature = Mlmodel(package)["signature"];

        Specs(signature["inputs"]).Should().BeEquivalentTo(session.InputMetadata.Select(Describe)).And.Contain("numeric_features: float32 [-1,2]").And.Contain("colour: str [-1,1]");
        Specs(signature["outputs"]).Should().Equal(session.OutputMetadata.Select(Describe)).And.Equal("probability: float32 [-1]");
        ((string?)signature["params"]).Should().Be("null");
    }

    [Fact]
    public async Task The_files_that_MLmodel_names_are_there_and_its_id_is_of_the_model()
    {
        var package = await PackageAsync();

        var file = Mlmodel(package);

        var function = file["flavors"]["python_function"];
        var example = file["saved_input_example_info"];
        string[] named = [(string)function["data"]!, (string)file["flavors"]["onnx"]["data"]!, (string)function["env"]["conda"]!, (string)function["env"]["virtualenv"]!, (string)example["artifact_path"]!, (string)example["serving_input_path"]!];
        package.Manifest.Files.Select(listed => listed.Path).Should().Contain(named);
        ((string?)file["model_uuid"]).Should().Be(Digest.OfFile(package.OnnxPath).Hex[..32]);
        ((string?)file["metadata"]["data_digest"]).Should().Be(package.Manifest.DataDigest.ToString());
        ((string?)file["metadata"]["Microsoft.ML"]).Should().Be(package.Manifest.Runtimes["Microsoft.ML"]);
    }

    [Fact]
    public async Task The_example_through_the_whole_graph_gives_the_golden_answers()
    {
        var package = await PackageAsync();
        var example = Json(package, "input_example.json");
        using var session = new InferenceSession(package.OnnxPath);

        using var answers = session.Run([.. session.InputMetadata.Select(input => Tensor(input.Key, input.Value, example[input.Key]!.AsArray()))]);

        var golden = PackageReader.ReadGoldenSample(package).Rows.Select(row => row.Probability!.Value).ToArray();
        var probabilities = answers.Single().AsTensor<float>().ToArray();
        probabilities.Should().HaveSameCount(golden);
        probabilities.Zip(golden).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) <= 1e-6f);
        JsonNode.DeepEquals(Json(package, "serving_input_example.json"), new JsonObject { ["inputs"] = example.DeepClone() }).Should().BeTrue();
    }

    [Fact]
    public async Task Written_again_in_another_culture_they_are_the_same_bytes()
    {
        var package = await PackageAsync();
        var requests = GoldenRequests.Read(_stages.Definition.GoldenRequestsPath, package.Manifest.Features);
        var elsewhere = Directory.CreateDirectory(Path.Combine(_stages.Fixture.Root, "elsewhere")).FullName;
        File.Copy(package.OnnxPath, Path.Combine(elsewhere, PackageFiles.Onnx));
        using var culture = new CultureScope("de-DE");

        MlflowFiles.Write(elsewhere, package.Manifest, requests.Features);

        Directory.EnumerateFiles(elsewhere).Select(Path.GetFileName).Should().BeEquivalentTo([.. Names, PackageFiles.Onnx]);
        foreach (var name in Names)
        {
            var text = await File.ReadAllTextAsync(Path.Combine(elsewhere, name), Token);
            Digest.OfFile(Path.Combine(elsewhere, name)).Should().Be(Digest.OfFile(Path.Combine(package.Directory, name)), name);
            text.Should().NotContain("\r").And.NotContain(_stages.Fixture.Root);
        }
    }

    [Fact]
    public async Task A_package_from_before_they_were_written_is_still_read_and_scored()
    {
        var made = await PackageAsync();
        var older = Directory.CreateDirectory(Path.Combine(_stages.Fixture.Root, "older")).FullName;
        foreach (var file in made.Manifest.Files.Where(file => !Names.Contains(file.Path)))
        {
            File.Copy(Path.Combine(made.Directory, file.Path), Path.Combine(older, file.Path));
        }

        PackageWriter.Seal(older, made.Manifest);
        var read = PackageReader.Open(older);

        using var scorer = OnnxScorer.Load(read.OnnxPath, read.Manifest.Features);
        var requests = GoldenRequests.Read(_stages.Definition.GoldenRequestsPath, scorer.Schema);
        scorer.Score(requests.Features, Token).Should().Equal(PackageReader.ReadGoldenSample(read).Rows.Select(row => row.Probability!.Value));
    }

    private async Task<PackagedModel> PackageAsync() => (await _stages.PackageAsync()).Stored.Package;

    private static YamlNode Mlmodel(PackagedModel package)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(File.ReadAllText(Path.Combine(package.Directory, "MLmodel"))));
        return stream.Documents.Single().RootNode;
    }

    private static JsonNode Json(PackagedModel package, string name) => JsonNode.Parse(File.ReadAllBytes(Path.Combine(package.Directory, name)))!;

    private static IEnumerable<string> Specs(YamlNode text) =>
        JsonNode.Parse((string)text!)!.AsArray().Select(spec => $"{spec!["name"]}: {spec["tensor-spec"]!["dtype"]} {spec["tensor-spec"]!["shape"]!.ToJsonString()}");

    private static string Describe(KeyValuePair<string, NodeMetadata> tensor)
    {
        var type = tensor.Value.ElementDataType == TensorElementType.String ? "str" : "float32";
        return $"{tensor.Key}: {type} [{string.Join(',', tensor.Value.Dimensions)}]";
    }

    private static NamedOnnxValue Tensor(string name, NodeMetadata input, JsonArray rows)
    {
        var values = rows.SelectMany(row => row!.AsArray()).ToArray();
        int[] shape = [rows.Count, input.Dimensions[1]];
        return input.ElementDataType == TensorElementType.String
            ? NamedOnnxValue.CreateFromTensor(name, new DenseTensor<string>(values.Select(value => (string)value!).ToArray(), shape))
            : NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(values.Select(value => value is null ? float.NaN : (float)value).ToArray(), shape));
    }
}
