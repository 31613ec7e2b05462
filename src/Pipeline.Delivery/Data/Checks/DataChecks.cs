using System.Globalization;
using Pipeline.Delivery.Definition;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Data.Checks;

/// <summary>Holds the table <c>examples</c> to <c>data.checks</c>. What is plainly no data to train on, <see cref="ExampleCheck"/> has refused before.</summary>
internal sealed partial class DataChecks(DuckDatabase database, ModelDefinition definition, ExampleQuery query, IReadOnlyDictionary<int, ExampleStatistics> statistics)
{
    private readonly List<DataCheckOutcome> _outcomes = [];
    private readonly List<FailingRows> _failing = [];

    private DataCheckSettings Settings => definition.Data.Checks;

    private ExampleStatistics Training => statistics[(int)DataSplit.Train];

    /// <summary>What failed, for the files; empty if nothing did.</summary>
    public IReadOnlyList<FailingRows> Failing => _failing;

    /// <returns>What each check found. Of a check of many columns those that are at fault, or else the one that is nearest to it.</returns>
    public IReadOnlyList<DataCheckOutcome> Run(CancellationToken cancellationToken)
    {
        CheckTypes();
        CheckRanges(cancellationToken);
        CheckMissing();
        CheckMissingDrift();
        CheckConstants(cancellationToken);
        CheckDuplicates(cancellationToken);
        CheckShared(cancellationToken);
        if (definition.Task == ModelTask.Regression)
        {
            CheckLabelShift(cancellationToken);
        }
        else
        {
            CheckClasses(cancellationToken);
        }

        CheckLeaks(cancellationToken);
        NoteTexts(cancellationToken);
        return _outcomes;
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.##} %");

    private static string Name(DataSplit split) => Dataset.Name(split);

    private FailingRows RowsOf(string check, string? subject, string relation) => FailingRows.Of(check, subject, query, relation);

    /// <summary>Adds those above the threshold, or else the greatest.</summary>
    private void AddAbove(string check, double? threshold, IReadOnlyList<Finding> findings)
    {
        if (threshold is not { } most)
        {
            AddOff(check);
            return;
        }

        var above = findings.Where(finding => finding.Value > most).ToList();
        foreach (var finding in above.DefaultIfEmpty(findings.MaxBy(finding => finding.Value)).OfType<Finding>())
        {
            var isAbove = finding.Value > most;
            _outcomes.Add(new DataCheckOutcome(check, finding.Subject, isAbove ? DataCheckStatus.Fail : DataCheckStatus.Pass, finding.Text) { Value = Math.Round(finding.Value, 6), Threshold = most });
            if (isAbove)
            {
                _failing.Add(finding.Rows());
            }
        }
    }

    private void AddOff(string check) => _outcomes.Add(new DataCheckOutcome(check, null, DataCheckStatus.Off, "switched off"));

    /// <summary>Something that was measured.</summary>
    /// <param name="Subject">What it is about; null for all rows.</param>
    /// <param name="Value">The greater the worse.</param>
    /// <param name="Text">For people.</param>
    /// <param name="Rows">The rows at fault, if it is too great.</param>
    private sealed record Finding(string? Subject, double Value, string Text, Func<FailingRows> Rows);
}
