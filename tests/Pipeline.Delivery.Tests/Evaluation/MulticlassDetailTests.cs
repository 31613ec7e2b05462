using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Tests.Reports.Evaluations;
using Pipeline.Metrics.Multiclass;

namespace Pipeline.Delivery.Tests.Evaluation;

public sealed class MulticlassDetailTests
{
    [Fact]
    public void Classes_and_confusion_are_counts_of_rows()
    {
        // Predicted: 0, 1, 1, 2, 0.
        var answers = MulticlassSample.Of(3, [0, 0, 1, 2, 2], [0.8, 0.1, 0.1, 0.2, 0.7, 0.1, 0, 1, 0, 0.1, 0.1, 0.8, 0.5, 0.3, 0.2]);

        var detail = MulticlassDetail.Of(answers, ["a", "b", "c"]);

        detail.Classes.Should().Equal(new ClassResult("a", new ClassRates(2, 2, 1)), new ClassResult("b", new ClassRates(1, 2, 1)), new ClassResult("c", new ClassRates(2, 1, 1)));
        detail.Confusion.Should().BeEquivalentTo(new ClassConfusion(["a", "b", "c"], HasOthers: false, [[1, 1, 0], [0, 1, 0], [1, 0, 1]]), options => options.WithStrictOrdering());
        detail.RarestRows().Should().Be(1);
        detail.Calibration.Select(bin => (bin.Lower, bin.Rows, bin.PositiveShare)).Should().Equal((0.4, 1, 0), (0.6, 1, 0), (0.7, 2, 1), (0.9, 1, 1));
        ((Action)(() => MulticlassDetail.Of(answers, ["a", "b"]))).Should().Throw<ArgumentException>().WithMessage("2 names, but 3 classes.*");
    }

    [Fact]
    public void Of_many_classes_those_with_the_most_rows_are_shown_and_no_row_is_lost()
    {
        IReadOnlyList<IReadOnlyList<long>> counts = [[1, 0, 1, 0], [0, 5, 2, 0], [1, 3, 4, 0], [0, 0, 0, 7]];

        var confusion = ClassConfusion.Of(["a", "b", "c", "d"], counts, most: 2);

        confusion.Should().BeEquivalentTo(new ClassConfusion(["b", "c"], HasOthers: true, [[5, 2, 0], [3, 4, 1], [0, 1, 8]]), options => options.WithStrictOrdering(), "c has 8 rows, b and d have 7, and b is the first of the two");
    }

    [Fact]
    public void A_report_without_the_details_of_one_task_says_so()
    {
        var report = SampleEvaluations.Regression(100);

        report.Task.Should().Be("regression");
        ((Func<string>)(() => (report with { Regression = null }).Task)).Should().Throw<InvalidOperationException>();
        ((Func<string>)(() => (report with { Multiclass = SampleEvaluations.Multiclass(100, ["a", "b"]).Multiclass }).Task)).Should().Throw<InvalidOperationException>();
        ((Action)(() => MetricCatalog.ByName("ranking"))).Should().Throw<ArgumentOutOfRangeException>().WithMessage("There is no such task; there are binary, multiclass, regression.*");
    }
}
