using System.Globalization;
using System.Text.Json.Nodes;
using Pipeline.Delivery.Packaging.Mlflow;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Delivery.Tests.Packaging.Mlflow;

public sealed class YamlFileTests
{
    public static TheoryData<string> Texts =>
    [
        "plain", "", " ", "late: yes", "it's", "\"quoted\"", "both ' and \"", "# no comment", "- item", "*anchor", "&a", "!tag", "%directive", "@at", "`tick`", "{a: 1}", "[1]", "a\\b", "ends with space ",
        "yes", "no", "null", "~", "1e5", "0123", "1_000", "3.10", "2026-01-02", "12:30:45", "---", "...", "Zürich", "日本語", "\U0001F6EB take-off", "two\nlines\n", "a\r\nb", "tab\t", "\u0085\u2028\u2029", "\uFEFF", "\uFFFF", "\0\u001B",
        string.Join(' ', Enumerable.Repeat("a long text: it goes on", 40)),
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void Any_text_comes_back_from_a_parser(string text)
    {
        var yaml = YamlFile.TextOf(new JsonObject { ["before"] = 1, ["text"] = text, ["list"] = new JsonArray(text, new JsonObject { ["in"] = text }) });

        var root = Parse(yaml);
        ((string?)root["text"]).Should().Be(text);
        ((string?)root["list"][0]).Should().Be(text);
        ((string?)root["list"][1]["in"]).Should().Be(text);
        root.Children.Should().HaveCount(3);
        yaml.Should().NotContain("\r").And.EndWith("\n");
    }

    [Theory]
    [InlineData("lone \uD800", "no surrogate may stand alone")]
    public void What_is_no_text_at_all_is_refused_or_replaced(string text, string because) =>
        Parse(YamlFile.TextOf(new JsonObject { ["text"] = text }))["text"].ToString().Should().NotContain("\uD800", because);

    [Theory]
    [InlineData(0.5f, "0.5")]
    [InlineData(1f, "1")]
    [InlineData(1e-5f, "1.0E-05")]
    [InlineData(1.5e-5f, "1.5E-05")]
    public void Numbers_are_numbers_to_YAML_1_1_in_every_culture(float number, string text)
    {
        using var culture = new CultureScope("de-DE");

        YamlFile.TextOf(new JsonObject { ["number"] = number }).Should().Be($"number: {text}\n");
        float.Parse(text, CultureInfo.InvariantCulture).Should().Be(number);
    }

    [Fact]
    public void What_is_nothing_is_null() => YamlFile.TextOf(new JsonObject { ["nothing"] = null, ["flag"] = true }).Should().Be("nothing: null\nflag: true\n");

    private static YamlMappingNode Parse(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return (YamlMappingNode)stream.Documents.Should().ContainSingle().Subject.RootNode;
    }
}
