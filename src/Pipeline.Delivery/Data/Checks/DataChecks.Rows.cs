using System.Globalization;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Data.Checks;

/// <content>Checks of whole rows, and of their labels.</content>
internal sealed partial class DataChecks
{
    // Of a class with fewer rows on both sides the share is chance.
    private const double RowsForRatio = 20;

    // Of coarse columns nobody can tell a copied row from another one.
    private const double AlikeByNature = 0.1;

    private string FeaturesHash => $"hash({string.Join(", ", query.Features.Select((_, i) => ExampleRows.Column(i)))})";

    private string RowHash => $"hash({string.Join(", ", (string[])["t", "l", .. query.Features.Select((_, i) => ExampleRows.Column(i)), .. query.Attributes.Select((_, i) => ExampleRows.Attribute(i))])})";

    private void CheckDuplicates(CancellationToken cancellationToken)
    {
        if (Settings.DuplicateRows is null)
        {
            AddOff(DataCheckNames.DuplicateRows);
            return;
        }

        var (rows, repeats) = (0L, 0L);
        database.Read($"SELECT count(*), count(*) - count(DISTINCT {RowHash}) FROM examples WHERE s IS NOT NULL", reader => (rows, repeats) = (reader.GetInt64(0), reader.GetInt64(1)), cancellationToken);
        var share = (double)repeats / rows;
        AddAbove(DataCheckNames.DuplicateRows, Settings.DuplicateRows, [new Finding(
            null,
            share,
            FormattableString.Invariant($"{repeats:N0} of {rows:N0} rows ({Percent(share)}) repeat another row in every value; at most {Percent(Settings.DuplicateRows.Value)} may"),
            () => RowsOf(DataCheckNames.DuplicateRows, null, $"(SELECT *, {RowHash} AS row_hash FROM examples WHERE s IS NOT NULL QUALIFY count(*) OVER (PARTITION BY row_hash) > 1 ORDER BY row_hash)"))]);
    }

    private void CheckShared(CancellationToken cancellationToken)
    {
        if (Settings.SharedRows is null)
        {
            AddOff(DataCheckNames.SharedRows);
            return;
        }

        var (shared, tests, alike, again, later, training) = (0L, 0L, 0L, 0L, 0L, 0L);
        var isLater = query.Settings.Time is null ? "hash(rowid) % 2 = 0" : $"t >= (SELECT median(t) FROM examples WHERE s = {(int)DataSplit.Train})";
        database.Read(
            $"""
            WITH train AS (SELECT {FeaturesHash} AS h, {isLater} AS late FROM examples WHERE s = {(int)DataSplit.Train}),
                 counted AS (SELECT h, count(*) AS n, count(*) FILTER (late) AS n_late FROM train GROUP BY h),
                 test AS (SELECT {FeaturesHash} AS h, count(*) AS n FROM examples WHERE s = {(int)DataSplit.Test} GROUP BY h)
            SELECT (SELECT coalesce(sum(n), 0)::BIGINT FROM test WHERE h IN (SELECT h FROM counted)), (SELECT sum(n)::BIGINT FROM test),
                   coalesce(sum(n) FILTER (n > 1), 0)::BIGINT, coalesce(sum(n_late) FILTER (n > n_late), 0)::BIGINT, coalesce(sum(n_late), 0)::BIGINT, sum(n)::BIGINT
            FROM counted
            """,
            reader => (shared, tests, alike, again, later, training) = (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5)),
            cancellationToken);

        // Of rows that are alike by nature as many test rows have a like in training as training rows have, or as those of its later half have in its earlier one.
        var share = (double)shared / tests;
        var expected = Math.Max((double)alike / training, later == 0 ? 0 : (double)again / later);
        if (expected > AlikeByNature)
        {
            _outcomes.Add(new DataCheckOutcome(DataCheckNames.SharedRows, null, DataCheckStatus.Pass, $"not judged: {Percent(expected)} of the training rows are alike by nature, as {Percent(share)} of the test rows are like one of them"));
            return;
        }

