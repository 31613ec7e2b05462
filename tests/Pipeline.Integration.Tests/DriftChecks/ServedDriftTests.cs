using Pipeline.Delivery.DriftChecks;
using Pipeline.Drift;
using Pipeline.Drift.Measures;
using Pipeline.Drift.Verdicts;

namespace Pipeline.Integration.Tests.DriftChecks;

/// <summary>The same traffic gives the same counts and the same verdicts, whichever way it is read: real services, real Prometheus.</summary>
[Collection(SharedWorkspace.Name)]
public sealed class ServedDriftTests(ServedDrift served) : IClassFixture<ServedDrift>
{
    [Fact]
    public async Task Counters_over_a_kill_are_those_of_a_file_of_the_same_rows()
    {
        var found = await served.FindingsAsync();

        Counts(found.June.Window).Should().BeEquivalentTo(Counts(found.JuneFile.Window), Strictly);
        found.June.Window.Profile.Rows.Should().Be(found.JuneRows);
        found.June.Window.Coverage.Should().Be(1);
        found.June.Judged.Notes.Should().ContainMatch("2 replicas read: *").And.ContainMatch($"{found.Restarted} restarted once; *");
    }

    [Fact]
    public async Task Counters_over_a_kill_are_those_of_the_prediction_log()
    {
        var found = await served.FindingsAsync();

        Counts(found.June.Window).Should().BeEquivalentTo(Counts(found.JuneLog.Window), Strictly);
        found.JuneLog.Judged.Notes.Should().ContainMatch($"{found.AprilRows:N0} rows lie outside of the windows and are not counted; *");
    }

    [Fact]
    public async Task Numbers_and_verdicts_are_the_same_from_counters_from_a_file_and_from_the_log()
    {
        var found = await served.FindingsAsync();

        foreach (var other in new[] { found.JuneFile, found.JuneLog })
        {
            // Psi, p-values, bins, rates, sentences: all of it, and to the last bit.
            found.June.Judged.Drift.Subjects.Should().BeEquivalentTo(other.Judged.Drift.Subjects, Strictly);
            found.June.Judged.Performance.Should().BeEquivalentTo(other.Judged.Performance, Strictly);
            (found.June.Judged.Drift.Verdict, found.June.Judged.Drift.Reason).Should().Be((other.Judged.Drift.Verdict, other.Judged.Drift.Reason));
            (found.June.Report.Verdict, found.June.Report.Reason).Should().Be((other.Report.Verdict, other.Report.Reason));
        }
    }

    [Fact]
    public async Task Missing_distances_are_drift_and_an_airport_that_is_asked_for_thrice_as_often_is_named()
    {
        var found = await served.FindingsAsync();

        found.June.Report.Verdict.Should().Be(DriftVerdict.Drift);

        // An adjusted PSI of 0.0997, just below the 0.1 of drift.
        Subject(found.June, "origin").Verdict.Should().Be(DriftVerdict.Warn);
        Subject(found.June, "origin").Reason.Should().StartWith("origin differs: adjusted PSI 0.0997 ≥ 0.05, below 0.1, ").And.Contain($"; most from {FlightTraffic.CrowdedOrigin} (5.6 % → 14.7 %)");
        Missing(found.June).Verdict.Should().Be(DriftVerdict.Drift);
        Missing(found.June).CurrentRate.Should().BeApproximately(0.035, 0.003);
    }

    [Fact]
    public async Task Month_like_those_of_training_is_none()
    {
        var found = await served.FindingsAsync();

        found.April.Window.Profile.Rows.Should().Be(found.AprilRows);
        found.April.Window.Coverage.Should().Be(1);
        Subject(found.April, "origin").Verdict.Should().Be(DriftVerdict.Ok);
        Missing(found.April).Verdict.Should().Be(DriftVerdict.Ok);
        found.April.Judged.Notes.Should().NotContainMatch("*restarted*");
    }

    [Fact]
    public async Task Metrics_pages_tell_the_same_but_for_what_a_killed_process_had_counted_since_the_last_check()
    {
        var found = await served.FindingsAsync();

        Counts(found.AprilPages).Should().BeEquivalentTo(Counts(found.April.Window), Strictly);
        Counts(found.JunePages).Should().BeEquivalentTo(Counts(found.LeftOnPages), Strictly);
        found.JunePages.Profile.Rows.Should().BeLessThan(found.JuneRows);
        found.JunePages.Coverage.Should().Be(1);
        found.JunePages.Notes.Should().ContainMatch($"http://{found.Restarted}/metrics restarted *; what it counted between the last check and its end is lost.");
    }

    [Fact]
    public async Task Dashboards_show_the_index_of_the_same_counts()
    {
        var found = await served.FindingsAsync();

        foreach (var feature in found.Reference.Features)
        {
            var (april, june) = (found.April.Window.Profile.Features[feature.Name], found.June.Window.Profile.Features[feature.Name]);
            var psi = PopulationStabilityIndex.Of(feature.Training.Bins, [.. april.Bins.Zip(june.Bins, (first, second) => first + second)]);

            // increase() extrapolates to the window's end, by up to a scrape interval in some twenty, for each replica by another factor.
            found.RecordedPsi[feature.Name].Should().BeApproximately(psi, 0.02 * psi, feature.Name);
        }
    }

    private static FluentAssertions.Equivalency.EquivalencyAssertionOptions<T> Strictly<T>(FluentAssertions.Equivalency.EquivalencyAssertionOptions<T> options) =>
        options.WithStrictOrdering().RespectingRuntimeTypes();

    // Of what is known on all sides: a file without times has no bounds.
    private static LiveProfile Counts(SourceWindow window) => window.Profile with { From = null, To = null };

    private static SubjectDrift Subject(CheckedWindow window, string name) => window.Judged.Drift.Subjects.Single(subject => subject.Name == name);

    private static RateDrift Missing(CheckedWindow window) => Subject(window, "distance").Rates.Single(rate => rate.State == ValueState.Missing);
}
