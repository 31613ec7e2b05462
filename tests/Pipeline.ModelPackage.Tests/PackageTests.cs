using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Pipeline.ModelPackage.Tests;

public sealed class PackageTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("model package ");

    private string Package => Path.Combine(_root.FullName, "package");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void What_is_written_is_read_again()
    {
        var written = TestModel.WritePackage(Package);

        var read = PackageReader.Open(Package);

        read.Digest.Should().Be(written.Digest);
        read.Version.Should().Be(written.Digest.Hex[..12]);
        read.ToString().Should().Be($"delay:{written.Version}");
        read.Manifest.Should().BeEquivalentTo(TestModel.Manifest, o => o.Excluding(m => m.Files));
        read.Manifest.Files.Select(f => f.Path).Should().Equal("golden.json", "model.onnx", "reference.json");
        PackageReader.ReadGoldenSample(read).Rows.Should().HaveCount(4);
    }

    [Fact]
    public void The_same_content_has_the_same_digest_in_another_folder_culture_and_order_of_files()
    {
        var first = TestModel.WritePackage(Package);
        var culture = CultureInfo.CurrentCulture;
        try
        {
            var withComma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            withComma.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture = withComma;
            var elsewhere = Path.Combine(_root.FullName, "elsewhere");
            Directory.CreateDirectory(elsewhere);
            foreach (var file in new[] { PackageFiles.Onnx, PackageFiles.Reference, PackageFiles.Golden })
            {
                File.Copy(Path.Combine(Package, file), Path.Combine(elsewhere, file));
            }

            PackageWriter.Seal(elsewhere, TestModel.Manifest).Digest.Should().Be(first.Digest);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void Generated_code_writes_the_bytes_that_reflection_would()
    {
        var manifest = TestModel.WritePackage(Package).Manifest;
        var golden = new GoldenSample([new GoldenRow(new JsonObject { ["a"] = 1.5, ["b"] = "Zürich \"Ost\"", ["c"] = null }) { Probability = 0.25f, Label = "late" }]);
        var reflection = new JsonSerializerOptions(PackageJson.Options) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

        PackageJson.Serialize(manifest).SkipLast(1).Should().Equal(JsonSerializer.SerializeToUtf8Bytes(manifest, reflection));
        PackageJson.Serialize(golden).SkipLast(1).Should().Equal(JsonSerializer.SerializeToUtf8Bytes(golden, reflection));
    }

    [Fact]
    public void Sealing_again_replaces_the_list_of_files()
    {
        TestModel.WritePackage(Package);
        Directory.CreateDirectory(Path.Combine(Package, "docs"));
        File.WriteAllText(Path.Combine(Package, "docs", "note.md"), "note");

        var again = PackageWriter.Seal(Package, TestModel.Manifest);

        again.Manifest.Files.Select(f => f.Path).Should().Equal("docs/note.md", "golden.json", "model.onnx", "reference.json");
        PackageReader.Open(Package).Digest.Should().Be(again.Digest);
    }

    [Fact]
    public void A_folder_without_a_manifest_is_refused()
    {
        Refusal().Should().Contain("is not a model package: it has no manifest.json");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    public void A_manifest_that_is_none_is_refused(string content)
    {
        TestModel.WritePackage(Package);
        File.WriteAllText(Path.Combine(Package, PackageFiles.Manifest), content);

        Refusal().Should().Contain("manifest.json");
    }

    [Theory]
    [InlineData("name")]
    [InlineData("features")]
    [InlineData("files")]
    [InlineData("outputs")]
    [InlineData("dataDigest")]
    public void A_manifest_with_a_member_missing_or_null_is_refused(string member)
    {
        Refusal(manifest => manifest.Remove(member)).Should().Contain("is not a valid Manifest");
        Refusal(manifest => manifest[member] = null).Should().Contain("is not a valid Manifest");
    }

    [Fact]
    public void A_manifest_with_an_unknown_member_is_refused()
    {
        Refusal(manifest => manifest["colour"] = "red").Should().Contain("colour");
    }

    [Fact]
    public void A_manifest_of_another_format_version_is_refused()
    {
        Refusal(manifest => manifest["schemaVersion"] = 2).Should().EndWith("has format version 2; this program reads version 1.");
    }

    [Fact]
    public void Every_file_that_is_missing_changed_or_not_listed_is_named()
    {
        TestModel.WritePackage(Package);
        File.Delete(Path.Combine(Package, PackageFiles.Golden));
        File.AppendAllText(Path.Combine(Package, PackageFiles.Onnx), "x");
        File.WriteAllText(Path.Combine(Package, "stray.txt"), "stray");

        var refusal = Refusal();

        refusal.Should().Contain("golden.json is missing").And.Contain("model.onnx has sha256:").And.Contain("stray.txt is not in the manifest");
    }

    [Theory]
    [InlineData("../outside.txt")]
    [InlineData("/etc/hostname")]
    [InlineData("sub/../../outside.txt")]
    public void A_file_outside_the_package_is_refused_without_a_look_at_it(string path)
    {
        File.WriteAllText(Path.Combine(_root.FullName, "outside.txt"), "outside");

        Refusal(manifest => manifest["files"]!.AsArray().Add(new JsonObject { ["path"] = path, ["sha256"] = Digest.OfText("outside").ToString(), ["size"] = 7 }))
            .Should().Contain($"{path} lies outside the package");
    }

    [Fact]
    public void A_manifest_that_does_not_list_the_graph_is_refused()
    {
        Refusal(manifest => manifest["files"]!.AsArray().RemoveAt(1)).Should().Contain("the manifest lists no model.onnx").And.Contain("model.onnx is not in the manifest");
    }

    [Fact]
    public void A_package_without_a_golden_sample_or_with_an_empty_one_is_refused_when_it_is_read()
    {
        TestModel.WritePackage(Package, golden: []);
        var package = PackageReader.Open(Package);

        FluentActions.Invoking(() => PackageReader.ReadGoldenSample(package)).Should().Throw<InvalidDataException>().WithMessage("*golden.json has no row.");
        File.Delete(Path.Combine(Package, PackageFiles.Golden));
        FluentActions.Invoking(() => PackageReader.ReadGoldenSample(package)).Should().Throw<InvalidDataException>().WithMessage("*has no golden.json.");
    }

    private string Refusal(Action<JsonObject> change)
    {
        TestModel.WritePackage(Package);
        var path = Path.Combine(Package, PackageFiles.Manifest);
        var manifest = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(manifest);
        File.WriteAllText(path, manifest.ToJsonString());
        return Refusal();
    }

    private string Refusal() => FluentActions.Invoking(() => PackageReader.Open(Package)).Should().Throw<InvalidDataException>().Which.Message;
}
