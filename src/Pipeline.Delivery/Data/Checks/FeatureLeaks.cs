using DuckDB.NET.Data;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Data.Checks;

/// <summary>
/// How well each feature tells the label by itself, on the training rows: the greatest ROC AUC of one class against the rest, either way round, or the absolute rank correlation
/// with a number. A text stands for the mean label of the rows of that text in the other half of the rows, so that a column of identifiers tells nothing.
/// </summary>
internal sealed class FeatureLeaks(DuckDatabase database, ExampleQuery query, long trainingRows)
{
    // The standard error of an AUC of so many rows is below 0.003.
    private const long RowsToLookAt = 50_000;

    // Of fewer rows of a class, or in all, nothing can be told by chance alone.
    private const int LeastRows = 20;
    private const int MostClasses = 20;
    private const int Digits = 4;

    /// <returns>Per feature, 0.5 or 0 for nothing to 1; null if it cannot be told.</returns>
    public IReadOnlyList<double?> Read(CancellationToken cancellationToken)
    {
        var step = Math.Max(1, (trainingRows + RowsToLookAt - 1) / RowsToLookAt);
        var columns = string.Join(", ", query.Features.Select((_, i) => ExampleRows.Column(i)));
        database.Execute(
            FormattableString.Invariant($"""
            CREATE OR REPLACE TEMP TABLE leak_rows AS
            SELECT l, CAST((hash(rowid) >> 40) % 2 AS INTEGER) AS fold, {columns} FROM examples WHERE s = {(int)DataSplit.Train} AND hash(rowid) % {step} = 0
            """),
            cancellationToken);
        try
        {
            return [.. query.Features.Select((feature, i) => Read(ExampleRows.Column(i), feature.Kind, cancellationToken))];
        }
        finally
        {
            database.Execute("DROP TABLE leak_rows", CancellationToken.None);
        }
    }

    private double? Read(string column, FeatureKind kind, CancellationToken cancellationToken)
    {
        double? strength = null;
        var sql = (query.Label.Task, kind) switch
        {
            (ModelTask.Regression, FeatureKind.Numeric) => NumberAgainstNumber(column),
            (ModelTask.Regression, _) => TextAgainstNumber(column),
            (_, FeatureKind.Numeric) => NumberAgainstClasses(column),
            _ => TextAgainstClasses(column),
        };
        database.Read(sql, reader => strength = Value(reader), cancellationToken);
        return strength;
    }

    private static double? Value(DuckDBDataReader reader) => reader.IsDBNull(0) || double.IsNaN(reader.GetDouble(0)) ? null : Math.Round(reader.GetDouble(0), Digits);

    // Pairs of a row of the class and one of the rest, in which the former's value is greater; of equal ones half. A missing value is the least.
    private static string NumberAgainstClasses(string column) => FormattableString.Invariant($"""
        WITH counted AS (SELECT {column} AS v, l, count(*)::DOUBLE AS n FROM leak_rows GROUP BY ALL),
             of_value AS (SELECT v, sum(n) AS total, sum(sum(n)) OVER (ORDER BY v NULLS FIRST ROWS UNBOUNDED PRECEDING) - sum(n) AS below FROM counted GROUP BY v),
             of_class AS (
                SELECT counted.l, n, total, below, sum(n) OVER (PARTITION BY counted.l ORDER BY counted.v NULLS FIRST ROWS UNBOUNDED PRECEDING) - n AS own_below
                FROM counted JOIN of_value ON counted.v IS NOT DISTINCT FROM of_value.v),
             pairs AS (SELECT sum(n) AS positives, (SELECT sum(n) FROM counted) - sum(n) AS negatives, sum(n * ((below - own_below) + 0.5 * (total - n))) AS won FROM of_class GROUP BY l)
        {Greatest}
        """);

    private static string TextAgainstClasses(string column) => FormattableString.Invariant($"""
        WITH counted AS (SELECT coalesce({column}, chr(65535)) AS v, fold, l, count(*)::DOUBLE AS n FROM leak_rows GROUP BY ALL),
             of_value AS (SELECT v, fold, sum(n) AS total FROM counted GROUP BY ALL),
             classes AS (SELECT l, sum(n) / (SELECT sum(n) FROM counted) AS prior FROM counted GROUP BY l ORDER BY sum(n) DESC, l LIMIT {MostClasses}),
             scored AS (
                SELECT classes.l, round((coalesce(other.n, 0) + prior) / (coalesce(others.total, 0) + 1), 12) AS score, sum(coalesce(own.n, 0)) AS positive, sum(of_value.total - coalesce(own.n, 0)) AS negative
                FROM classes CROSS JOIN of_value
                LEFT JOIN counted own ON own.v = of_value.v AND own.fold = of_value.fold AND own.l = classes.l
                LEFT JOIN counted other ON other.v = of_value.v AND other.fold = 1 - of_value.fold AND other.l = classes.l
                LEFT JOIN of_value others ON others.v = of_value.v AND others.fold = 1 - of_value.fold
                GROUP BY ALL),
             placed AS (SELECT l, positive, negative, sum(negative) OVER (PARTITION BY l ORDER BY score ROWS UNBOUNDED PRECEDING) - negative AS below FROM scored),
             pairs AS (SELECT sum(positive) AS positives, sum(negative) AS negatives, sum(positive * (below + 0.5 * negative)) AS won FROM placed GROUP BY l)
        {Greatest}
        """);

    private static string Greatest => FormattableString.Invariant(
        $"SELECT max(greatest(won / (positives * negatives), 1 - won / (positives * negatives)))::DOUBLE FROM pairs WHERE positives >= {LeastRows} AND negatives >= {LeastRows}");

    private static string NumberAgainstNumber(string column) => Correlation($"SELECT {column} AS v, l FROM leak_rows WHERE {column} IS NOT NULL");

    private static string TextAgainstNumber(string column) => Correlation($"""
        SELECT round((coalesce(others.total, 0) + prior) / (coalesce(others.n, 0) + 1), 9) AS v, l
        FROM (SELECT l, fold, coalesce({column}, chr(65535)) AS v FROM leak_rows) AS own
        CROSS JOIN (SELECT avg(l::DOUBLE) AS prior FROM leak_rows)
        LEFT JOIN (SELECT coalesce({column}, chr(65535)) AS v, fold, sum(l::DOUBLE) AS total, count(*) AS n FROM leak_rows GROUP BY ALL) AS others ON others.v = own.v AND others.fold = 1 - own.fold
        """);

    // Spearman's: equal values share the mean of their ranks.
    private static string Correlation(string rows) => FormattableString.Invariant($"""
        SELECT CASE WHEN count(*) >= {LeastRows} AND stddev_pop(a) > 0 AND stddev_pop(b) > 0 THEN abs(corr(a, b)) END
        FROM (
            SELECT rank() OVER (ORDER BY v) + (count(*) OVER (PARTITION BY v)) / 2.0 AS a, rank() OVER (ORDER BY l) + (count(*) OVER (PARTITION BY l)) / 2.0 AS b
            FROM ({rows}))
        """);
}
