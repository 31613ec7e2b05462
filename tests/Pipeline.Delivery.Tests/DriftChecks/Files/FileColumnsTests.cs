using Pipeline.Delivery.DriftChecks;
using Pipeline.Delivery.DriftChecks.Files;
using Pipeline.Drift;
using Pipeline.Engine;

namespace Pipeline.Delivery.Tests.DriftChecks.Files;

public sealed class FileColumnsTests : IDisposable
{
    private readonly RowFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("rows.csv", "airport,weekend,hour,distance,nothing,score\n007,true,3,10,,0.5\n012,false,3,10,,0.5\n")]
    [InlineData("rows.jsonl", "{\"airport\": \"007\", \"weekend\": true, \"hour\": 3, \"distance\": 10, \"nothing\": null, \"score\": 0.5}\n{\"airport\": \"012\", \"weekend\": \"false\", \"hour\": 3, \"distance\": 10, \"nothing\": null, \"score\": 0.5}\n")]
    public async Task Categories_that_look_like_numbers_or_truth_values_are_taken_letter_by_letter(string name, string content)
    {
        _folder.Write(name, content);

        var profile = (await _folder.ReadOneAsync(_folder.Rows(name))).Profile;

        (profile.Rows, profile.From, profile.To).Should().Be((2, null, null));
        profile.Features["airport"].Should().Match<FeatureCounts>(counts => counts.Unseen == 0 && counts.Missing == 0 && counts.Rows == 2);
        profile.Features["weekend"].Unseen.Should().Be(0);
        profile.Features["nothing"].Missing.Should().Be(2);
    }

    [Fact]
    public async Task Categories_that_are_numbers_in_a_Parquet_file_are_counted_as_they_are_written_with_a_note()
    {
        _folder.WriteParquet("rows.parquet", "SELECT 12 AS airport, true AS weekend, 3 AS hour, 10 AS distance, NULL::INTEGER AS nothing, 0.5 AS score");

        var window = await _folder.ReadOneAsync(_folder.Rows("rows.parquet"));

        window.Profile.Features["airport"].Unseen.Should().Be(1, "'12' is not '012'");
        window.Profile.Features["weekend"].Unseen.Should().Be(0);
        window.Notes.Should().Contain("The column 'airport' is INTEGER and is counted as text, as it is written.");
    }

    [Fact]
    public async Task Numbers_with_zeros_in_front_and_columns_without_a_value_are_numbers()
    {
        _folder.Write("rows.csv", "airport,weekend,hour,distance,nothing,score\n001,true,007,0100.5,,0.5\n001,true,-0,,,0.5\n");

        var profile = (await _folder.ReadOneAsync(_folder.Rows("rows.csv"))).Profile;

        profile.Features["hour"].Bins[7].Should().Be(1);
        profile.Features["hour"].Bins[0].Should().Be(1);
        (profile.Features["distance"].Missing, profile.Features["distance"].Binned, profile.Features["nothing"].Missing).Should().Be((1, 1, 2));
    }

    [Theory]
    [InlineData("HUGEINT '170141183460469231731687303715884105727'", 1.7014118E+38f)]
    [InlineData("UHUGEINT '340282366920938463463374607431768211455'", float.PositiveInfinity)]
    [InlineData("16777217::BIGINT", 16_777_216f)]
    [InlineData("DECIMAL(38, 10) '0.1000000001'", 0.1f)]
    [InlineData("DECIMAL(18, 3) '4999.125'", 4_999.125f)]
    [InlineData("1e300::DOUBLE", float.PositiveInfinity)]
    [InlineData("(-1e300)::DOUBLE", float.NegativeInfinity)]
    [InlineData("1e-320::DOUBLE", 0f)]
    [InlineData("'nan'::DOUBLE", float.NaN)]
    [InlineData("NULL::DOUBLE", float.NaN)]
    [InlineData("200::UTINYINT", 200f)]
    public async Task Numbers_of_every_type_become_the_nearest_float(string sql, float expected)
    {
        _folder.WriteParquet("rows.parquet", $"SELECT '001' AS airport, 'true' AS weekend, 3 AS hour, {sql} AS distance, 0 AS nothing, 0.5 AS score");
        var profile = MixedModel.Reference.Features[2];
        var cells = new NumericCells((NumericBins)profile.Bins, profile.Minimum, profile.Maximum);
        var counted = new long[cells.Count];
        counted[cells.CellOf(expected)]++;

        var window = await _folder.ReadOneAsync(_folder.Rows("rows.parquet"));

        window.Profile.Features["distance"].Should().BeEquivalentTo(cells.ToCounts(counted));
    }

    [Fact]
    public async Task Times_with_zones_without_and_as_texts_lie_on_one_line()
    {
        string[] times = ["TIMESTAMPTZ '2024-05-01 01:30:00+02'", "TIMESTAMP '2024-04-30 23:45:00'", "'2024-04-30T19:59:00.123456789-04:00'", "DATE '2024-05-01'", "TIMESTAMP_NS '2024-05-01 00:00:00.000000001'", "NULL::TIMESTAMP", "'infinity'::TIMESTAMP", "'200000-01-01'::TIMESTAMP"];
        foreach (var (time, i) in times.Select((time, i) => (time, i)))
        {
            _folder.WriteParquet($"{i}.parquet", $"SELECT {time} AS t, '001' AS airport, 'true' AS weekend, 3 AS hour, 1 AS distance, 0 AS nothing, 0.5 AS score");
        }

        var counts = new List<(long, long, bool)>();
        foreach (var i in Enumerable.Range(0, times.Length))
        {
            var windows = await _folder.ReadAsync(_folder.Rows($"{i}.parquet") with { Time = "t" }, plan: new WindowPlan(TimeSpan.FromHours(1), 2, new DateTimeOffset(2024, 5, 1, 3, 0, 0, TimeSpan.FromHours(2))));
            counts.Add((windows[0].Profile.Rows, windows[1].Profile.Rows, windows[1].Notes.Contains("1 rows have no time and are not counted.")));
        }

        counts.Should().Equal((1, 0, false), (1, 0, false), (1, 0, false), (0, 1, false), (0, 1, false), (0, 0, true), (0, 0, true), (0, 0, true));
    }

    [Fact]
    public async Task Without_an_end_the_last_window_ends_with_the_day_or_hour_of_the_last_row()
    {
        _folder.WriteParquet("rows.parquet", "SELECT TIMESTAMP '2024-05-01 10:07:00' AS t, '001' AS airport, 'true' AS weekend, 3 AS hour, 1 AS distance, 0 AS nothing, 0.5 AS score");
        var rows = _folder.Rows("rows.parquet") with { Time = "t" };

        var week = (await _folder.ReadOneAsync(rows, plan: new WindowPlan(TimeSpan.FromDays(7), 1, End: null))).Profile;
        var day = (await _folder.ReadOneAsync(rows)).Profile;
        var shift = (await _folder.ReadOneAsync(rows, plan: new WindowPlan(TimeSpan.FromHours(6), 1, End: null))).Profile;
        var half = (await _folder.ReadOneAsync(rows, plan: new WindowPlan(TimeSpan.FromMinutes(30), 1, End: null))).Profile;

        (week.From, week.To, week.Rows).Should().Be((At(25, 4, 0), At(1, 5, 24), 1));
        (day.From, day.To, day.Rows).Should().Be((At(1, 5, 0), At(1, 5, 24), 1));
        (shift.From, shift.To, shift.Rows).Should().Be((At(1, 5, 5), At(1, 5, 11), 1));
        (half.From, half.To, half.Rows).Should().Be((At(1, 5, 9).AddMinutes(38), At(1, 5, 10).AddMinutes(8), 1));

        static DateTimeOffset At(int day, int month, int hour) => new DateTimeOffset(2024, month, day, 0, 0, 0, TimeSpan.Zero).AddHours(hour);
    }

    [Fact]
    public async Task Windows_that_begin_before_the_first_row_are_left_out_unless_there_is_no_other()
    {
        _folder.WriteParquet("rows.parquet", "SELECT TIMESTAMP '2024-05-01 10:07:00' + to_days(i) AS t, '001' AS airport, 'true' AS weekend, 3 AS hour, 1 AS distance, 0 AS nothing, 0.5 AS score FROM range(17) r(i)");
        var rows = _folder.Rows("rows.parquet") with { Time = "t" };

        var weeks = await _folder.ReadAsync(rows, plan: new WindowPlan(TimeSpan.FromDays(7), 10, End: null));
        var month = await _folder.ReadAsync(rows, plan: new WindowPlan(TimeSpan.FromDays(28), 10, End: null));

        weeks.Select(week => (week.Profile.From!.Value.Day, week.Profile.Rows)).Should().Equal((4, 7), (11, 7));
        weeks[^1].Notes.Should().ContainSingle(note => note.StartsWith("3 rows lie outside of the windows and are not judged", StringComparison.Ordinal));
        month.Should().ContainSingle().Which.Profile.Rows.Should().Be(17);
    }

    [Fact]
    public async Task An_end_that_is_named_is_not_of_the_window()
    {
        _folder.WriteParquet("rows.parquet", "SELECT TIMESTAMP '2024-05-01 10:07:00' + to_seconds(i) AS t, '001' AS airport, 'true' AS weekend, 3 AS hour, 1 AS distance, 0 AS nothing, 0.5 AS score FROM range(120) r(i)");

        var windows = await _folder.ReadAsync(_folder.Rows("rows.parquet") with { Time = "t" }, plan: new WindowPlan(TimeSpan.FromSeconds(45), 2, new DateTimeOffset(2024, 5, 1, 10, 8, 20, TimeSpan.Zero)));

        windows.Select(window => window.Profile.Rows).Should().Equal(35, 45);
        windows[1].Profile.To.Should().Be(new DateTimeOffset(2024, 5, 1, 10, 8, 20, TimeSpan.Zero));
        windows[1].Notes.Should().ContainSingle(note => note.StartsWith("40 rows lie outside of the windows", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("'late'", true)]
    [InlineData("'on time'", false)]
    [InlineData("'true'", true)]
    [InlineData("0::SMALLINT", false)]
    [InlineData("1::HUGEINT", true)]
    [InlineData("1.0::DOUBLE", true)]
    [InlineData("DECIMAL '0.00'", false)]
    [InlineData("false", false)]
    public async Task Labels_are_truth_values_numbers_or_names(string sql, bool expected)
    {
        _folder.WriteParquet("rows.parquet", $"SELECT {sql} AS outcome, '001' AS airport, 'true' AS weekend, 3 AS hour, 1 AS distance, 0 AS nothing, 0.5 AS score");

        var window = await _folder.ReadOneAsync(_folder.Rows("rows.parquet") with { Label = "outcome" });

        window.Profile.Labels.Should().Equal(new Dictionary<string, long> { ["late"] = expected ? 1 : 0, ["on time"] = expected ? 0 : 1 });
        window.Scored.Should().Equal(new ScoredRow(0.5f, 0, expected ? 0 : 1));
    }

    [Fact]
    public async Task Labels_that_are_missing_or_none_of_the_models_are_unknown()
    {
        _folder.WriteParquet("rows.parquet", "SELECT unnest([NULL, 'late', 'cancelled']) AS late, '001' AS airport, 'true' AS weekend, 3 AS hour, 1 AS distance, 0 AS nothing, 0.5 AS score");

        var window = await _folder.ReadOneAsync(_folder.Rows("rows.parquet"));

        window.Profile.Labels.Should().Equal(new Dictionary<string, long> { ["late"] = 1, ["on time"] = 0 });
        window.Notes.Should().Contain("1 labels are none of the model's and are taken for unknown.");
    }

    [Fact]
    public async Task Rows_without_an_answer_count_for_the_features_alone()
    {
        _folder.WriteParquet("rows.parquet", "SELECT unnest([NULL, 0.5, 'nan'::DOUBLE]) AS score, '001' AS airport, 'true' AS weekend, 3 AS hour, 1 AS distance, 0 AS nothing");

        var window = await _folder.ReadOneAsync(_folder.Rows("rows.parquet"));

        (window.Profile.Rows, window.Profile.Predictions!.Bins.Sum()).Should().Be((3, 1));
        window.Notes.Should().Contain("2 rows have no probability that is a number; their answers are not counted.");
    }

    [Fact]
    public async Task A_file_with_columns_but_no_row_gives_one_window_without_rows()
    {
        _folder.Write("rows.csv", MixedRow.Header + "\n");

        var window = await _folder.ReadOneAsync(_folder.Rows("rows.csv"));

        window.Profile.Should().Match<Pipeline.Drift.Verdicts.LiveProfile>(profile => profile.Rows == 0 && profile.From == null && profile.Features.Count == 5 && profile.Labels == null);
        window.Notes.Should().ContainSingle().Which.Should().Be("There is no row to count.");
    }

    [Fact]
    public async Task Windows_that_cannot_be_are_refused()
    {
        _folder.Write("rows.csv", MixedModel.Rows(5, 1, isFinite: true));

        var none = () => _folder.ReadAsync(_folder.Rows("rows.csv"), plan: new WindowPlan(TimeSpan.Zero, 1, End: null));
        var tooMany = () => _folder.ReadAsync(_folder.Rows("rows.csv"), plan: new WindowPlan(TimeSpan.FromDays(3_650), 300, End: null));

        (await none.Should().ThrowAsync<PipelineException>()).Which.ExitCode.Should().Be(ExitCode.Usage);
        (await tooMany.Should().ThrowAsync<PipelineException>()).WithMessage("300 windows of 3650.00:00:00 reach beyond the years 1 to 9999; ask for fewer or shorter ones.");
    }

    [Fact]
    public async Task A_file_that_grows_while_it_is_read_is_named()
    {
        _folder.Write("rows.csv", MixedModel.Rows(5_000, 1, isFinite: true));
        var path = Path.Combine(_folder.Path, "rows.csv");
        using var ended = new CancellationTokenSource();
        var hasBegun = new TaskCompletionSource();
        var growing = Task.Run(
            async () =>
            {
                while (!ended.IsCancellationRequested)
                {
                    await File.AppendAllTextAsync(path, "\n" + MixedModel.Rows(1, 2, isFinite: true)[0].Csv, CancellationToken.None);
                    hasBegun.TrySetResult();
                    await Task.Yield();
                }
            },
            TestContext.Current.CancellationToken);
        await hasBegun.Task;

        SourceWindow? window = null;
        for (var attempt = 0; attempt < 50 && window is null; attempt++)
        {
            try
            {
                window = await _folder.ReadOneAsync(_folder.Rows("rows.csv"));
            }
            catch (PipelineException e)
            {
                // It was read in the middle of a row.
                e.Message.Should().StartWith("rows.csv changed while it was read, and cannot be read as it is. Check it again when it is complete. ");
            }
        }

        await ended.CancelAsync();
        await growing;
        window!.Profile.Rows.Should().BeGreaterThan(5_000);
        window.Notes.Should().Contain("rows.csv changed while it was read, so that its last rows may be missing or cut off. Check it again when it is complete.");
    }

    [Theory]
    [InlineData(10, 3)]
    [InlineData(1_000, 999)]
    [InlineData(7, 7)]
    [InlineData(3, 10)]
    [InlineData(5, 0)]
    public void A_pick_takes_so_many_evenly_spaced_rows(int total, int wanted)
    {
        var pick = new EvenPick(total, wanted);

        var picked = Enumerable.Range(0, total + 5).Where(_ => pick.Next()).ToList();

        picked.Should().HaveCount(Math.Min(total, wanted)).And.NotContain(index => index >= total);
        picked.Zip(picked.Skip(1), (a, b) => b - a).Distinct().Count().Should().BeLessThanOrEqualTo(2);
    }

    [Fact]
    public void A_limit_is_shared_out_in_proportion()
    {
        EvenPick.Share([900, 100, 0, 1], 100).Should().Equal(89, 9, 0, 1);
        EvenPick.Share([5, 6], 100).Should().Equal(5, 6);
    }
}
