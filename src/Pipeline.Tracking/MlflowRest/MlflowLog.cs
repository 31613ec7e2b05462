using System.Text.Json;

namespace Pipeline.Tracking.MlflowRest;

/// <summary>Logs parameters, metrics and tags to a run, each once: a server refuses a NaN that is there, and one with files keeps any point twice.</summary>
internal sealed class MlflowLog(MlflowTransport transport, MlflowRuns runs, MlflowWarning warn)
{
    /// <summary>What servers before 2.8 take of a parameter's value.</summary>
    private const int OldParameterValue = 500;

    private volatile int _parameterValue = TrackingLimits.ParameterValue;

    public async Task LogAsync(string runId, RunData data, CancellationToken cancellationToken)
    {
        foreach (var name in data.Parameters.Keys.Concat(data.Tags.Keys).Concat(data.Metrics.Select(point => point.Name)))
        {
            TrackingLimits.CheckName(name);
        }

        if (data.Parameters.Count + data.Tags.Count + data.Metrics.Count == 0)
        {
            return;
        }

        var run = await runs.RequireJsonAsync(runId, FailureOf(runId), transport.SendAsync, cancellationToken);
        var parameters = NewParameters(runId, data.Parameters, run);
        var metrics = await NewPointsAsync(runId, data.Metrics, run, transport.SendAsync, cancellationToken);
        var tags = data.Tags.Select(tag => KeyValuePair.Create(tag.Key, TrackingLimits.Cut(tag.Value, TrackingLimits.TagValue)));
        foreach (var batch in MlflowBatch.Split(parameters, tags, metrics))
        {
            await SendAsync(runId, batch, cancellationToken);
        }
    }

    private static string FailureOf(string runId) => $"Parameters, metrics and tags of the run {runId} cannot be logged";

    private static bool IsRepeatedPoint(MlflowAnswer answer) =>
        // SQLite's and MySQL's words, then PostgreSQL's.
        answer.ErrorCode is not null && (answer.Message.Contains("IntegrityError", StringComparison.Ordinal) || answer.Message.Contains("UniqueViolation", StringComparison.Ordinal));

    private List<KeyValuePair<string, string>> NewParameters(string runId, IReadOnlyDictionary<string, string> parameters, JsonElement run)
    {
        var known = (run.Field("data") ?? default).Pairs("params");
        List<KeyValuePair<string, string>> added = [];
        foreach (var (name, text) in parameters)
        {
            var value = TrackingLimits.Cut(text, _parameterValue);
            if (!known.TryGetValue(name, out var before))
            {
                added.Add(KeyValuePair.Create(name, value));
            }
            else if (before != TrackingLimits.Cut(text, TrackingLimits.ParameterValue) && before != TrackingLimits.Cut(text, OldParameterValue))
            {
                throw new TrackingException(TrackingFault.Refused, $"The parameter '{name}' of the run {runId} at {transport.Server.Address} is '{TrackingLimits.Cut(before, 100)}', and cannot become '{TrackingLimits.Cut(text, 100)}': parameters do not change. Log it to another run, or under another name.");
            }
        }

        return added;
    }

    private async Task<IReadOnlyList<MetricPoint>> NewPointsAsync(string runId, IReadOnlyList<MetricPoint> points, JsonElement run, MlflowSend send, CancellationToken cancellationToken)
    {
        // MLflow's last value is that of the greatest step, then time: what is beyond it is new, and no history need be read.
        var last = (run.Field("data") ?? default).Items("metrics")
            .GroupBy(metric => metric.Text("key") ?? string.Empty, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => (Step: group.Last().Integer("step") ?? 0, Time: group.Last().Time("timestamp")), StringComparer.Ordinal);
        HashSet<Identity> known = [];
        foreach (var name in points.Where(point => last.TryGetValue(point.Name, out var end) && (point.Step, point.Time).CompareTo((end.Step, end.Time.AddMilliseconds(1))) < 0).Select(point => point.Name).Distinct())
        {
            known.UnionWith((await runs.GetHistoryAsync(runId, name, send, cancellationToken)).Select(Identity.Of));
        }

        return [.. points.Where(point => known.Add(Identity.Of(point)))];
    }

    private async Task SendAsync(string runId, MlflowBatch batch, CancellationToken cancellationToken)
    {
        var answer = await SendRetriedAsync(runId, batch, cancellationToken);
        if (IsRepeatedPoint(answer))
        {
            // Nothing of the batch was kept: somebody else has logged one of its points since it was looked at.
            answer = await SendRetriedAsync(runId, await WithoutKnownAsync(runId, batch, transport.SendAsync, cancellationToken), cancellationToken);
        }

        if (answer.Status == System.Net.HttpStatusCode.BadRequest && batch.Parameters.Any(parameter => parameter.Value.Length > OldParameterValue) && answer.Message.Contains("length", StringComparison.OrdinalIgnoreCase))
        {
            _parameterValue = OldParameterValue;
            warn.Once("parameters", $"{transport.Server.Address} takes {OldParameterValue} characters of a parameter's value, as MLflow before 2.8 does: longer ones are cut.");
            answer = await SendRetriedAsync(runId, batch with { Parameters = [.. batch.Parameters.Select(parameter => KeyValuePair.Create(parameter.Key, TrackingLimits.Cut(parameter.Value, OldParameterValue)))] }, cancellationToken);
        }

        answer.Require();
    }

    private Task<MlflowAnswer> SendRetriedAsync(string runId, MlflowBatch batch, CancellationToken cancellationToken) => transport.RetryAsync(
        async (tries, stop) =>
        {
            // The try before may have been kept, and its answer lost.
            var rest = tries > 0 && batch.Metrics.Count > 0 ? await WithoutKnownAsync(runId, batch, transport.SendOnceAsync, stop) : batch;
            return await transport.SendOnceAsync(MlflowCall.Post("runs/log-batch", FailureOf(runId), rest.ToJson(runId)), stop);
        },
        cancellationToken);

    private async Task<MlflowBatch> WithoutKnownAsync(string runId, MlflowBatch batch, MlflowSend send, CancellationToken cancellationToken)
    {
        var run = await runs.RequireJsonAsync(runId, FailureOf(runId), send, cancellationToken);
        return batch with { Metrics = await NewPointsAsync(runId, batch.Metrics, run, send, cancellationToken) };
    }

    /// <summary>By what points are the same: databases keep the infinities as the greatest numbers, and times to the millisecond.</summary>
    private readonly record struct Identity(string Name, double Value, long Milliseconds, long Step)
    {
        public static Identity Of(MetricPoint point) =>
            new(point.Name, double.IsInfinity(point.Value) ? Math.CopySign(double.MaxValue, point.Value) : point.Value, point.Time.ToUnixTimeMilliseconds(), point.Step);
    }
}
