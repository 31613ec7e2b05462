#:package DuckDB.NET.Data.Full@1.5.6.1
#:property PublishAot=false

// Writes the training rows of models/flight-delay/model.yaml as CSV, for the peers. Run by serving.sh: flights.cs <data folder> <output>
using DuckDB.NET.Data;

var (data, output) = (Path.Combine(args[0], "*.parquet"), args[1]);
using var connection = new DuckDBConnection("DataSource=:memory:");
connection.Open();
using var command = connection.CreateCommand();
command.CommandText = $"""
    COPY (
        SELECT hour(date) AS hour, isodow(date) AS day_of_week, distance, origin, destination, (delay > 15)::INTEGER AS late
        FROM read_parquet({Literal(data)})
        WHERE delay IS NOT NULL AND date >= DATE '2001-01-01' AND date < DATE '2001-04-01')
    TO {Literal(output)} (FORMAT csv, HEADER)
    """;
command.ExecuteNonQuery();

static string Literal(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
