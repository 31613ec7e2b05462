using Pipeline.Delivery.Definition;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Data.Checks;

/// <content>Checks of single columns.</content>
internal sealed partial class DataChecks
{
    private void CheckTypes()
    {
        foreach (var (name, wanted) in Settings.Types)
        {
            var column = Column(name);
            var got = column.DuckDbType == "BOOLEAN" ? ColumnTypes.Boolean : column.Kind == FeatureKind.Numeric ? ColumnTypes.Number : ColumnTypes.Text;
            var isRight = got == wanted;
            _outcomes.Add(new DataCheckOutcome(
                DataCheckNames.Types, name, isRight ? DataCheckStatus.Pass : DataCheckStatus.Fail, isRight ? $"is a {wanted}" : $"must be a {wanted}; it is a {got} ({column.DuckDbType})"));
            if (!isRight)
            {
                // A text where numbers were meant: those that are none show why.
                _failing.Add(RowsOf(DataCheckNames.Types, name, wanted == ColumnTypes.Text ? "examples" : $"examples WHERE {column.Sql} IS NOT NULL AND TRY_CAST({column.Sql} AS {(wanted == ColumnTypes.Number ? "DOUBLE" : "BOOLEAN")}) IS NULL"));
            }
        }
    }

    private void CheckRanges(CancellationToken cancellationToken)
    {
        foreach (var (name, range) in Settings.Ranges)
        {
            var column = Column(name);
            var bounds = new List<string>();
            if (range.Min is { } min)
            {
                bounds.Add(FormattableString.Invariant($"{column.Sql} < CAST({min:R} AS FLOAT)"));
            }

            if (range.Max is { } max)
            {
                bounds.Add(FormattableString.Invariant($"{column.Sql} > CAST({max:R} AS FLOAT)"));
            }

            if (column.Kind != FeatureKind.Numeric)
            {
                _outcomes.Add(new DataCheckOutcome(DataCheckNames.Ranges, name, DataCheckStatus.Fail, $"must be {range}; it is a text ({column.DuckDbType})"));
                _failing.Add(RowsOf(DataCheckNames.Ranges, name, "examples"));
                continue;
            }

            var outside = $"s IS NOT NULL AND ({string.Join(" OR ", bounds)})";
            var (count, least, most) = (0L, 0.0, 0.0);
            database.Read(
                $"SELECT count(*) FILTER ({outside}), coalesce(min({column.Sql}), 0), coalesce(max({column.Sql}), 0) FROM examples WHERE s IS NOT NULL",
                reader => (count, least, most) = (reader.GetInt64(0), Convert.ToDouble(reader.GetValue(1), null), Convert.ToDouble(reader.GetValue(2), null)),
                cancellationToken);
            var found = FormattableString.Invariant($"{(count == 0 ? "all rows are" : $"{count} rows are not")} {range}: from {least:G6} to {most:G6}");
            _outcomes.Add(new DataCheckOutcome(DataCheckNames.Ranges, name, count == 0 ? DataCheckStatus.Pass : DataCheckStatus.Fail, found) { Value = count, Threshold = 0 });
            if (count > 0)
            {
                _failing.Add(RowsOf(DataCheckNames.Ranges, name, $"examples WHERE {outside}"));
            }
        }
    }

    private void CheckMissing() => AddAbove(
        DataCheckNames.Missing,
        Settings.Missing,
        [.. query.Features.Select((feature, i) =>
        {
            var share = ShareMissing(Training, i);
            return new Finding(feature.Name, share, $"missing in {Percent(share)} of the training rows; at most {Percent(Settings.Missing ?? 1)} may be", () => RowsOf(DataCheckNames.Missing, feature.Name, $"examples WHERE s = 0 AND {ExampleRows.Column(i)} IS NULL"));
        })]);

    private void CheckMissingDrift()
    {
        var findings = new List<Finding>();
        foreach (var split in definition.Splits.Names.Where(split => split != DataSplit.Train))
        {
            for (var i = 0; i < query.Features.Count; i++)
            {
                var (feature, column) = (query.Features[i], ExampleRows.Column(i));
                var (before, now) = (ShareMissing(Training, i), ShareMissing(statistics[(int)split], i));
                findings.Add(new Finding(
                    feature.Name,
                    Math.Abs(now - before),
                    $"missing in {Percent(before)} of the training rows and {Percent(now)} of splits.{Name(split)}; the difference may be {Percent(Settings.MissingDrift ?? 1)}",
                    () => RowsOf(DataCheckNames.MissingDrift, feature.Name, FormattableString.Invariant($"examples WHERE s = {(int)(now > before ? split : DataSplit.Train)} AND {column} IS NULL"))));
            }
        }

        AddAbove(DataCheckNames.MissingDrift, Settings.MissingDrift, findings);
    }

