using Pipeline.Delivery.DriftChecks;
using Pipeline.Drift;
using Pipeline.Drift.Verdicts;

namespace Pipeline.Delivery.Tests.DriftChecks.Files;

public sealed class FileCountsTests : IDisposable
{
    private readonly RowFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("rows.csv", 1, "")]
    [InlineData("rows.jsonl", 2, "")]
    [InlineData("rows.parquet", 3, "")]
    [InlineData("it's \"my\" rows.csv", 4, "de-DE")]
    [InlineData("it's my rows.parquet", 5, "de-DE")]
    public async Task Files_give_the_counts_that_the_service_gives_for_the_same_rows(string name, int seed, string culture)
    {
        using var scope = new CultureScope(culture);
        var rows = MixedModel.Rows(3_000, seed, isFinite: name.EndsWith("jsonl", StringComparison.Ordinal));

        var window = await _folder.ReadOneAsync(_folder.Rows(_folder.Write(name, rows)));

        ShouldBeAsCountedByTheService(window.Profile, rows);
        window.Scored.Should().Equal(rows.Select(row => new ScoredRow(row.Probability, row.Probability >= 0.25f ? 0 : 1, row.Late is { } late ? (late ? 0 : 1) : null)));
        window.Profile.Labels.Should().Equal(new Dictionary<string, long> { ["late"] = rows.Count(row => row.Late == true), ["on time"] = rows.Count(row => row.Late == false) });
        (window.Coverage, window.Samples).Should().Be((null, null));
        window.Notes.Should().BeEmpty();
    }

    [Fact]
    public async Task Every_state_and_every_bin_is_among_the_rows_of_these_tests()
    {
        var rows = MixedModel.Rows(3_000, 3, isFinite: false);

        var window = await _folder.ReadOneAsync(_folder.Rows(_folder.Write("rows.parquet", rows)));

        var hour = window.Profile.Features["hour"];
        Enum.GetValues<ValueState>().Except([ValueState.Unseen]).Should().OnlyContain(state => hour.Of(state) > 0);
        window.Profile.Features["nothing"].Should().Match<FeatureCounts>(counts => counts.Unseen > 0 && counts.Of(ValueState.Ok) == 0);
        var airport = window.Profile.Features["airport"];
        airport.Bins.Should().HaveCount(51).And.OnlyContain(count => count > 0);
        airport.Bins[^1].Should().BeGreaterThan(airport.Unseen, "a category that training saw is not unseen, also if it has no bin of its own");
        window.Profile.Features["distance"].Bins.Should().HaveCount(10).And.OnlyContain(count => count > 0);
    }

    [Fact]
    public async Task Several_files_of_several_formats_with_the_same_columns_are_counted_together()
    {
        var rows = MixedModel.Rows(900, 6, isFinite: true);
        _folder.Write("rows/a.csv", rows.Take(300).ToList());
        _folder.Write("rows/b.jsonl", rows.Skip(300).Take(300).ToList());
        _folder.Write("rows/c.parquet", rows.Skip(600).ToList());

        var window = await _folder.ReadOneAsync(_folder.Rows("rows/*"));

        ShouldBeAsCountedByTheService(window.Profile, rows);
    }

    [Fact]
    public async Task Windows_share_the_rows_out_by_time()
    {
        var rows = MixedModel.Rows(3_000, 7, isFinite: true);

        var windows = await _folder.ReadAsync(_folder.Rows(_folder.Write("rows.parquet", rows)), plan: new WindowPlan(TimeSpan.FromMinutes(10), 3, End: null));

        var start = rows[0].Time;
        windows.Select(window => window.Profile.From).Should().Equal(new[] { 20, 30, 40 }.Select(minutes => (DateTimeOffset?)start.AddMinutes(minutes)));
        windows.Select(window => window.Profile.To).Should().Equal(new[] { 30, 40, 50 }.Select(minutes => (DateTimeOffset?)start.AddMinutes(minutes)));
        foreach (var (window, i) in windows.Select((window, i) => (window, i)))
        {
            ShouldBeAsCountedByTheService(window.Profile, rows.Skip((i + 2) * 600).Take(600).ToList());
        }

        windows[^1].Notes.Should().ContainSingle().Which.Should().Be("1,200 rows lie outside of the windows and are not counted; the rows run from 2024-05-01 00:00:00 UTC to 2024-05-01 00:49:59 UTC.");
        windows[0].Notes.Should().BeEmpty();
    }

    private static void ShouldBeAsCountedByTheService(LiveProfile profile, IReadOnlyList<MixedRow> rows)
    {
        var expected = MixedModel.CountedByTheService(rows);
        profile.Rows.Should().Be(rows.Count);
        foreach (var (feature, counts) in MixedModel.Schema.Features.Zip(expected.Features))
        {
            profile.Features[feature.Name].Should().BeEquivalentTo(counts, options => options.WithStrictOrdering(), feature.Name);
        }

        profile.Predictions!.Bins.Should().Equal(expected.PredictionBins);
        profile.Predictions.Labels.Should().Equal(new Dictionary<string, long> { ["late"] = expected.Labels[0], ["on time"] = expected.Labels[1] });
    }
}
