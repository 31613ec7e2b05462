using System.Text.RegularExpressions;
using System.Xml.Linq;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Evaluation.Slices;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Reports.Evaluations;

/// <summary>What report.html and report.md say of slices, groups, importance, trivial models, the model, and of what was not checked.</summary>
public sealed class SlicePageTests : IDisposable
{
    private readonly StageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Slices_are_shown_worst_first_with_their_intervals_drawn_on_one_scale()
    {
        var (page, _, _) = Write(SampleSlices.Plain);

        Lines(page, "Slices of the definition").Should().Equal(
            "colour = green|0.7000|0.6000 to 0.8000||300|90", "colour = blue|0.8000|0.7500 to 0.8500||500|10", "colour = red|0.9000|0.8800 to 0.9200||1,200|400");
        var bars = Table(page, "Slices of the definition").Descendants("svg").Select(svg => svg.Elements("path").Select(path => (string)path.Attribute("d")!).ToList()).ToList();
        bars.Should().HaveCount(3);
        bars.Select(paths => paths[0]).Should().AllBe("M183 0V20", "all test rows have 0.85 on a scale from 0.6 to 0.92");
        bars.Select(paths => paths[1]).Should().Equal("M8 10H148", "M113 10H183", "M204 10H232");
        Paragraph(page, "By rocAuc").Should().Be(
            "By rocAuc, worst first. Drawn: ┊ all test rows, the bar the 95 % interval of the slice, from 0.6000 to 0.9200. Not judged for having too few rows, or rows of one class only: colour = grey (99), colour = black (120).");
    }

    [Fact]
    public void Of_a_metric_that_should_be_low_the_worst_slice_is_the_one_where_it_is_high()
    {
        var training = SmallModel.Parsed.Training with { Metric = "logLoss" };

        var (page, _, _) = Write(SampleSlices.Plain, SmallModel.Parsed with { Training = training });

        Lines(page, "Slices of the definition").Select(line => line.Split('|')[0]).Should().Equal("colour = green", "colour = blue", "colour = black", "colour = red");
    }

    [Fact]
    public void Slices_that_are_all_too_small_make_no_empty_table()
    {
        var (page, _, _) = Write(SampleSlices.Of([new SliceReport("colour", "colour = grey", 9, 3, null), new SliceReport("colour", "colour = blue", 0, 0, null)]));

        page.Descendants("div").Should().NotContain(div => (string?)div.Attribute("aria-label") == "Slices of the definition");
        Paragraph(page, "None of").Should().Be("None of the 2 slices can be judged by rocAuc. Not judged for having too few rows, or rows of one class only: colour = grey (9), colour = blue (0).");
    }

    [Fact]
    public void Of_very_many_slices_the_worst_are_shown_and_the_page_says_how_many_there_are()
    {
        var small = Enumerable.Range(0, 25).Select(i => new SliceReport("colour", $"small {i}", i, 0, null));

        var (page, _, _) = Write(SampleSlices.Of([.. Enumerable.Range(0, 1_000).Select(i => SampleSlices.Slice($"colour = {i}", 1_000, 100, 0.9 - (i * 0.0001), 0.01)), .. small]));

        Lines(page, "Slices of the definition").Should().HaveCount(60).And.Subject.First().Should().StartWith("colour = 999|0.8001|");
        Paragraph(page, "By rocAuc").Should().Contain(" The worst 60 of 1,000; report.json has all.").And.Contain("small 19 (19) and 5 more.").And.NotContain("small 20");
    }