    private void CheckConstants(CancellationToken cancellationToken)
    {
        if (Settings.Constants == ConstantColumns.Off)
        {
            AddOff(DataCheckNames.Constants);
            return;
        }

        var constant = new List<int>();
        var same = query.Features.Select((_, i) => $"min({ExampleRows.Column(i)}) IS NOT DISTINCT FROM max({ExampleRows.Column(i)}) AND count({ExampleRows.Column(i)}) = count(*)");
        database.Read(
            $"SELECT {string.Join(", ", same)} FROM examples WHERE s = 0",
            reader => constant.AddRange(Enumerable.Range(0, query.Features.Count).Where(reader.GetBoolean)),
            cancellationToken);
        var isFault = Settings.Constants == ConstantColumns.Fail;
        foreach (var i in constant)
        {
            _outcomes.Add(new DataCheckOutcome(DataCheckNames.Constants, query.Features[i].Name, isFault ? DataCheckStatus.Fail : DataCheckStatus.Warn, "has one value in all training rows and says nothing; leave it out of data.query"));
            if (isFault)
            {
                _failing.Add(RowsOf(DataCheckNames.Constants, query.Features[i].Name, "examples WHERE s = 0"));
            }
        }

        if (constant.Count == 0)
        {
            _outcomes.Add(new DataCheckOutcome(DataCheckNames.Constants, null, DataCheckStatus.Pass, "no feature has one value in all training rows"));
        }
    }

    private void CheckLeaks(CancellationToken cancellationToken)
    {
        if (Settings.LeakAuc is not { } threshold)
        {
            AddOff(DataCheckNames.LeakAuc);
            return;
        }

        var how = definition.Task switch
        {
            ModelTask.Regression => "has a rank correlation with the label of",
            ModelTask.Multiclass => "tells a class from the others by itself, with a ROC AUC of",
            _ => "tells the label by itself, with a ROC AUC of",
        };
        var strengths = new FeatureLeaks(database, query, Training.Rows).Read(cancellationToken);
        var known = query.Features.Zip(strengths).Where(feature => feature.Second is not null).ToList();
        var leaks = known.Where(feature => feature.Second > threshold).ToList();
        foreach (var (feature, strength) in leaks.Count > 0 ? leaks : known.OrderByDescending(feature => feature.Second).Take(1))
        {
            var isLeak = strength > threshold;
            var text = FormattableString.Invariant($"{how} {strength:0.####}")
                + (isLeak ? ": is it known before the label is? If not, leave it out of data.query" : string.Empty);
            _outcomes.Add(new DataCheckOutcome(DataCheckNames.LeakAuc, feature.Name, isLeak ? DataCheckStatus.Warn : DataCheckStatus.Pass, text) { Value = strength, Threshold = threshold });
        }
    }

    private void NoteTexts(CancellationToken cancellationToken)
    {
        foreach (var (feature, counts) in query.Features.Zip(Training.Features).Where(feature => feature.Second.Categories > definition.Data.MaxCategories))
        {
            _outcomes.Add(new DataCheckOutcome(
                DataCheckNames.Categories,
                feature.Name,
                DataCheckStatus.Note,
                FormattableString.Invariant($"{counts.Categories:N0} values in training: the {definition.Data.MaxCategories:N0} most frequent are kept, the others are one (data.maxCategories)")) { Value = counts.Categories, Threshold = definition.Data.MaxCategories });
        }

        foreach (var (name, example) in DecimalCommas.Find(database, query, cancellationToken))
        {
            _outcomes.Add(new DataCheckOutcome(
                DataCheckNames.DecimalComma, name, DataCheckStatus.Warn, $"is numbers with a decimal comma ('{example}'), and a text to DuckDB: write {DecimalCommas.Conversion(DuckDatabase.Identifier(name))} AS {DuckDatabase.Identifier(name)} in data.query"));
        }
    }

    private static double ShareMissing(ExampleStatistics split, int feature) => (double)split.Features[feature].Missing / split.Rows;

    private (string Sql, FeatureKind Kind, string DuckDbType) Column(string name)
    {
        for (var i = 0; i < query.Features.Count; i++)
        {
            if (query.Features[i].Name == name)
            {
                return (ExampleRows.Column(i), query.Features[i].Kind, query.Features[i].DuckDbType);
            }
        }

        for (var i = 0; i < query.Attributes.Count; i++)
        {
            if (query.Attributes[i].Name == name)
            {
                return (ExampleRows.Attribute(i), query.Attributes[i].Kind, query.Attributes[i].DuckDbType);
            }
        }

        return ("l", definition.Task == ModelTask.Multiclass ? FeatureKind.Categorical : FeatureKind.Numeric, query.Label.DuckDbType);
    }
}
