using Pipeline.Delivery.Definition;
using Pipeline.Engine;

namespace Pipeline.Delivery.Tests.Definition;

public sealed class DefinitionDigestTests
{
    private static readonly ModelDefinition Original = Parse(DefinitionText.Good);

    [Fact]
    public void A_comment_or_another_layout_changes_no_digest()
    {
        var commented = Parse("# a comment\n" + DefinitionText.Good.Replace("{ name: dev }", "\n      name: \"dev\"", StringComparison.Ordinal));

        All(commented).Should().Equal(All(Original));
    }

    [Theory]
    [InlineData("maxCategories: 50", "maxCategories: 51", "data training model")]
    [InlineData("before: 2001-07-01", "before: 2001-07-02", "data model")]
    [InlineData("threshold: 0.25", "threshold: 0.26", "training evaluation model")]
    [InlineData("seed: 7", "seed: 8", "training model")]
    [InlineData("min: 0.6", "min: 0.61", "gates allGates")]
    [InlineData("  - { metric: logLoss, maxRegression: 0.01 }\n", "  - { metric: logLoss, maxRegression: 0.01 }\n  - { operation: startMs, max: 100 }\n", "allGates")]
    [InlineData("resamples: 500", "resamples: 500, worstSlices: 0", "evaluation gates allGates")]
    [InlineData("maxCategories: 50", "maxCategories: 50\n  attributes: [carrier]", "data model")]
    [InlineData("approvals: 2", "approvals: 1", "")]
    [InlineData("description: Late flights.", "description: Flights.", "")]
    public void A_changed_setting_changes_the_digests_of_those_who_read_it(string passage, string replacement, string changed)
    {
        var digests = All(Parse(DefinitionText.With(passage, replacement)));

        digests.Where(digest => digest.Value != All(Original)[digest.Key]).Select(digest => digest.Key)
            .Should().BeEquivalentTo(changed.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Every_setting_is_there_under_its_path_in_the_file()
    {
        DefinitionDigest.OfTraining(Original).Details.Should().Contain("training.seed", "7").And.ContainKeys("training.trainers[0].name", "outputs.threshold", "task");
        DefinitionDigest.OfData(Original).Details.Should().Contain("splits.train.from", "\"2001-01-01\"").And.ContainKeys("data.files[0]", "data.query");
        DefinitionDigest.OfEvaluation(Original).Details.Should().Contain("evaluation.resamples", "500");
    }

    [Fact]
    public void Gates_have_the_places_that_they_have_in_the_file()
    {
        var definition = Parse(DefinitionText.With("gates:\n", "gates:\n  - { operation: startMs, max: 100 }\n"));

        DefinitionDigest.OfGates(definition).Details.Should().Contain("gates[0]", "null").And.ContainKey("gates[1].metric");
        DefinitionDigest.OfGates(definition).Should().Be(DefinitionDigest.OfGates(Original), "operation gates are no input of Gate");
    }

    [Fact]
    public void A_value_too_long_to_be_kept_is_a_digest()
    {
        var long1 = Original with { Data = Original.Data with { Query = new string('x', 5_000) } };

        DefinitionDigest.OfData(long1).Details["data.query"].Should().StartWith("sha256:").And.HaveLength("sha256:".Length + 16);
    }

    private static Dictionary<string, StageInput> All(ModelDefinition definition) => new()
    {
        ["data"] = DefinitionDigest.OfData(definition),
        ["training"] = DefinitionDigest.OfTraining(definition),
        ["evaluation"] = DefinitionDigest.OfEvaluation(definition),
        ["gates"] = DefinitionDigest.OfGates(definition),
        ["allGates"] = DefinitionDigest.OfAllGates(definition),
        ["model"] = DefinitionDigest.InputOfModel(definition),
    };

    private static ModelDefinition Parse(string text) => ModelDefinitionReader.Parse(text, "/models/flights").Definition!;
}
