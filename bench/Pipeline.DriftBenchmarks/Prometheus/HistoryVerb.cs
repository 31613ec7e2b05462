using System.Globalization;
using System.Text;

namespace Pipeline.DriftBenchmarks.Prometheus;

/// <summary>Writes two hours of the history as OpenMetrics, for promtool to make a block of.</summary>
internal static class HistoryVerb
{
    public const string Usage = "prometheus-history START_SECONDS HOUR FILE     START_SECONDS: the day's start since 1970; HOUR: an even one, 0 to 24";

    private static readonly string[] States = ["ok", "missing", "not_finite", "below_range", "above_range", "unseen"];

    public static int Run(string[] arguments)
    {
        if (arguments is not [var startText, var hourText, var path] || !long.TryParse(startText, CultureInfo.InvariantCulture, out var start) || !int.TryParse(hourText, CultureInfo.InvariantCulture, out var hour))
        {
            throw new ArgumentException("prometheus-history takes a time, an hour and a file.");
        }

        using var file = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 20) { NewLine = "\n" };
        var end = Math.Min((hour * 3600) + 7200, ServiceHistory.DaySeconds + 1);
        for (var replica = 0; replica < ServiceHistory.Replicas; replica++)
        {
            // Targets are scraped one after another within the interval.
            for (var second = (hour * 3600) + replica; second < end; second += ServiceHistory.IntervalSeconds)
            {
                if (ServiceHistory.LivesOf(replica).FirstOrDefault(life => life.Start <= second && second < life.End) is { End: > 0 } life)
                {
                    WriteScrape(file, replica, ServiceHistory.RowsAfter(second - life.Start), start + life.Start, start + second);
                }
            }
        }

        file.WriteLine("# EOF");
        return 0;
    }

    private static void WriteScrape(StreamWriter file, int replica, long rows, long processStart, long time)
    {
        var target = $"instance=\"replica-{replica}:8080\",job=\"inference\"";
        var labels = $"{target},model=\"{ServiceHistory.Model.Name}\",version=\"{ServiceHistory.Model.Version}\"";
        for (var feature = 0; feature < ServiceHistory.Features; feature++)
        {
            for (var bin = 0; bin < ServiceHistory.Bins; bin++)
            {
                file.WriteLine($"model_feature_bin_total{{{labels},feature=\"feature_{feature:00}\",bin=\"{bin}\"}} {ServiceHistory.InBin(rows, bin)} {time}");
            }

            foreach (var state in States)
            {
                file.WriteLine($"model_feature_value_total{{{labels},feature=\"feature_{feature:00}\",state=\"{state}\"}} {(state == "ok" ? rows : 0)} {time}");
            }
        }

        for (var bin = 0; bin < ServiceHistory.Bins; bin++)
        {
            file.WriteLine($"model_prediction_bin_total{{{labels},bin=\"{bin}\"}} {ServiceHistory.InBin(rows, bin)} {time}");
        }

        file.WriteLine($"model_predicted_label_total{{{labels},label=\"yes\"}} {rows / 3} {time}");
        file.WriteLine($"model_predicted_label_total{{{labels},label=\"no\"}} {rows - (rows / 3)} {time}");
        file.WriteLine($"inference_rows_total{{{labels}}} {rows} {time}");
        file.WriteLine($"process_start_time_seconds{{{target}}} {processStart} {time}");
    }
}
