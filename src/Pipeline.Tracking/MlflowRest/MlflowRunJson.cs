using System.Text.Json;

namespace Pipeline.Tracking.MlflowRest;

/// <summary>Reads a run from MLflow's JSON.</summary>
internal static class MlflowRunJson
{
    public static bool IsDeleted(JsonElement run) => run.Field("info")?.Text("lifecycle_stage") == "deleted";

    public static TrackedRun Read(JsonElement run)
    {
        var info = run.Field("info") ?? throw new FormatException("a run has no 'info'.");
        var data = run.Field("data") ?? default;
        var tags = data.Pairs("tags");
        return new TrackedRun(
            info.Text("run_id") ?? throw new FormatException("a run has no 'run_id'."),
            info.Text("experiment_id") ?? string.Empty,
            // Before 1.30 a name and its user were only tags.
            info.Text("run_name") ?? tags.GetValueOrDefault(TrackingTags.RunName, string.Empty),
            info.Text("user_id") is { Length: > 0 } user ? user : tags.GetValueOrDefault(TrackingTags.User, string.Empty),
            ReadStatus(info) ?? RunStatus.Running,
            info.Time("start_time"),
            // Older servers say 0 for none.
            info.Integer("end_time") is { } end and not 0 ? DateTimeOffset.FromUnixTimeMilliseconds(end) : null,
            info.Text("artifact_uri") ?? string.Empty)
        {
            Parameters = data.Pairs("params"),
            Metrics = data.Items("metrics").GroupBy(metric => metric.Text("key") ?? string.Empty, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Last().Number("value"), StringComparer.Ordinal),
            Tags = tags,
            Inputs = [.. (run.Field("inputs") ?? default).Items("dataset_inputs").Select(ReadInput)],
        };
    }

    public static RunStatus? ReadStatus(JsonElement info) => Enum.TryParse<RunStatus>(info.Text("status"), ignoreCase: true, out var status) ? status : null;

    public static MetricPoint ReadPoint(JsonElement metric) => new(metric.Text("key") ?? string.Empty, metric.Number("value"), metric.Time("timestamp"), metric.Integer("step") ?? 0);

    private static DatasetInput ReadInput(JsonElement input)
    {
        var dataset = input.Field("dataset") ?? default;
        return new DatasetInput(
            dataset.Text("name") ?? string.Empty,
            dataset.Text("digest") ?? string.Empty,
            dataset.Text("source_type") ?? string.Empty,
            dataset.Text("source") ?? string.Empty,
            dataset.Text("schema"),
            dataset.Text("profile"),
            input.Pairs("tags").GetValueOrDefault(TrackingTags.DatasetContext, string.Empty));
    }
}
