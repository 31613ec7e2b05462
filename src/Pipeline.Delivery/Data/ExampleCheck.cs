using System.Globalization;
using Pipeline.Delivery.Definition;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Data;

/// <summary>Refuses rows that a model cannot be trained and judged on; every fault is told at once.</summary>
internal sealed class ExampleCheck(DuckDatabase database, ModelDefinition definition, ExampleQuery query, IReadOnlyDictionary<int, ExampleStatistics> statistics)
{
    /// <summary>Fewer training rows than this say nothing about any column.</summary>
    public const int MinTrainingRows = 50;

    /// <summary>More classes are identifiers.</summary>
    public const int MaxClasses = 1_000;

    private const int MaxNames = 5;

    private readonly List<(ExitCode ExitCode, string Text)> _faults = [];

    /// <exception cref="PipelineException">Exit code 3 if there are too few rows and nothing else is wrong.</exception>
    public void Run(CancellationToken cancellationToken)
    {
        CheckTime();
        CheckSplits();
        CheckLabels(cancellationToken);
        for (var i = 0; i < query.Features.Count; i++)
        {
            CheckFeature(query.Features[i], i, cancellationToken);
        }

        if (_faults.Count > 0)
        {
            var exitCode = _faults.Exists(fault => fault.ExitCode == ExitCode.Usage) ? ExitCode.Usage : ExitCode.NotEnoughData;
            throw new PipelineException(exitCode, $"The rows that data.query of model {definition.Name} gives cannot be used:\n  {string.Join("\n  ", _faults.Select(fault => fault.Text))}");
        }
    }

    private static string Time(DateTime? time) => time?.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "none";

    private ExampleStatistics? Of(DataSplit split) => statistics.GetValueOrDefault((int)split);

    private void CheckTime()
    {
        var missing = query.Settings.Time is null ? 0 : statistics.Values.Sum(part => part.TimesMissing);
        if (missing > 0)
        {
            Fault(ExitCode.Usage, $"data.time '{query.Settings.Time}' is missing in {missing} rows; leave them out with WHERE {query.Settings.Time} IS NOT NULL");
        }
    }

    private void CheckSplits()
    {
        if (statistics.Count == 0)
        {
            Fault(ExitCode.NotEnoughData, $"there are none");
            return;
        }

        foreach (var split in definition.Splits.Names)
        {
            var name = Dataset.Name(split);
            var rows = Of(split)?.Rows ?? 0;
            if (rows == 0)
            {
                Fault(ExitCode.NotEnoughData, $"splits.{name} ({definition.Splits.Describe(split)}) has no rows{Span()}");
            }
            else if (split == DataSplit.Train && rows < MinTrainingRows)
            {
                Fault(ExitCode.NotEnoughData, $"splits.train has {rows} rows; it needs at least {MinTrainingRows}");
            }
        }
    }

    private void CheckLabels(CancellationToken cancellationToken)
    {
        var classes = definition.Task == ModelTask.Multiclass ? ExampleStatistics.ReadClasses(database, cancellationToken) : null;
        foreach (var split in definition.Splits.Names)
        {
            if (Of(split) is not { } part)
            {
                continue;
            }

            var label = $"data.label '{query.Settings.Label}'";
            if (part.LabelsOdd > 0)
            {
                Fault(ExitCode.Usage, $"{label} is {OddLabel()} in {part.LabelsOdd} rows of splits.{Dataset.Name(split)}");
            }

            if (part.LabelsMissing > 0)
            {
                Fault(ExitCode.Usage, $"{label} is missing in {part.LabelsMissing} of {part.Rows} rows of splits.{Dataset.Name(split)}; leave them out with WHERE {query.Settings.Label} IS NOT NULL");
            }

            if (classes?.GetValueOrDefault(split) is { } ofClasses)
            {
                CheckClasses(split, ofClasses, classes.GetValueOrDefault(DataSplit.Train) ?? new Dictionary<string, int>());
            }

            // What stands for live traffic is compared, not judged, and may be of one class.
            if (definition.Task == ModelTask.Binary && split != DataSplit.Production && part.LabelsOdd + part.LabelsMissing == 0 && (part.Positives == 0 || part.Positives == part.Rows))
            {
                Fault(ExitCode.NotEnoughData, $"{label} is {(part.Positives == 0 ? "false" : "true")} in all {part.Rows} rows of splits.{Dataset.Name(split)}; each split needs both classes");
            }
        }
    }

