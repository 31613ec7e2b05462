namespace Pipeline.Inference.PredictionLog;

/// <summary>Names of the log's own columns.</summary>
public static class RecordFields
{
    public const string Time = "time";
    public const string RequestId = "request_id";
    public const string TraceId = "trace_id";
    public const string Protocol = "protocol";
    public const string Model = "model";
    public const string Version = "version";
    public const string Digest = "digest";
    public const string Stage = "stage";
    public const string Row = "row";
    public const string Label = "label";

    /// <summary>
    /// A name for one of the log's own columns beside a model's: with underscores in front as long as the model has a column of that name. Case does not tell columns apart,
    /// because it doesn't in most query engines.
    /// </summary>
    public static string NameOf(string own, IReadOnlyCollection<string> columns)
    {
        while (columns.Contains(own, StringComparer.OrdinalIgnoreCase))
        {
            own = $"_{own}";
        }

        return own;
    }
}
