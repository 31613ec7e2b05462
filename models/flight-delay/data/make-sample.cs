#:package DuckDB.NET.Data.Full@1.5.6.1
#:property PublishAot=false

// Makes the monthly sample files. Run by make-sample.sh: make-sample.cs <flights-3m.parquet> <output folder>
using DuckDB.NET.Data;

var (source, output) = (Literal(args[0]), args[1]);
string[] months = ["2001-01", "2001-02", "2001-03", "2001-04", "2001-05", "2001-06"];

using var connection = new DuckDBConnection("DataSource=:memory:");
connection.Open();

// One thread: the order of rows and the cut of row groups are then the same on every machine.
Execute("SET threads = 1");
Execute("SET TimeZone = 'UTC'");
Execute("SET autoinstall_known_extensions = false");

// Equal rows exist; their running number tells them apart without changing which of them is which.
Execute($"""
    CREATE TABLE ranked AS
    SELECT *, row_number() OVER (PARTITION BY month ORDER BY md5(concat_ws('|', key, copy)), key, copy) AS place
    FROM (
        SELECT *, row_number() OVER (PARTITION BY key) AS copy
        FROM (
            SELECT date, delay, distance, origin, destination,
                   strftime(date, '%Y-%m') AS month,
                   concat_ws('|', strftime(date, '%Y-%m-%dT%H:%M:%S'), delay, distance, origin, destination) AS key
            FROM read_parquet({source})))
    """);

foreach (var month in months)
{
    Execute($"""
        COPY (
            SELECT date, delay, distance, origin, destination
            FROM ranked
            WHERE month = '{month}' AND place <= 25000
            ORDER BY date, origin, destination, distance, delay)
        TO {Literal(Path.Combine(output, month + ".parquet"))}
        (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 19, ROW_GROUP_SIZE 30000)
        """);
}

void Execute(string sql)
{
    using var command = connection.CreateCommand();
    command.CommandText = sql;
    command.ExecuteNonQuery();
}

static string Literal(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