    private void CheckClasses(DataSplit split, IReadOnlyDictionary<string, int> rows, IReadOnlyDictionary<string, int> training)
    {
        var label = $"data.label '{query.Settings.Label}'";
        if (split == DataSplit.Train && rows.Count is < 2 or > MaxClasses)
        {
            Fault(rows.Count < 2 ? ExitCode.NotEnoughData : ExitCode.Usage, $"{label} has {rows.Count} different {(rows.Count == 1 ? "value" : "values")} in splits.train; a model is of 2 to {MaxClasses} classes");
        }

        var unknown = rows.Keys.Except(training.Keys, StringComparer.Ordinal).ToList();
        if (unknown.Count > 0)
        {
            Fault(ExitCode.NotEnoughData, $"{label} has {unknown.Count} {(unknown.Count == 1 ? "class" : "classes")} in splits.{Dataset.Name(split)} that no row of splits.train has: {Listed(unknown)}; leave such rows out, group rare classes in the query, or give it more rows");
        }
    }

    private string OddLabel() => definition.Task switch
    {
        ModelTask.Regression => "NaN, infinite or beyond a 32-bit float",
        ModelTask.Multiclass => "the character U+FFFF, which stands for a missing value,",
        _ => "neither 0 nor 1",
    };

    private static string Listed(List<string> names) => string.Join(", ", names.Take(MaxNames).Select(name => $"'{name}'")) + (names.Count > MaxNames ? FormattableString.Invariant($" and {names.Count - MaxNames} more") : string.Empty);

    private string Span() => query.Settings.Time is null
        ? string.Empty
        : $"; the rows run from {Time(statistics.Values.Min(part => part.First))} to {Time(statistics.Values.Max(part => part.Last))}";

    private void CheckFeature(ExampleColumn feature, int index, CancellationToken cancellationToken)
    {
        var parts = definition.Splits.Names.Select(split => Of(split)?.Features[index]).OfType<ExampleStatistics.OfFeature>().ToList();
        var column = ExampleRows.Column(index);
        if (parts.Sum(part => part.NotNumbers) is > 0 and var notNumbers)
        {
            Fault(ExitCode.Usage, $"the column '{feature.Name}' is NaN in {notNumbers} rows, {FirstWhere($"isnan({column})", cancellationToken)}; missing values are NULL: write CASE WHEN isnan({feature.Name}) THEN NULL ELSE {feature.Name} END");
        }

        if (parts.Sum(part => part.Unusable) is > 0 and var unusable)
        {
            Fault(ExitCode.Usage, feature.Kind == FeatureKind.Numeric
                ? $"the column '{feature.Name}' is infinite or beyond a 32-bit float in {unusable} rows, {FirstWhere($"isinf({column})", cancellationToken)}; leave them out with WHERE isfinite({feature.Name}) or write another value"
                : (FormattableString)$"the column '{feature.Name}' is the character U+FFFF in {unusable} rows, which stands for a missing value; write NULL");
        }

        if (Of(DataSplit.Train) is { } train)
        {
            CheckTraining(feature, train.Features[index], train.Rows);
        }
    }

    private void CheckTraining(ExampleColumn feature, ExampleStatistics.OfFeature counts, long rows)
    {
        if (counts.Missing == rows)
        {
            Fault(ExitCode.Usage, $"the column '{feature.Name}' has no value in any row of splits.train; leave it out");
        }
    }

    private string FirstWhere(string condition, CancellationToken cancellationToken)
    {
        var first = string.Empty;
        if (query.Settings.Time is null)
        {
            return "no time is known";
        }

        database.Read($"SELECT t FROM examples WHERE {condition} AND s IS NOT NULL ORDER BY t LIMIT 1", reader => first = $"first at {query.Settings.Time} {Time(reader.GetDateTime(0))}", cancellationToken);
        return first;
    }

    private void Fault(ExitCode exitCode, FormattableString text) => _faults.Add((exitCode, FormattableString.Invariant(text)));
}
