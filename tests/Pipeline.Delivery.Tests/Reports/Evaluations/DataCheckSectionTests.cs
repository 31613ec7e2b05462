using Pipeline.Delivery.Data.Checks;
using Pipeline.Delivery.Reports.Evaluations;

namespace Pipeline.Delivery.Tests.Reports.Evaluations;

public sealed class DataCheckSectionTests
{
    [Fact]
    public void Each_outcome_is_a_row_and_hostile_names_are_text()
    {
        var html = DataCheckSection.Html(
        [
            new DataCheckOutcome(DataCheckNames.Missing, "<b>x</b>", DataCheckStatus.Pass, "missing in 2 % of the training rows"),
            new DataCheckOutcome(DataCheckNames.LeakAuc, "y", DataCheckStatus.Warn, "tells the label by itself"),
        ]);

        html.Should().Contain("<h2>Checks of the data</h2>").And.Contain("<strong class=\"pass\">pass</strong>").And.Contain("&lt;b&gt;x&lt;/b&gt;").And.Contain("warn").And.Contain("tells the label by itself").And.NotContain("<b>x");
    }

    [Fact]
    public void Without_outcomes_there_is_nothing() => DataCheckSection.Html([]).Should().BeEmpty();
}
