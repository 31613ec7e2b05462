using System.Text.Json;
using Pipeline.Delivery.DriftChecks.Counters;

namespace Pipeline.Delivery.Tests.DriftChecks.Counters;

public sealed class CounterIncreaseTests
{
    private static readonly JsonElement Vectors = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "DriftChecks", "drift-vectors.json"))).RootElement.GetProperty("prometheus");

    public static TheoryData<string> Names => [.. Vectors.EnumerateArray().Select(vector => vector.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Replicas_sum_up_as_in_the_vector(string name)
    {
        var vector = Vectors.EnumerateArray().Single(v => v.GetProperty("name").GetString() == name);
        var sum = Of(new long[vector.GetProperty("le").GetArrayLength()]);

        foreach (var series in vector.GetProperty("series").EnumerateArray())
        {
            CounterIncrease.Add(sum, CounterIncrease.Between(InBins(series.GetProperty("start")), InBins(series.GetProperty("end")))!);
        }

        sum.Values.ToArray().Should().Equal(vector.GetProperty("expected_current_counts_per_bucket").EnumerateArray().Select(count => count.GetInt64()));
    }

    [Fact]
    public void One_counter_that_fell_makes_two_readings_of_two_lives() =>
        CounterIncrease.Between(Of(10, 10, 1), Of(20, 9, 30)).Should().BeNull();

    [Fact]
    public void Restart_has_all_counters_begin_anew_also_those_that_are_greater_than_before()
    {
        var increase = CounterIncrease.Over([Of(10, 100), Of(15, 120), Of(50, 2), Of(60, 3)], isFromZero: false);

        increase.Values.ToArray().Should().Equal([5 + 60, 20 + 3]);
    }

    [Fact]
    public void What_the_first_reading_shows_counts_if_the_series_began_in_the_window()
    {
        CounterIncrease.Over([Of(10, 100), Of(15, 120)], isFromZero: true).Values.ToArray().Should().Equal([15, 120]);
        CounterIncrease.Over([Of(10, 100)], isFromZero: false).Values.ToArray().Should().Equal([0, 0]);
        CounterIncrease.Between(null, Of(15, 120))!.Values.ToArray().Should().Equal([15, 120]);
    }

    [Fact]
    public void What_one_replica_does_not_tell_is_not_known_of_all()
    {
        var sum = Of(0, 0);

        CounterIncrease.Add(sum, CounterIncrease.Between(Of(1, CounterReading.Absent), Of(3, CounterReading.Absent))!);
        CounterIncrease.Add(sum, Of(5, 5));

        sum.Values.ToArray().Should().Equal([7, CounterReading.Absent]);
    }

    private static CounterReading Of(params long[] values)
    {
        var reading = new CounterReading(values.Length);
        for (var cell = 0; cell < values.Length; cell++)
        {
            reading[cell] = values[cell];
        }

        return reading;
    }

    // The vectors' counters are cumulative, ours are not.
    private static CounterReading InBins(JsonElement cumulative)
    {
        var values = cumulative.EnumerateArray().Select(value => value.GetInt64()).ToArray();
        return Of([.. values.Select((value, bin) => bin == 0 ? value : value - values[bin - 1])]);
    }
}
