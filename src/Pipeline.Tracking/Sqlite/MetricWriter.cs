using Microsoft.Data.Sqlite;

namespace Pipeline.Tracking.Sqlite;

/// <summary>Writes points of metrics as MLflow does: all of them once, and the last of each name for its lists.</summary>
internal static class MetricWriter
{
    private const int PointsBetweenLooksAtToken = 1_000;

    /// <summary>Adds the points that are not there.</summary>
    public static void Write(SqliteConnection connection, string runId, IReadOnlyList<MetricPoint> points, CancellationToken cancellationToken)
    {
        var latest = new Dictionary<string, Row>();
        using (var insert = new Statement(
            connection, runId, "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES (@key, @value, @time, @run, @step, @nan) ON CONFLICT DO NOTHING"))
        {
            for (var i = 0; i < points.Count; i++)
            {
                if (i % PointsBetweenLooksAtToken == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }

                var row = Row.Of(points[i]);
                insert.Execute(points[i].Name, row);
                if (!latest.TryGetValue(points[i].Name, out var before) || row.IsAfter(before))
                {
                    latest[points[i].Name] = row;
                }
            }
        }

        using var upsert = new Statement(
            connection, runId,
            """
            INSERT INTO latest_metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES (@key, @value, @time, @run, @step, @nan)
            ON CONFLICT DO UPDATE SET value = excluded.value, timestamp = excluded.timestamp, step = excluded.step, is_nan = excluded.is_nan
            WHERE (excluded.step, excluded.timestamp, excluded.value) > (latest_metrics.step, COALESCE(latest_metrics.timestamp, 0), latest_metrics.value)
            """);
        foreach (var (name, row) in latest)
        {
            upsert.Execute(name, row);
        }
    }

    public static List<MetricPoint> History(SqliteConnection connection, string runId, string metric) =>
        connection.Rows(
            reader => new MetricPoint(metric, Value(reader, 0, 1), reader.Time(2) ?? DateTimeOffset.UnixEpoch, reader.GetInt64(3)),
            "SELECT value, is_nan, timestamp, step FROM metrics WHERE run_uuid = @run AND key = @key ORDER BY step, timestamp, value", ("@run", runId), ("@key", metric));

    public static double Value(SqliteDataReader reader, int value, int isNaN) => reader.GetBoolean(isNaN) ? double.NaN : reader.GetDouble(value);

    // NaN and infinity have no place in SQL: MLflow keeps a mark for the one, the greatest number for the other.
    private readonly record struct Row(double Value, long Time, long Step, bool IsNaN)
    {
        public static Row Of(MetricPoint point) =>
            new(double.IsNaN(point.Value) ? 0 : Math.Clamp(point.Value, double.MinValue, double.MaxValue), point.Time.ToUnixTimeMilliseconds(), point.Step, double.IsNaN(point.Value));

        public bool IsAfter(Row other) => (Step, Time, Value).CompareTo((other.Step, other.Time, other.Value)) > 0;
    }

    private sealed class Statement : IDisposable
    {
        private readonly SqliteCommand _command;
        private readonly SqliteParameter _key;
        private readonly SqliteParameter _value;
        private readonly SqliteParameter _time;
        private readonly SqliteParameter _step;
        private readonly SqliteParameter _nan;

        public Statement(SqliteConnection connection, string runId, string sql)
        {
            _command = connection.Command(sql, ("@run", runId));
            _key = _command.Parameters.Add("@key", SqliteType.Text);
            _value = _command.Parameters.Add("@value", SqliteType.Real);
            _time = _command.Parameters.Add("@time", SqliteType.Integer);
            _step = _command.Parameters.Add("@step", SqliteType.Integer);
            _nan = _command.Parameters.Add("@nan", SqliteType.Integer);
        }

        public void Execute(string name, Row row)
        {
            (_key.Value, _value.Value, _time.Value, _step.Value, _nan.Value) = (name, row.Value, row.Time, row.Step, row.IsNaN ? 1 : 0);
            _command.ExecuteNonQuery();
        }

        public void Dispose() => _command.Dispose();
    }
}