    [Fact]
    public void A_page_without_any_of_them_says_so()
    {
        var (page, _, markdown) = Write(SampleSlices.Of([]) with { WorstSlices = new WorstSlices([], 77, 290) });
        var (unsearched, _, _) = Write(SampleSlices.Of([]));

        page.Descendants("p").Select(p => p.Value).Should().Contain("The definition names no slices.")
            .And.Contain("Every value of every column and every pair of them was tried, 77 slices in 290 rows; none has a higher log-loss than the rest beyond chance.")
            .And.Contain("It is not defined on these rows.");
        unsearched.Descendants("p").Select(p => p.Value).Should().Contain("They were not looked for (evaluation.worstSlices is 0).");
        page.Descendants("h2").Select(h2 => h2.Value).Should().NotContain("Trivial models");
        markdown.Should().NotContain("### Where it is worst");
    }

    [Fact]
    public void Worst_slices_say_what_the_model_says_of_them_and_what_happened()
    {
        var (page, _, markdown) = Write(SampleSlices.Plain);

        Lines(page, "Slices on which the model is worst").Should().Equal(
            "colour = red and shop = north|1,234|0.9000|0.4000|0.75|0.012|0.3000|0.6000", "amount = 40 to 60|100|0.6000|0.5000|0.20|1.0e-9|0.5000|0.5000");
        Paragraph(page, "Every value").Should().StartWith("Every value of every column and every pair of them was tried, 4,321 slices in 290,000 rows; these have a higher log-loss");
        markdown.Should().Contain("### Where it is worst\nOf 4,321 slices that were tried,").And.Contain("| colour = red and shop = north | 1,234 | 0.9000 | 0.4000 | 0.3000 | 0.6000 |\n");
    }

    [Fact]
    public void Markdown_has_the_worst_five()
    {
        var markdown = Write(SampleSlices.Many(1, 2, 1, 100)).Markdown;

        markdown.Split('\n').Count(line => line.StartsWith("| a name", StringComparison.Ordinal)).Should().Be(5);
    }

    [Fact]
    public void Groups_have_what_decisions_do_to_them_and_measures_that_are_undefined_their_reason()
    {
        var (page, _, _) = Write(SampleSlices.Plain);

        page.Descendants("h3").Select(h3 => h3.Value).Should().ContainInOrder("Groups by shop", "Groups by colour");
        Lines(page, "How differently groups are treated").Should().Equal(
            "demographicParityDifference|0.2500|0.2000 to 0.3000|greatest less least share of rows that are predicted positive", "equalOpportunityDifference|undefined|–|a group has no positives");
        Lines(page, "Groups").Should().Equal("north|1,000|0.2500|0.5000|0.1250", "south|500|0.5000|undefined|0.2500");
        page.Descendants("p").Select(p => p.Value).Should().Contain("3 more have too few rows.").And.ContainSingle(text => text == "There are not two groups with rows enough to compare.");
    }

    [Fact]
    public void Of_very_many_groups_those_that_are_treated_most_differently_are_shown()
    {
        var (page, _, _) = Write(SampleSlices.Many(1, 100, 1, 1));

        var lines = Lines(page, "Groups");

        lines.Should().HaveCount(60);
        lines.Select(line => line.Split('|')[2]).Should().BeInAscendingOrder(StringComparer.Ordinal).And.StartWith("0.0000").And.EndWith("0.9900").And.NotContain("0.5000");
        page.Descendants("p").Select(p => p.Value).Should().Contain("The 30 of the lowest and the 30 of the highest share predicted positive, of 100; report.json has all.");
    }

    [Fact]
    public void Importance_has_each_features_loss_and_its_interval()
    {
        var (page, _, _) = Write(SampleSlices.Plain);
        var (wide, _, _) = Write(SampleSlices.Many(1, 2, 2_000, 1));

        Lines(page, "Permutation importance").Should().Equal("amount|0.2500|0.2000 to 0.3000|", "shop|-0.0010|–|–");
        Lines(wide, "Permutation importance").Should().HaveCount(40).And.Subject.Last().Should().StartWith("a name of usual length, number 39|");
        Paragraph(wide, "Area under").Should().EndWith(" The first 40 of 2,000.");
    }

