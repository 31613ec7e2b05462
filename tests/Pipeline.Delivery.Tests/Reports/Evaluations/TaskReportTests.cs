using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Packaging;
using Pipeline.Delivery.Training;
using Pipeline.ModelPackage;
using Pipeline.OnnxExport;

namespace Pipeline.Delivery.Tests.Reports.Evaluations;

public sealed class TaskReportTests : IDisposable
{
    private const string Hostile = "<b>bold</b> & @someone | `x`";

    private static readonly string[] Classes = ["none", "some", Hostile];

    private readonly StageFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void A_page_of_several_classes_has_confusion_classes_and_calibration()
    {
        var report = SampleEvaluations.Multiclass(2_000, Classes);
        var (page, text, markdown) = Write(report);

        Headings(page).Should().Equal("Gates", "Provenance", "Champion and candidate", "Predicted and true class", "Classes", "Calibration", "Metrics on the test rows", "Trainers tried", "Slices", "Importance of features", "Model card", "Not checked here");
        page.Descendants("p").First().Value.Should().Be("ols, judged on 2,000 test rows of 3 classes");
        var rates = report.Multiclass!.Classes[2].Rates;
        Lines(page, "Classes")[2].Should().StartWith($"{Hostile}|{rates.Rows}|{rates.Predicted}|{rates.Right}|{MetricText.Of(rates.Precision)}|{MetricText.Of(rates.Recall)}|{MetricText.Of(rates.F1)}|");
        var matrix = page.Descendants("table").Single(table => (string?)table.Attribute("class") == "matrix");
        var cell = matrix.Descendants("tr").ElementAt(1).Elements("td").First();
        var (right, rows) = (report.Multiclass.Classes[0].Rates.Right, report.Multiclass.Classes[0].Rates.Rows);
        cell.Attribute("class")!.Value.Should().EndWith(" right");
        cell.Value.Should().Be(FormattableString.Invariant($"{right:#,0}{100.0 * right / rows:0.#} %"));
        text.Should().NotContain("<b>").And.NotContain("NaN").And.NotContain("positive");
        markdown.Should().Contain("judged on 2,000 test rows of 3 classes.").And.Contain("### Most frequent errors\n").And.Contain("\"share predicted right\" 0 --> 1").And.NotContain("<b>").And.NotContain("@someone");
    }

    [Fact]
    public void A_page_of_a_number_has_four_plots_and_the_errors_as_tables()
    {
        var report = SampleEvaluations.Regression(2_000);
        var (page, text, markdown) = Write(report);

        Headings(page).Should().Equal("Gates", "Provenance", "Champion and candidate", "Performance on the test rows", "Absolute errors", "Errors by prediction", "Metrics on the test rows", "Trainers tried", "Slices", "Importance of features", "Model card", "Not checked here");
        page.Descendants("figcaption").Select(caption => caption.Value).Should().Equal("Predicted and true value, rows by colour", "Errors by prediction", "Errors against the normal distribution", "How great errors are");
        page.Descendants("figure").Elements("svg").Should().OnlyContain(svg => svg.Attribute("role")!.Value == "img" && svg.Element("title")!.Value.Length > 5 && svg.Element("desc")!.Value.Length > 20);
        Lines(page, "Absolute errors").Should().HaveCount(6).And.Subject.Last().Should().StartWith($"100 %|{MetricText.Of(report.Metrics["maxError"].Value)}|");
        Lines(page, "Errors by prediction").Should().HaveCount(20);
        Lines(page, "Metrics on the test rows")[0].Should().StartWith("mae|").And.EndWith("|mean of |error|");
        Lines(page, "Trainers tried").Should().Equal("ols|undefined|0.8000|12,345");
        text.Should().NotContainAny("positive", "threshold 0", "NaN", "labels differ");
        markdown.Should().NotContain("positive").And.Contain("### Absolute errors\n").And.Contain("### Errors by prediction\n");
    }

    [Fact]
    public void Programs_get_the_details_of_the_one_task_and_read_them_back()
    {
        foreach (var report in new[] { SampleEvaluations.Multiclass(300, Classes), SampleEvaluations.Regression(300) })
        {
            var bytes = PackageJson.Serialize(report);

            JsonNode.Parse(bytes)!.AsObject().Select(member => member.Key).Should().Equal("rows", "metrics", report.Task, "baselines", "slices", "worstSlices", "fairness", "importance");
            PackageJson.Deserialize<EvaluationReport>(bytes, "test").Should().BeEquivalentTo(report);
        }
    }

