using System.Text.Json.Nodes;
using Pipeline.Drift;

namespace Pipeline.ModelPackage.Tests;

public sealed class ReferenceProfileTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("reference profile ");

    private string Package => Path.Combine(_root.FullName, "package");

    private string ReferencePath => Path.Combine(Package, PackageFiles.Reference);

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void What_is_written_is_read_again_and_its_digest_is_in_the_manifest()
    {
        var package = TestModel.WritePackage(Package);

        var read = PackageReader.ReadReferenceProfile(package);

        read.Should().BeEquivalentTo(TestModelReference.Profile, o => o.RespectingRuntimeTypes());
        PackageJson.Serialize(read).Should().Equal(File.ReadAllBytes(ReferencePath));
        package.ReferenceDigest.Should().Be(Digest.OfFile(ReferencePath));
        read.Features.Select(feature => feature.Bins.GetType()).Should().Equal(typeof(QuantileBins), typeof(CategoryBins), typeof(QuantileBins), typeof(CategoryBins));
    }

    [Fact]
    public void Numbers_are_written_as_short_as_they_can_be_read_again()
    {
        var profile = TestModelReference.Profile with { Features = [FeatureProfile.OfNumbers("share", [0.1f, 1e-30f, 16_777_216f], [])] };

        var text = System.Text.Encoding.UTF8.GetString(PackageJson.Serialize(profile));

        text.Should().Contain("\"kind\": \"values\"").And.Contain(" 0.1,").And.Contain(" 1E-30,").And.Contain(" 16777216\n").And.EndWith("}\n").And.NotContain("\r");
    }

    [Fact]
    public void A_package_without_one_opens_and_says_so_when_it_is_asked_for_it()
    {
        TestModel.WritePackage(Package, hasReference: false);

        var package = PackageReader.Open(Package);

        package.ReferenceDigest.Should().BeNull();
        FluentActions.Invoking(() => PackageReader.ReadReferenceProfile(package)).Should().Throw<InvalidDataException>().WithMessage("*has no reference.json*Run ./build.sh Package*");
    }

    [Theory]
    [InlineData("schemaVersion")]
    [InlineData("trainingRows")]
    [InlineData("features")]
    [InlineData("predictions")]
    public void A_profile_with_a_member_missing_or_null_is_refused(string member)
    {
        Refusal(profile => profile.Remove(member)).Should().Contain("is not a valid ReferenceProfile");
        Refusal(profile => profile[member] = null).Should().Contain("is not a valid ReferenceProfile");
    }

    [Fact]
    public void What_is_not_a_profile_of_this_package_is_refused_with_the_reason()
    {
        Refusal(profile => profile["colour"] = "red").Should().Contain("colour");
        Refusal(profile => profile["schemaVersion"] = 2).Should().Contain("has format version 2; this program reads version 1.");
        Refusal(profile => profile["features"]!.AsArray().RemoveAt(3)).Should().Contain("it has the features [hour (numeric), origin (categorical), distance (numeric)], the manifest [hour (numeric), ");
        Refusal(profile => profile["features"]![0]!["bins"]!["kind"] = "circles").Should().Contain("is not a valid ReferenceProfile");
        Refusal(profile => profile["features"]![0]!["bins"]!.AsObject().Remove("edges")).Should().Contain("is not a valid ReferenceProfile");
        Refusal(profile => profile["features"]![0]!["bins"]!["edges"]![0] = 1e9).Should().Contain("feature 'hour' has bins that are not finite");
        Refusal(profile => profile["features"]![1]!["training"]!["missing"] = 1).Should().Contain("feature 'origin' has training counts that do not sum up to 100 rows");
        Refusal(profile => profile["predictions"]!["test"]!["labels"] = new JsonObject { ["early"] = 51 }).Should().Contain("it has not the labels late and on time");
    }

    [Fact]
    public void What_only_another_task_has_is_not_in_the_files_of_two_classes()
    {
        var binary = TestModel.WritePackage(Path.Combine(_root.FullName, "binary"));
        var classes = TestModel.WriteClassesPackage(Path.Combine(_root.FullName, "classes"));
        var number = TestModel.WriteNumberPackage(Path.Combine(_root.FullName, "number"));

        MembersOf(binary).Should().BeEquivalentTo("schemaVersion", "trainingRows", "testRows", "features", "predictions", "labels");
        MembersOf(number).Should().Contain("target");
        OutcomesOf(binary).Should().BeEquivalentTo("bins", "training", "test", "outcomes");
        OutcomesOf(classes).Should().Contain("hits");
        JsonNode.Parse(File.ReadAllText(Path.Combine(binary.Directory, PackageFiles.Manifest)))!["outputs"]!.AsObject().Select(member => member.Key).Should().Equal("positiveLabel", "negativeLabel", "threshold");
        foreach (var package in new[] { classes, number })
        {
            var read = PackageReader.ReadReferenceProfile(PackageReader.Open(package.Directory));
            PackageJson.Serialize(read).Should().Equal(File.ReadAllBytes(Path.Combine(package.Directory, PackageFiles.Reference)));
        }

        static JsonObject ProfileOf(PackagedModel package) => JsonNode.Parse(File.ReadAllText(Path.Combine(package.Directory, PackageFiles.Reference)))!.AsObject();
        static IEnumerable<string> MembersOf(PackagedModel package) => ProfileOf(package).Select(member => member.Key);
        static IEnumerable<string> OutcomesOf(PackagedModel package) => ProfileOf(package)["predictions"]!.AsObject().Select(member => member.Key);
    }

    private string Refusal(Action<JsonObject> change)
    {
        TestModel.WritePackage(Package);
        var profile = JsonNode.Parse(File.ReadAllText(ReferencePath))!.AsObject();
        change(profile);
        File.WriteAllText(ReferencePath, profile.ToJsonString());
        var package = PackageWriter.Seal(Package, TestModel.Manifest);
        return FluentActions.Invoking(() => PackageReader.ReadReferenceProfile(package)).Should().Throw<InvalidDataException>().Which.Message;
    }
}
