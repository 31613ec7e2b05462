using Pipeline.Delivery.Data;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Data;

public sealed class GoldenRequestsTests : IDisposable
{
    private static readonly FeatureSchema Schema = new([
        new Feature("hour", FeatureKind.Numeric, false),
        new Feature("origin", FeatureKind.Categorical, false),
        new Feature("distance", FeatureKind.Numeric, true),
        new Feature("carrier", FeatureKind.Categorical, true)]);

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("golden ");

    private string File => Path.Combine(_root.FullName, "golden-requests.json");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Rows_are_read_in_the_schema_s_layout()
    {
        var golden = Read("""[{"origin": "SFO", "hour": 7.5, "distance": 100, "carrier": "AA"}, {"hour": 1e2, "origin": "", "carrier": null}]""");

        golden.Features.Numeric.Should().Equal(7.5f, 100f, 100f, float.NaN);
        golden.Features.Categories[0].Should().Equal("SFO", string.Empty);
        golden.Features.Categories[1].Should().Equal("AA", FeatureSchema.MissingCategory);
        golden.Rows[1].ToJsonString().Should().Be("""{"hour":1e2,"origin":"","carrier":null}""");
    }

    [Fact]
    public void Every_fault_is_told_with_its_row_and_field()
    {
        var act = () => Read("""[{"hour": "7", "origin": 5}, 3, {"hour": null, "orign": "SFO"}, {"hour": 1e300, "origin": "SFO"}]""");

        var refusal = act.Should().Throw<PipelineException>().Which;
        refusal.ExitCode.Should().Be(ExitCode.Usage);
        refusal.Message.Split("\n  ")[1..].Should().Equal(
            "row 1: 'hour' must be a number within a 32-bit float; it is \"7\"",
            "row 1: 'origin' must be a text; it is 5",
            "row 2: must be an object such as {\"hour\": …}",
            "row 3: 'orign' is not a column; did you mean 'origin'?",
            "row 3: 'hour' is missing, which training never saw; give a value",
            "row 3: 'origin' is missing, which training never saw; give a value",
            "row 4: 'hour' must be a number within a 32-bit float; it is 1e300");
    }

    [Theory]
    [InlineData("", "*is not valid JSON*")]
    [InlineData("[", "*is not valid JSON*")]
    [InlineData("[]", "*at least one request row*")]
    [InlineData("{}", "*at least one request row*")]
    [InlineData("""[{"hour": 1, "hour": 2, "origin": "SFO"}]""", "*is not valid JSON*")]
    public void A_file_without_rows_is_refused(string text, string message)
    {
        var act = () => Read(text);

        act.Should().Throw<PipelineException>().WithMessage(message);
    }

    [Fact]
    public void A_missing_file_is_told()
    {
        var act = () => GoldenRequests.Read(File, Schema);

        act.Should().Throw<PipelineException>().WithMessage($"{File} cannot be read*");
    }

    private GoldenRequests Read(string text)
    {
        System.IO.File.WriteAllText(File, text);
        return GoldenRequests.Read(File, Schema);
    }
}