    [Fact]
    public void Trivial_models_stand_below_the_candidate()
    {
        var (page, _, _) = Write(SampleSlices.Plain);

        Lines(page, "The candidate and trivial models").Select(line => string.Join('|', line.Split('|')[..4])).Should().Equal(
            "the candidate|0.8500|undefined|0.1500", "the share of positives in training, for every row|0.5000|undefined|0.6900", "the share of positives in training by amount|0.8000|undefined|undefined");
    }

    [Fact]
    public void The_model_card_has_what_the_model_takes_and_what_it_is_judged_by_and_does_not_see()
    {
        var definition = SmallModel.Parsed with { Data = SmallModel.Parsed.Data with { Attributes = ["gender", "age"] } };

        var (page, _, _) = Write(SampleSlices.Plain, definition, SampleSlices.Schema(3));
        var (wide, _, _) = Write(SampleSlices.Plain, schema: SampleSlices.Schema(2_000));

        Lines(page, "Inputs of the model").Should().Equal("feature 0|numeric|yes|-1.5 to 1234567", "feature 1|categorical|no|2 categories", "feature 2|numeric|yes|-1.5 to 1234567");
        Cells(page.Descendants("h2").Single(h2 => h2.Value == "Model card").ElementsAfterSelf("div").First()).Should().Equal(
            "Answers|'won' or 'lost'", "Decision threshold|0.5", "Trainer|ols, seed 1, chosen by rocAuc on the validation rows", "Trained on|600 rows, 2020-01-01 to 2020-02-29", "Chosen on|2020-03-01 to 2020-03-31", "Tested on|2020-04-01 to 2020-04-30",
            "Judged by, and not seen|gender, age");
        Paragraph(page, "Will a bid").Should().Be("Will a bid be won?");
        Lines(wide, "Inputs of the model").Should().HaveCount(60);
        wide.Descendants("p").Select(p => p.Value).Should().Contain("The first 60 of 2000; model-card.md in the package has all.");
    }

    [Fact]
    public void What_was_not_checked_follows_from_the_definitions_gates()
    {
        var all = SmallModel.Parsed with
        {
            Gates =
            [
                new MetricGateSettings("rocAuc", 0.6, null, null) { Slices = ["colour"] }, new MetricGateSettings("rocAuc", null, null, null) { MinGain = 0.01 },
                new FairnessGateSettings(FairnessMeasures.DisparateImpactRatio, "shop", 0.8, null), new ReproducibilityGateSettings(),
            ],
        };
        string[] always =
        [
            "Latency, memory and size are measured on the packaged service, which comes after this; SmokeTest adds them here.", "There was no champion to compare with.",
            "Intervals are as if rows were independent of each other; rows of one customer or day are not, and true intervals are wider.",
            "Robustness was judged on the ONNX graph, one feature changed at a time; several changed together, and what an adversary would send, were not.",
            "The test rows are of one time span. Whether later ones are like them is for ./build.sh DriftCheck to say.",
        ];

        NotChecked(all).Should().Equal(always);
        NotChecked(SmallModel.Parsed).Should().Equal(
        [
            "No gate is on slices: a model that is good on all rows may be bad on some of them.", "No gate is on fairness: whether groups of people are treated alike was not judged.",
            "No gate asks the model to beat a trivial one.", "Training was not repeated: whether it gives the same model again was not judged.", .. always,
        ]);
        NotChecked(all with { Gates = [.. all.Gates.Where(gate => gate is not FairnessGateSettings)] }).Should().ContainSingle(line => line.StartsWith("No gate", StringComparison.Ordinal)).Which.Should().StartWith("No gate is on fairness");
    }

