using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Reports.Evaluations;
using Pipeline.Delivery.SmokeTests.Operations;
using Pipeline.Delivery.Training;
using Pipeline.Metrics;
using Pipeline.Metrics.Binary;
using Pipeline.Metrics.Comparisons;
using Pipeline.ModelPackage;
using Pipeline.OnnxExport;

namespace Pipeline.Delivery.Tests.Reports.Evaluations;

public sealed class EvaluationReportWriterTests : IDisposable
{
    private const string Hostile = "<script>alert('x')</script> \"quoted\" & <b>bold</b> </td>";

    private readonly StageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void A_pass_says_so_with_every_gate_metric_trainer_and_digest()
    {
        var (page, text) = Write(Verdict(new GateRow("rocAuc ≥ 0.6", 10, GateOutcome.Pass, "0.9000 ≥ 0.6000") { Value = 0.9, Bound = 0.6, Champion = null }));

        page.Descendants("title").First().Value.Should().Be("bids: pass");
        page.Descendants("strong").First().Value.Should().Be("PASS");
        page.Descendants("h2").Select(heading => heading.Value).Should().Equal(
            "Gates", "Provenance", "Champion and candidate", "Performance on the test rows", "Decisions at the threshold 0.5", "Calibration", "Metrics on the test rows", "Trainers tried",
            "Slices", "Importance of features", "Model card", "Not checked here");
        Rows(page, "Gates").Should().Equal("rocAuc ≥ 0.6|pass|0.9000|–|0.6000|–|10|0.9000 ≥ 0.6000");
        Rows(page, "Metrics on the test rows").Should().Equal(
            "rocAuc|0.9000|0.8500 to 0.9400 delong|area under the ROC curve: how often a positive row has a higher probability than a negative one, ties counted half",
            "precision|undefined|–|undefined: no row is predicted positive");
        Rows(page, "Decisions at the threshold 0.5").Should().Equal("Positive|3|2", "Negative|1|1,004");
        Rows(page, "Trainers tried").Should().Equal("lightgbm|0.8000|0.3000|12,345");
        text.Should().Contain(Digest.OfText("model").ToString()).And.Contain(Digest.OfText("evaluation").ToString()).And.Contain("./build.sh Gate --model bids").And.NotContain("FAIL");
    }

    [Fact]
    public void A_failure_says_which_gates_said_no()
    {
        var (page, _) = Write(Verdict(
            new GateRow("rocAuc ≥ 0.95", 10, GateOutcome.Fail, "0.9000 < 0.9500") { Value = 0.9, Bound = 0.95, Champion = null },
            new GateRow("precision ≥ 0.1", 10, GateOutcome.Fail, "the metric is undefined on these rows") { Value = null, Bound = 0.1, Champion = null },
            new GateRow("brier ≤ 1", 10, GateOutcome.Pass, "0.1000 ≤ 1.0000") { Value = 0.1, Bound = 1, Champion = null }));

        page.Descendants("strong").First().Value.Should().Be("FAIL");
        page.Descendants("div").First().Value.Should().Contain("2 of 3 gates said no: rocAuc ≥ 0.95 (0.9000 < 0.9500); precision ≥ 0.1 (the metric is undefined on these rows).");
        Rows(page, "Gates")[1].Should().Be("precision ≥ 0.1|FAIL|undefined|–|0.1000|–|10|the metric is undefined on these rows");
    }

    [Fact]
    public void An_empty_verdict_is_a_failure() => Write(Verdict()).Page.Descendants("strong").First().Value.Should().Be("FAIL");

    [Fact]
    public void Hostile_names_are_text()
    {
        var (page, text) = Write(
            Verdict(new GateRow(Hostile, 10, GateOutcome.Fail, Hostile) { Value = 0.9, Bound = 0.6, Champion = 0.8 }) with { ComparedWith = new Dictionary<string, Digest> { [Hostile] = Digest.OfText("champion") } },
            trainer: Hostile,
            metric: Hostile);

        text.Should().NotContain("<script").And.NotContain("<b>");
        Rows(page, "Gates").Single().Should().StartWith(Hostile + "|FAIL");
        Rows(page, "Provenance").Should().Contain($"Champion of {Hostile}|{Digest.OfText("champion")}");
    }

    [Fact]
    public void Nothing_is_loaded_from_elsewhere_and_it_is_small()
    {
        var (page, text) = Write(Verdict([.. Enumerable.Range(0, 200).Select(i => new GateRow($"gate {i}", i, GateOutcome.Pass, "a reason of some length that is told in words") { Value = i, Bound = i, Champion = i })]));

        text.Should().NotContainAny("http:", "https:", "//", "url(", "@import", "javascript:");
        page.Descendants().Select(element => element.Name.LocalName).Should().NotContain(["script", "link", "img", "iframe", "object", "embed", "form"]);
        page.Descendants().Attributes().Select(attribute => attribute.Name.LocalName).Should().NotContain(["src", "href"]).And.NotContain(name => name.StartsWith("on", StringComparison.Ordinal));
        text.Length.Should().BeLessThan(300_000);
    }