        AddAbove(DataCheckNames.SharedRows, Settings.SharedRows, [new Finding(
            null,
            Math.Max(0, share - expected),
            FormattableString.Invariant($"{shared:N0} of {tests:N0} test rows ({Percent(share)}) have the features of a training row, where {Percent(expected)} of the training rows are alike; at most {Percent(Settings.SharedRows.Value)} more may be"),
            () => RowsOf(DataCheckNames.SharedRows, null, FormattableString.Invariant($"examples WHERE s = {(int)DataSplit.Test} AND {FeaturesHash} IN (SELECT {FeaturesHash} FROM examples WHERE s = {(int)DataSplit.Train})")))]);
    }

    private void CheckClasses(CancellationToken cancellationToken)
    {
        var counts = new Dictionary<DataSplit, SortedDictionary<string, long>>();
        database.Read(
            "SELECT s, CAST(l AS VARCHAR), count(*) FROM examples WHERE s IS NOT NULL GROUP BY ALL",
            reader =>
            {
                var split = (DataSplit)reader.GetInt32(0);
                counts.TryAdd(split, new SortedDictionary<string, long>(StringComparer.Ordinal));
                counts[split].Add(ClassName(reader.GetString(1)), reader.GetInt64(2));
            },
            cancellationToken);
        var training = counts[DataSplit.Train];
        CheckClassRows(training);

        var findings = new List<Finding>();
        foreach (var (split, rows) in counts.Where(split => split.Key is DataSplit.Validation or DataSplit.Test))
        {
            foreach (var (name, before) in training)
            {
                var now = rows.GetValueOrDefault(name);
                var (shareBefore, shareNow) = ((double)before / Training.Rows, (double)now / statistics[(int)split].Rows);
                var expected = shareBefore * statistics[(int)split].Rows;
                var ratio = Math.Max(expected, now) < RowsForRatio ? 1 : now == 0 ? double.MaxValue : Math.Max(shareNow / shareBefore, shareBefore / shareNow);
                findings.Add(new Finding(
                    name,
                    ratio,
                    string.Create(CultureInfo.InvariantCulture, $"{Percent(shareBefore)} of the training rows, {Percent(shareNow)} of splits.{Name(split)}; they may differ by a factor of {Settings.LabelRatio ?? 1:0.##}"),
                    () => ClassCounts(DataCheckNames.LabelRatio, name)));
            }
        }

        AddAbove(DataCheckNames.LabelRatio, Settings.LabelRatio, findings);
    }

    private void CheckClassRows(SortedDictionary<string, long> training)
    {
        if (Settings.ClassRows is not { } least)
        {
            AddOff(DataCheckNames.ClassRows);
            return;
        }

        var few = training.Where(entry => entry.Value < least).ToList();
        foreach (var (name, rows) in few.Count > 0 ? few : [training.MinBy(entry => entry.Value)])
        {
            var isFew = rows < least;
            _outcomes.Add(new DataCheckOutcome(
                DataCheckNames.ClassRows, name, isFew ? DataCheckStatus.Fail : DataCheckStatus.Pass, FormattableString.Invariant($"{rows:N0} training rows; a class needs at least {least}{(isFew ? ": group rare classes in data.query, or leave them out" : string.Empty)}"))
            {
                Value = rows,
                Threshold = least,
            });
            if (isFew)
            {
                _failing.Add(RowsOf(DataCheckNames.ClassRows, name, $"examples WHERE s IS NOT NULL AND CAST(l AS VARCHAR) = {DuckDatabase.Literal(StoredClass(name))}"));
            }
        }
    }

    private void CheckLabelShift(CancellationToken cancellationToken)
    {
        var means = new Dictionary<DataSplit, (double Mean, double Deviation)>();
        database.Read(
            "SELECT s, avg(l::DOUBLE), stddev_pop(l::DOUBLE) FROM examples WHERE s IS NOT NULL GROUP BY s",
            reader => means.Add((DataSplit)reader.GetInt32(0), (reader.GetDouble(1), reader.GetDouble(2))),
            cancellationToken);
        var (before, deviation) = means[DataSplit.Train];
        if (deviation == 0)
        {
            _outcomes.Add(new DataCheckOutcome(DataCheckNames.LabelShift, null, DataCheckStatus.Fail, "the label is one number in all training rows; there is nothing to learn"));
            _failing.Add(RowsOf(DataCheckNames.LabelShift, null, "examples WHERE s = 0"));
            return;
        }

        AddAbove(DataCheckNames.LabelShift, Settings.LabelShift, [.. means.Where(split => split.Key is DataSplit.Validation or DataSplit.Test).Select(split => new Finding(
            Name(split.Key),
            Math.Abs(split.Value.Mean - before) / deviation,
            FormattableString.Invariant($"the label's mean is {before:G4} in training and {split.Value.Mean:G4} in splits.{Name(split.Key)}; they may differ by {Settings.LabelShift ?? 0:0.##} of its standard deviations, {deviation:G4}"),
            () => RowsOf(DataCheckNames.LabelShift, Name(split.Key), FormattableString.Invariant($"(SELECT * FROM examples WHERE s = {(int)split.Key} ORDER BY abs(l - {before:R}) DESC)"))))]);
    }

    // No row alone is at fault.
    private static FailingRows ClassCounts(string check, string name) => new(
        check, $"SELECT {DuckDatabase.Literal(name)} AS checked, s AS split, CAST(l AS VARCHAR) AS class, count(*) AS row_count FROM examples WHERE s IS NOT NULL GROUP BY ALL ORDER BY ALL");

    private string ClassName(string stored) => definition.Task == ModelTask.Binary ? (stored == "1" ? "true" : "false") : stored;

    private string StoredClass(string name) => definition.Task == ModelTask.Binary ? (name == "true" ? "1" : "0") : name;
}