    [Fact]
    public void Pages_are_the_same_in_every_culture()
    {
        EvaluationReport[] reports = [SampleEvaluations.Multiclass(300, Classes), SampleEvaluations.Regression(300, 1e4)];
        var invariant = reports.Select(report => Write(report)).Select(written => (written.Text, written.Markdown)).ToList();
        using var culture = new CultureScope("de-DE");

        reports.Select(report => Write(report)).Select(written => (written.Text, written.Markdown)).Should().Equal(invariant);
    }

    [Fact]
    public void A_million_rows_make_a_small_page()
    {
        var report = SampleEvaluations.Regression(1_000_000, resamples: 1);

        Write(report).Text.Length.Should().BeLessThan(100_000);
        PackageJson.Serialize(report).Length.Should().BeLessThan(100_000);
    }

    [Fact]
    public void A_thousand_classes_make_a_small_page_that_says_which_are_shown()
    {
        var report = SampleEvaluations.Multiclass(2_000, [.. Enumerable.Range(0, 1_000).Select(i => $"class {i}")], 1);

        var (page, text, markdown) = Write(report);

        text.Length.Should().BeLessThan(300_000);
        page.Descendants("p").Should().Contain(p => p.Value == "The 30 classes with the most rows, of 1,000; what there is of the others has one line and one column.");
        Lines(page, "Classes").Should().HaveCount(30);
        page.Descendants("table").Single(table => (string?)table.Attribute("class") == "matrix").Descendants("tr").Should().HaveCount(32).And.OnlyContain(line => line.Elements().Count() == 32);
        markdown.Should().Contain("The 30 classes with the most rows, of 1,000;");
        report.Multiclass!.Classes.Should().HaveCount(1_000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Few_rows_make_a_page(int rows)
    {
        Write(SampleEvaluations.Regression(rows)).Text.Should().NotContain("NaN").And.NotContain("∞");
        Write(SampleEvaluations.Multiclass(rows, Classes)).Text.Should().NotContain("NaN");
    }

    [Fact]
    public void Model_card_says_what_is_predicted()
    {
        Card(SampleEvaluations.Multiclass(300, Classes)).Should().Contain("; predicts one of 3 classes: none, some, &lt;b&gt;bold").And.NotContain("threshold");
        Card(SampleEvaluations.Regression(300)).Should().Contain("; predicts a number; in the test rows it goes from 2.").And.Contain("| rmse |").And.NotContain("threshold");
    }

    private string Card(EvaluationReport report)
    {
        var folder = Path.Combine(_fixture.Root, "models", SmallModel.Name);
        SmallModel.Write(folder, SmallModel.Definition);
        return ModelCard.Write(ModelDefinitionReader.Read(folder), new TrainingReport("ols", "rmse", 1, 600, new FeatureSchema([]), new BinaryOutputs("won", "lost", 0.5f), SmallModel.Stump, [], new ParityReport(10, 0, 0, 0, 0, 0, 1e-5)), report);
    }

    private static IReadOnlyList<string> Headings(XDocument page) => [.. page.Descendants("h2").Select(heading => heading.Value)];

    private static IReadOnlyList<string> Lines(XDocument page, string heading) =>
        [.. page.Descendants("h2").Single(h2 => h2.Value == heading).ElementsAfterSelf("div").First(div => div.Elements("table").Any()).Descendants("tbody").Elements("tr").Select(row => string.Join('|', row.Elements().Select(cell => cell.Value)))];

    private (XDocument Page, string Text, string Markdown) Write(EvaluationReport report)
    {
        var files = SampleEvaluations.Write(_fixture, report);
        var text = File.ReadAllText(files.Html);
        var xml = Regex.Replace(text[text.IndexOf('\n', StringComparison.Ordinal)..], "<(meta[^>]*)>", "<$1/>", RegexOptions.None, TimeSpan.FromSeconds(5));
        return (XDocument.Parse(xml), text, File.ReadAllText(files.Markdown));
    }
}
