using Pipeline.Delivery.DriftChecks.Outputs;
using Pipeline.Drift.Verdicts;

namespace Pipeline.Delivery.Tests.DriftChecks.Outputs;

public sealed class PublishedReportTests : IDisposable
{
    private readonly OutputFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Categories_with_fewer_than_five_rows_on_a_side_are_merged_before_the_last_bin()
    {
        var bins = BinsOf(SampleSubject.Of("city", ["Rome", "Ur", "Troy", "Gone", "other"], [100, 3, 90, 80, 0], [200, 50, 4, 0, 9]));

        bins.Select(bin => (bin.Label, bin.Reference, bin.Current)).Should().Equal(("Rome", 100, 200), ("Gone", 80, 0), ("rare values", 93, 54), ("other", 0, 9));
    }

    [Fact]
    public void Parts_and_shares_still_add_up()
    {
        var subject = SampleSubject.Of("city", ["Rome", "Ur", "Troy", "other"], [100, 3, 90, 20], [200, 50, 4, 9]);

        var bins = BinsOf(subject);

        bins.Sum(bin => bin.Contribution).Should().BeApproximately(subject.Effect!.Psi, 1e-12);
        bins.Sum(bin => bin.CurrentShare).Should().BeApproximately(1, 1e-12);
    }

    [Fact]
    public void Intervals_and_the_models_own_labels_stay()
    {
        BinsOf(SampleSubject.Of("hour", ["≤ 3", "(3, 4]", "> 4"], [100, 2, 9], [2, 30, 9])).Should().HaveCount(3).And.NotContain(bin => bin.Label == "rare values");
        BinsOf(SampleSubject.Of("predicted label", ["late", "on time"], [100, 2], [2, 30], SubjectKind.PredictedLabel)).Select(bin => bin.Label).Should().Equal("late", "on time");
    }

    [Fact]
    public void A_category_named_like_an_interval_is_merged_all_the_same() =>
        BinsOf(SampleSubject.Of("city", ["≤ 3", "> 4", "other"], [100, 2, 9], [200, 30, 9])).Select(bin => bin.Label).Should().Equal("≤ 3", "rare values", "other");

    [Theory]
    [InlineData("most from Ann Smith (0 % → 1 %)", "most from rare values (0 % → 1 %)")]
    [InlineData("Ann Smithson stays, Ann Smith goes", "Ann Smithson stays, rare values goes")]
    [InlineData("most from 97 (1 % → 2 %), at 97 rows", "most from rare values (1 % → 2 %), at 97 rows")]
    public void Reasons_do_not_name_them(string reason, string expected)
    {
        var subject = SampleSubject.Of("name", ["Ann Smith", "97", "other"], [3, 2, 900], [2, 3, 900]) with { Reason = reason };
        var window = SampleReports.Small.Windows[0];
        var report = SampleReports.Small with { Reason = reason, Windows = [window with { Drift = window.Drift with { Reason = reason, Subjects = [subject] } }] };

        var published = PublishedReport.Of(report);

        new[] { published.Reason, published.Windows[0].Drift.Reason, published.Windows[0].Drift.Subjects[0].Reason }.Should().AllBe(expected);
    }

    [Fact]
    public void No_form_but_the_one_for_programs_names_a_rare_category()
    {
        var subject = SampleSubject.Of("name", ["Ann Smith", "common", "other"], [3, 900, 2], [4, 400, 500]) with { Reason = "most from Ann Smith (0 % → 1 %)" };
        var window = SampleReports.Small.Windows[0];
        var report = SampleReports.Small with { Windows = [window with { Drift = window.Drift with { Subjects = [subject] } }] };

        var files = _fixture.Write(report);
        var (tables, lines) = _fixture.Print(report);

        new[] { files.Html, files.Markdown, files.JUnit, files.Metrics }.Select(File.ReadAllText).Append(tables).Concat(lines).Should().NotContain(text => text.Contains("Smith"));
        File.ReadAllText(files.Html).Should().Contain(">rare values<");
        File.ReadAllText(files.Json).Should().Contain("Ann Smith");
    }

    private static IReadOnlyList<BinDrift> BinsOf(SubjectDrift subject)
    {
        var window = SampleReports.Small.Windows[0];
        return PublishedReport.Of(SampleReports.Small with { Windows = [window with { Drift = window.Drift with { Subjects = [subject] } }] }).Windows[0].Drift.Subjects[0].Bins;
    }
}
