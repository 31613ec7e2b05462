using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pipeline.Tracking.MlflowRest;

/// <summary>As much of what is logged as a server takes at once: 1000 metrics, 100 parameters, 100 tags, 1000 together, and 1 MB. Source: MLflow's utils/validation.py.</summary>
internal sealed record MlflowBatch(IReadOnlyList<KeyValuePair<string, string>> Parameters, IReadOnlyList<KeyValuePair<string, string>> Tags, IReadOnlyList<MetricPoint> Metrics)
{
    private const int MostTogether = 1000;
    private const int MostParameters = 100;
    private const int MostTags = 100;

    // Below MLflow's 1,000,000, with room for names of fields and the run's id.
    private const int MostBytes = 900_000;

    public bool IsEmpty => Parameters.Count + Tags.Count + Metrics.Count == 0;

    public static IEnumerable<MlflowBatch> Split(IEnumerable<KeyValuePair<string, string>> parameters, IEnumerable<KeyValuePair<string, string>> tags, IEnumerable<MetricPoint> metrics)
    {
        var next = new Filling();
        var items = parameters.Select(pair => (Kind.Parameter, Pair: pair, Point: default(MetricPoint)))
            .Concat(tags.Select(pair => (Kind.Tag, Pair: pair, Point: default(MetricPoint))))
            .Concat(metrics.Select(point => (Kind.Metric, Pair: default(KeyValuePair<string, string>), Point: point)));
        foreach (var (kind, pair, point) in items)
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(kind == Kind.Metric ? Json(point) : MlflowJson.Pair(pair.Key, pair.Value), MlflowJson.Options).Length + 1;
            if (next.IsFull(kind, bytes))
            {
                yield return next.ToBatch();
                next = new Filling();
            }

            next.Add(kind, pair, point, bytes);
        }

        if (next.ToBatch() is { IsEmpty: false } last)
        {
            yield return last;
        }
    }

    public JsonObject ToJson(string runId) => new()
    {
        ["run_id"] = runId,
        ["params"] = MlflowJson.Pairs(Parameters),
        ["tags"] = MlflowJson.Pairs(Tags),
        ["metrics"] = new JsonArray([.. Metrics.Select(Json)]),
    };

    private static JsonNode Json(MetricPoint point) =>
        new JsonObject { ["key"] = point.Name, ["value"] = MlflowJson.Number(point.Value), ["timestamp"] = point.Time.ToUnixTimeMilliseconds(), ["step"] = point.Step };

    private enum Kind
    {
        Parameter,
        Tag,
        Metric,
    }

    private sealed class Filling
    {
        private readonly List<KeyValuePair<string, string>> _parameters = [];
        private readonly List<KeyValuePair<string, string>> _tags = [];
        private readonly List<MetricPoint> _metrics = [];
        private int _bytes;

        public bool IsFull(Kind kind, int bytes) =>
            _parameters.Count + _tags.Count + _metrics.Count == MostTogether
            || (kind == Kind.Parameter && _parameters.Count == MostParameters)
            || (kind == Kind.Tag && _tags.Count == MostTags)
            || (_bytes > 0 && _bytes + bytes > MostBytes);

        public void Add(Kind kind, KeyValuePair<string, string> pair, MetricPoint point, int bytes)
        {
            _bytes += bytes;
            switch (kind)
            {
                case Kind.Parameter:
                    _parameters.Add(pair);
                    break;
                case Kind.Tag:
                    _tags.Add(pair);
                    break;
                default:
                    _metrics.Add(point);
                    break;
            }
        }

        public MlflowBatch ToBatch() => new(_parameters, _tags, _metrics);
    }
}