    [Fact]
    public void Hostile_names_are_text_everywhere()
    {
        var definition = SmallModel.Parsed with
        {
            Description = SampleSlices.Hostile,
            Data = SmallModel.Parsed.Data with { Attributes = [SampleSlices.Hostile] },
            Outputs = (BinaryOutputSettings)SmallModel.Parsed.Outputs with { Positive = SampleSlices.Hostile },
        };

        var (page, text, markdown) = Write(SampleSlices.HostilelyNamed, definition, SampleSlices.Schema(3, i => $"{SampleSlices.Hostile}{i}"));

        text.Should().NotContain("<script").And.NotContain("\u202E");
        markdown.Should().NotContain("<script").And.NotContain("\u202E").And.NotContain("@someone").And.NotContain("#12");
        foreach (var caption in (string[])["Slices of the definition", "Slices on which the model is worst", "Groups", "Permutation importance", "Inputs of the model"])
        {
            Lines(page, caption).Should().HaveCount(3).And.OnlyContain(line => line.StartsWith("<script>alert('x')</script> & \"q\"", StringComparison.Ordinal), caption);
        }

        Lines(page, "The candidate and trivial models")[1].Should().StartWith("the share of positives in training by <script>");
        page.Descendants("h3").Select(h3 => h3.Value).Should().Contain(heading => heading.StartsWith("Groups by <script>", StringComparison.Ordinal));
        page.Descendants().Should().OnlyContain(element => element.HasElements || element.Name.LocalName == "style" || element.Value.Length < 800, "no name is shown whole that is longer than a screen is wide");
    }

    [Fact]
    public void The_page_is_the_same_in_every_culture()
    {
        var invariant = Write(SampleSlices.Plain, schema: SampleSlices.Schema(100));
        using var culture = new CultureScope("de-DE");

        var german = Write(SampleSlices.Plain, schema: SampleSlices.Schema(100));

        (german.Text, german.Markdown).Should().Be((invariant.Text, invariant.Markdown));
    }

    [Fact]
    public void The_page_stays_small_however_much_there_is()
    {
        var (_, text, markdown) = Write(SampleSlices.Many(1_000, 100, 2_000, 100), schema: SampleSlices.Schema(2_000));
        var hostile = Write(SampleSlices.Many(1_000, 100, 2_000, 100, i => $"{SampleSlices.Hostile}{i}"), schema: SampleSlices.Schema(2_000, i => $"{SampleSlices.Hostile}{i}"));

        text.Length.Should().BeLessThan(300_000);
        hostile.Text.Length.Should().BeLessThan(300_000);
        markdown.Length.Should().BeLessThan(65_536);
        text.Should().NotContainAny("NaN", "∞", "http:", "https:");
    }

    private IReadOnlyList<string> NotChecked(ModelDefinition definition) =>
        [.. Write(SampleSlices.Plain, definition).Page.Descendants("h2").Single(h2 => h2.Value == "Not checked here").ElementsAfterSelf("ul").Single().Elements("li").Select(line => line.Value)];

    private static string Paragraph(XDocument page, string start) => page.Descendants("p").Select(p => p.Value).Single(text => text.StartsWith(start, StringComparison.Ordinal));

    private static XElement Table(XDocument page, string caption) => page.Descendants("div").First(div => (string?)div.Attribute("aria-label") == caption);

    private static IReadOnlyList<string> Lines(XDocument page, string caption) => Cells(Table(page, caption));

    private static IReadOnlyList<string> Cells(XElement table) => [.. table.Descendants("tbody").Elements("tr").Select(row => string.Join('|', row.Elements().Select(cell => cell.Value)))];

    private (XDocument Page, string Text, string Markdown) Write(EvaluationReport report, ModelDefinition? definition = null, FeatureSchema? schema = null)
    {
        var files = SampleEvaluations.Write(_fixture, report, definition, schema);
        var text = File.ReadAllText(files.Html);
        var xml = Regex.Replace(text[text.IndexOf('\n', StringComparison.Ordinal)..], "<(meta[^>]*)>", "<$1/>", RegexOptions.None, TimeSpan.FromSeconds(5));
        return (XDocument.Parse(xml), text, File.ReadAllText(files.Markdown));
    }
}