    [Fact]
    public void The_page_is_the_same_in_every_culture()
    {
        var (_, text) = Write(Verdict(new GateRow("gate", 1_000, GateOutcome.Pass, "a reason") { Value = -0.25, Bound = 0.5, Champion = null }));
        using var culture = new CultureScope("de-DE");

        Write(Verdict(new GateRow("gate", 1_000, GateOutcome.Pass, "a reason") { Value = -0.25, Bound = 0.5, Champion = null })).Text.Should().Be(text);
    }

    [Fact]
    public async Task Who_reads_while_it_is_written_sees_a_whole_page()
    {
        var token = TestContext.Current.CancellationToken;
        var path = Path.Combine(_fixture.Artifacts, "reports", SmallModel.Name, "report.html");
        Write(Verdict());
        var writing = Task.Run(() => Enumerable.Range(0, 100).ToList().ForEach(i => Write(Verdict(new GateRow(new string('x', i * 1_000), 1, GateOutcome.Pass, "a reason") { Value = 1, Bound = 1, Champion = 1 }))), token);

        while (!writing.IsCompleted)
        {
            (await File.ReadAllTextAsync(path, token)).Should().StartWith("<!DOCTYPE html>").And.EndWith("</html>\n");
        }

        await writing;
        System.IO.Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(path)!).Should().HaveCount(4);
        _fixture.Stored.Should().BeEmpty();
    }

    [Fact]
    public void Gates_are_test_cases_for_a_CI_server()
    {
        Write(Mixed());

        var suite = XDocument.Load(Path.Combine(Directory, "report.junit.xml")).Root!.Element("testsuite")!;

        suite.Attributes().Select(attribute => (attribute.Name.LocalName, attribute.Value)).Should().Equal(("name", "gates of bids"), ("tests", "4"), ("failures", "2"), ("errors", "0"), ("skipped", "1"), ("time", "0"));
        suite.Elements("testcase").Select(one => (one.Attribute("name")!.Value, one.Elements().Single().Name.LocalName)).Should().Equal(
            ("verdict", "failure"), ("test rows ≥ 100", "skipped"), ("rocAuc ≥ 0.95", "failure"), ("brier ≤ 1", "system-out"));
        suite.Descendants("failure").Last().Attribute("message")!.Value.Should().Be("0.9000 < 0.9500");
    }

    [Fact]
    public void A_refusal_by_an_operation_gate_fails_every_form_of_the_report()
    {
        var verdict = Verdict(new GateRow("brier ≤ 1", 10, GateOutcome.Pass, "0.1000 ≤ 1.0000") { Value = 0.1, Bound = 1 });
        var measures = new Dictionary<string, MetricEstimate> { ["residentMb"] = new(61.5, null, new ConfidenceInterval(60, 63, "order statistics")), ["imageMb"] = new(null, "no image: none", null) };
        var champion = new Dictionary<string, MetricEstimate> { ["residentMb"] = new(50, null, null), ["imageMb"] = new(null, "no image: none", null) };
        var operations = new OperationsVerdict(
            1, Digest.OfText("package"), Digest.OfText("service"), new Dictionary<string, Digest>(), 2, 9, 4_500, measures, new Dictionary<string, IReadOnlyDictionary<string, MetricEstimate>> { ["dev"] = champion },
            [new GateRow("residentMb ≤ 62", 4_500, GateOutcome.Fail, "upper end of the interval 63.0000 > 62.0000") { Value = 61.5, Bound = 62 }]);

        var (page, _) = Write(verdict, operations: operations);

        page.Descendants("title").First().Value.Should().Be("bids: fail");
        page.Descendants("div").First(div => ((string?)div.Attribute("class"))?.StartsWith("verdict", StringComparison.Ordinal) == true).Attribute("class")!.Value.Should().Be("verdict fail");
        page.Descendants("div").First().Value.Should().Contain("1 of 2 gates said no: residentMb ≤ 62 (upper end of the interval 63.0000 > 62.0000).");
        Rows(page, "Gates").Should().HaveCount(2).And.Contain("residentMb ≤ 62|FAIL|61.5000|–|62.0000|–|4,500|upper end of the interval 63.0000 > 62.0000");
        Rows(page, "Operations").Should().Equal("residentMb|61.5000|60.0000 to 63.0000|50.0000", "imageMb|no image: none|–|undefined");
        File.ReadAllText(Path.Combine(Directory, "report.md")).Should().StartWith("## ❌ bids: FAIL\n").And.Contain("| ❌ FAIL | residentMb ≤ 62 |").And.Contain("| residentMb | 61.5000 | 60.0000 to 63.0000 | 50.0000 |\n");
        XDocument.Load(Path.Combine(Directory, "report.junit.xml")).Root!.Element("testsuite")!.Attribute("failures")!.Value.Should().Be("2", "the verdict and the gate");
        var document = JsonNode.Parse(File.ReadAllBytes(Path.Combine(Directory, "report.json")))!;
        ((string)document["outcome"]!, (string)document["operations"]!["rows"]![0]!["outcome"]!).Should().Be(("fail", "fail"));
    }

    [Fact]
    public void Verdict_is_there_as_Markdown_with_nothing_that_GitHub_would_take_for_a_link_or_a_person()
    {
        Write(Mixed());
        File.ReadAllText(Path.Combine(Directory, "report.md")).Should().StartWith("## ❌ bids: FAIL\n")
            .And.Contain("| ❌ FAIL | rocAuc ≥ 0.95 | 0.9000 | 0.8500 to 0.9400 | 0.9500 | – | 0.9000 &lt; 0.9500 |\n")
            .And.Contain("| ⚠️ NOT ENOUGH DATA | test rows ≥ 100 | – | – | – | – | 10 rows |\n")
            .And.Contain("| Positive | 3 | 2 |\n| Negative | 1 | 1,004 |\n")
            .And.Contain("| precision | undefined | – | no row is predicted positive |\n");

        Write(Verdict(new GateRow("see #12 | @someone", 10, GateOutcome.Fail, "<b>`x`</b>\nhttps://example.org")));
        File.ReadAllText(Path.Combine(Directory, "report.md")).Should().NotContain("#12").And.NotContain("@someone").And.NotContain("<b>").And.NotContain("https://");
    }

    [Fact]
    public void Markdown_stays_within_what_GitHub_takes()
    {
        Write(Verdict([.. Enumerable.Range(0, 2_000).Select(i => new GateRow($"gate {i}", 10, GateOutcome.Pass, new string('x', 200)))]));

        var text = File.ReadAllText(Path.Combine(Directory, "report.md"));

        text.Length.Should().BeInRange(50_000, 65_536);
        text.Should().EndWith("\nThe rest is in `report.html`.\n");
    }

    [Fact]
    public void Programs_get_verdict_and_metrics_as_JSON()
    {
        Write(Mixed());

        var document = JsonNode.Parse(File.ReadAllBytes(Path.Combine(Directory, "report.json")))!;

        ((int)document["schemaVersion"]!, (string)document["outcome"]!).Should().Be((EvaluationDocument.CurrentSchemaVersion, "fail"));
        document["verdict"]!["rows"]!.AsArray().Select(row => (string)row!["outcome"]!).Should().Equal("notEnoughData", "fail", "pass");
        ((double)document["evaluation"]!["metrics"]!["rocAuc"]!["interval"]!["low"]!).Should().Be(0.85);
        ((string)document["evaluation"]!["metrics"]!["precision"]!["undefined"]!).Should().Be("no row is predicted positive");
    }

    [Fact]
    public void Lack_of_data_alone_is_no_failure()
    {
        var (page, _) = Write(Verdict(new GateRow("test rows ≥ 100", 10, GateOutcome.NotEnoughData, "10 rows")));

        page.Descendants("strong").First().Value.Should().Be("NOT ENOUGH DATA");
        page.Descendants("div").First().Value.Should().Contain("There is not enough data to judge by: test rows ≥ 100 (10 rows).");
    }

    [Fact]
    public void Curves_and_differences_are_drawn_and_say_in_words_what_they_show()
    {
        var difference = new PairedDifference(-0.02, new ConfidenceInterval(-0.03, -0.01, "delong"), -0.028, -0.012, 0);

        var (page, text) = Write(Verdict(new GateRow("rocAuc at most 0.05 below the champion's", 10, GateOutcome.Pass, "a reason") { Value = 0.9, Champion = 0.92, Bound = 0.87, Difference = difference }));

        page.Descendants("figcaption").Select(caption => caption.Value).Should().Equal("ROC curve", "Precision and recall", "What each threshold gives", "Probabilities by class", "Calibration, with 95 % intervals");
        page.Descendants("figure").Elements("svg").Should().OnlyContain(svg => svg.Attribute("role")!.Value == "img" && svg.Element("desc")!.Value.Length > 20);
        Rows(page, "Champion and candidate").Single().Should().StartWith("0.9000|0.9200|-0.0200|-0.0300 to -0.0100||pass");
        var drawn = page.Descendants("svg").Single(svg => (string?)svg.Attribute("class") == "forest");
        drawn.Elements("path").Select(path => path.Attribute("d")!.Value).Should().Equal("M120 0V20", "M10.9 0V20", "M54.5 10H98.2");
        text.Should().NotContain("<script").And.NotContain("NaN").And.NotContain("http://").And.NotContain("https://");
    }

    [Fact]
    public void A_test_set_of_one_class_has_no_curves_and_says_so()
    {
        var (page, _) = Write(Verdict(), positives: 10);

        page.Descendants("figure").Should().BeEmpty();
        page.Descendants("p").Should().Contain(paragraph => paragraph.Value == "There are rows of one class only, so that there is nothing to draw.");
    }

    [Fact]
    public void Page_stays_small_whatever_the_number_of_rows()
    {
        var random = new Random(1);
        var probabilities = Enumerable.Range(0, 200_000).Select(_ => random.NextDouble()).ToArray();
        var answers = BinarySample.Of([.. probabilities.Select(p => random.NextDouble() < p)], probabilities, 0.5);

        var (_, text) = Write(Verdict(), answers: answers);

        text.Length.Should().BeLessThan(100_000);
    }

    private string Directory => Path.Combine(_fixture.Artifacts, "reports", SmallModel.Name);

    private static GateVerdict Mixed() => Verdict(
        new GateRow("test rows ≥ 100", 10, GateOutcome.NotEnoughData, "10 rows"),
        new GateRow("rocAuc ≥ 0.95", 10, GateOutcome.Fail, "0.9000 < 0.9500") { Value = 0.9, Bound = 0.95, Interval = new ConfidenceInterval(0.85, 0.94, "delong") },
        new GateRow("brier ≤ 1", 10, GateOutcome.Pass, "0.1000 ≤ 1.0000") { Value = 0.1, Bound = 1 });

    private static IReadOnlyList<string> Rows(XDocument page, string heading)
    {
        var table = page.Descendants("h2").Single(h2 => h2.Value == heading).ElementsAfterSelf("div").First();
        return [.. table.Descendants("tbody").Elements("tr").Select(row => string.Join('|', row.Elements("td").Select(cell => cell.Value)))];
    }

    private static GateVerdict Verdict(params GateRow[] rows) =>
        new(GateVerdict.CurrentSchemaVersion, SmallModel.Name, Digest.OfText("model"), Digest.OfText("evaluation"), new Dictionary<string, Digest>(), rows);

    /// <summary>Writes and reads back, as XML but for the doctype and elements that have no end: any tag out of place is an error.</summary>
    private (XDocument Page, string Text) Write(GateVerdict verdict, string trainer = "lightgbm", string metric = "rocAuc", int positives = 5, BinarySample? answers = null, OperationsVerdict? operations = null)
    {
        var trial = new Trial(trainer, new Dictionary<string, double?> { ["rocAuc"] = 0.8, ["logLoss"] = 0.3 }, 12_345);
        var training = new TrainingReport(trainer, metric, 1, 600, new FeatureSchema([]), new BinaryOutputs("won", "lost", 0.5f), SmallModel.Stump, [trial], new ParityReport(10, 1e-8, 0, 0.5f, 0.5f, 0, 1e-5));
        var evaluation = new EvaluationReport(
            10, new Dictionary<string, MetricEstimate> { ["rocAuc"] = new(0.9, null, new ConfidenceInterval(0.85, 0.94, "delong")), ["precision"] = new(null, "no row is predicted positive", null) })
        {
            Binary = new BinaryDetail(positives, 0.5f, new ConfusionMatrix(3, 1, 2, 1_004), [new CalibrationBin(0.1, 0.2, 10, 0.15, 0.125)])
            {
                Curve = answers?.Curve(200) ?? [new ThresholdPoint(0.9, 2, 0), new ThresholdPoint(0.5, 3, 1), new ThresholdPoint(0.1, 5, 5)],
                Scores = answers?.Scores(40) ?? [new ScoreBin(0, 0.5, 2, 4), new ScoreBin(0.5, 1, 3, 1)],
            },
        };
        var path = new EvaluationReportWriter(_fixture.Artifacts, _fixture.Runner.Store).Write(
            verdict, SmallModel.Parsed, new CandidateModel("folder", Digest.OfText("model"), training), new CandidateEvaluation("folder", Digest.OfText("evaluation"), evaluation), operations).Html;
        var text = File.ReadAllText(path);
        text.Should().StartWith("<!DOCTYPE html>\n");
        var xml = Regex.Replace(text[text.IndexOf('\n', StringComparison.Ordinal)..], "<(meta[^>]*)>", "<$1/>", RegexOptions.None, TimeSpan.FromSeconds(5));
        return (XDocument.Parse(xml), text);
    }
}
