using System.Text;
using NJsonSchema;
using Pipeline.Delivery.DriftChecks;
using Pipeline.Delivery.DriftChecks.Outputs;

namespace Pipeline.Delivery.Tests.DriftChecks.Outputs;

public sealed class DriftJsonTests : IDisposable
{
    private readonly OutputFixture _fixture = new();

    public static TheoryData<string> Samples => ["drifted", "ok", "no rows", "nasty", "small"];

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [MemberData(nameof(Samples))]
    public void What_was_read_writes_the_same_bytes_again(string name)
    {
        // Half a surrogate pair cannot be written: the first reading has another character in its place.
        var bytes = DriftJson.Serialize(DriftJson.Deserialize(DriftJson.Serialize(Sample(name)), "drift.json"));

        DriftJson.Serialize(DriftJson.Deserialize(bytes, "drift.json")).Should().Equal(bytes);
    }

    [Theory]
    [InlineData("drifted")]
    [InlineData("no rows")]
    [InlineData("small")]
    public void It_reads_back_as_it_was(string name)
    {
        var report = Sample(name);

        var read = DriftJson.Deserialize(DriftJson.Serialize(report), "drift.json");

        read.Should().BeEquivalentTo(report, options => options.WithStrictOrdering().Excluding(one => one.Importance));
        read.Importance.Should().BeEquivalentTo(report.Importance);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task It_keeps_to_its_schema(string name)
    {
        var schema = await JsonSchema.FromFileAsync(Path.Combine(Repository.Root, "docs", "schemas", "drift.schema.json"), TestContext.Current.CancellationToken);

        schema.Validate(_fixture.Json(Sample(name))).Should().BeEmpty();
    }

    [Theory]
    [InlineData("\"verdict\":\"warn\"", "\"verdict\":1")]
    [InlineData("\"verdict\":\"warn\"", "\"verdict\":\"Warn\"")]
    [InlineData("\"rows\":1000,", "")]
    [InlineData("\"rows\":1000,", "\"rows\":1000,\"more\":1,")]
    [InlineData("\"label\":\"WN\"", "\"label\":null")]
    [InlineData("\"kind\":\"predicted_label\"", "\"kind\":\"PredictedLabel\"")]
    public async Task The_schema_refuses_what_is_no_report(string passage, string replacement)
    {
        var schema = await JsonSchema.FromFileAsync(Path.Combine(Repository.Root, "docs", "schemas", "drift.schema.json"), TestContext.Current.CancellationToken);
        var json = _fixture.Json(SampleReports.Small);
        json.Should().Contain(passage);

        schema.Validate(json.Replace(passage, replacement, StringComparison.Ordinal)).Should().NotBeEmpty();
    }

    [Fact]
    public void Names_words_and_their_order_are_the_reviewed_ones() => Snapshot.ShouldBe("drift.json", _fixture.Json(SampleReports.Small));

    [Fact]
    public void Another_version_of_the_format_is_refused()
    {
        var bytes = Encoding.UTF8.GetBytes(_fixture.Json(SampleReports.Small).Replace("\"schemaVersion\":1", "\"schemaVersion\":2", StringComparison.Ordinal));

        var act = () => DriftJson.Deserialize(bytes, "drift.json");

        act.Should().Throw<InvalidDataException>().WithMessage("drift.json has the format's version 2; this program reads 1.");
    }

    [Fact]
    public void Importance_is_in_the_order_of_names_whatever_order_it_came_in()
    {
        var one = SampleReports.Small with { Importance = new Dictionary<string, double> { ["b"] = 1, ["a"] = 2 } };
        var other = SampleReports.Small with { Importance = new Dictionary<string, double> { ["a"] = 2, ["b"] = 1 } };

        DriftJson.Serialize(one).Should().Equal(DriftJson.Serialize(other));
    }

    private static DriftReport Sample(string name) => name switch
    {
        "drifted" => SampleReports.Drifted,
        "ok" => SampleReports.AllOk,
        "no rows" => SampleReports.NoRows,
        "nasty" => SampleReports.Nasty,
        _ => SampleReports.Small,
    };
}
