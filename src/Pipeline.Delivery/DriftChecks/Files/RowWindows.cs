using System.Globalization;
using DuckDB.NET.Data;
using Pipeline.Delivery.Data;
using Pipeline.Drift.Verdicts;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.DriftChecks.Files;

/// <summary>Counts rows by windows, all windows in one pass, after a first look at times alone.</summary>
internal sealed class RowWindows(DuckDatabase database, ComparedModel model, RowColumns columns, WindowPlan plan)
{
    /// <summary>So many rows are scored where the answers are not known: the share of a bin is right to about half a percentage point of its own tenth.</summary>
    public const int MaxScored = 100_000;

    /// <summary>So many numbers they answer at most: of very many classes fewer rows are scored.</summary>
    public const int MaxScoredNumbers = 10_000_000;

    /// <summary>So many single answers are given on where they are known; all of them are counted.</summary>
    public const int MaxAnswers = 1_000_000;

    private const int LabelOrdinal = 1;
    private const int ScoreOrdinal = 2;
    private const int AnswerOrdinal = 3;
    private const int FeatureOrdinal = 4;

    private readonly WindowGrid _grid = new(plan);
    private readonly ModelOutputs _outputs = model.Package.Manifest.Outputs;
    private readonly TrueLabels _labels = new(model.Package.Manifest.Outputs, columns, LabelOrdinal);
    private long _outside;

    /// <exception cref="DatabaseException">The rows cannot be read.</exception>
    /// <exception cref="Engine.PipelineException">The plan's windows cannot be.</exception>
    public IReadOnlyList<SourceWindow> Read(CancellationToken cancellationToken)
    {
        if (_grid.End is null && LastTime(cancellationToken) is { } last)
        {
            _grid.EndAfter(last);
        }

        var scan = TimeScan.Read(database, columns, _grid, cancellationToken);

        // Where no row has a time and nobody has named an end there is nothing to lay windows along.
        var hasWindows = columns.Time is not null && _grid.End is not null;
        var counts = hasWindows ? CountsOf(scan) : [scan.Rows - scan.WithoutTime];
        var features = new FeatureTally(model.Reference, model.Schema);
        var windows = EvenPick.Share(counts, columns.Score is null ? Math.Min(MaxScored, MaxScoredNumbers / _outputs.Width) : MaxAnswers).Zip(counts, (wanted, count) => new WindowTally(features, model, new EvenPick(count, wanted))).ToList();
        var numeric = model.Schema.Numeric.Count;
        var sample = model.Training is not null && numeric > 0 && counts[^1] > 0 ? new SampleColumns(numeric, counts[^1]) : null;
        Count(windows, features, sample, hasWindows, cancellationToken);
        Score(windows, cancellationToken);
        var notes = Notes(scan, hasWindows);
        var distances = sample is null ? null : Compare(sample, notes, cancellationToken);
        var first = hasWindows && plan.End is null && scan.First is { } earliest ? _grid.FirstWhole(earliest) : 0;
        if (counts.Take(first).Sum() is > 0 and var early)
        {
            notes.Add(Invariant($"{early:N0} rows lie outside of the windows and are not judged: there are fewer of them than fill one."));
        }

        return [.. windows.Select((window, i) => ToWindow(window, i, hasWindows, i == windows.Count - 1 ? distances : null, i == windows.Count - 1 ? notes : [])).Skip(first)];
    }

    private long? LastTime(CancellationToken cancellationToken)
    {
        long? last = null;
        if (columns.Time is { } time)
        {
            database.Read(
                $"SELECT max({WindowGrid.TimeWithin(time)}) FROM {columns.Relation} WHERE {columns.IsOfModel ?? "true"}",
                row => last = row.IsDBNull(0) ? null : row.GetInt64(0),
                cancellationToken);
        }

        return last;
    }

    private long[] CountsOf(TimeScan scan)
    {
        var counts = new long[_grid.Count];
        foreach (var (cell, count) in scan.Counts)
        {
            if (_grid.IndexOfCell(cell) is >= 0 and var index && index < counts.Length)
            {
                counts[index] = count;
            }
            else
            {
                _outside += count;
            }
        }

        return counts;
    }

    private void Count(List<WindowTally> windows, FeatureTally features, SampleColumns? sample, bool hasWindows, CancellationToken cancellationToken)
    {
        string[] parts = [columns.Time is null ? "NULL" : WindowGrid.TimeWithin(columns.Time), columns.Label ?? "NULL", columns.Score ?? "NULL", columns.Answer ?? "NULL", .. columns.Numbers, .. columns.Texts];
        database.Read(
            $"SELECT {string.Join(", ", parts)} FROM {columns.Relation}{(columns.IsOfModel is null ? string.Empty : $" WHERE {columns.IsOfModel}")}",
            row =>
            {
                if (WindowOf(windows, row, hasWindows) is not { } window)
                {
                    return;
                }

                window.Rows++;
                features.Count(window.Cells, row, FeatureOrdinal);
                var label = _labels.Count(row, window);
                if (columns.Score is null)
                {
                    window.Take(label);
                }
                else
                {
                    var score = row.IsDBNull(ScoreOrdinal) ? float.NaN : row.GetFloat(ScoreOrdinal);
                    window.CountAnswer(score, AnswerOf(row, score), label);
                }

                if (window == windows[^1])
                {
                    sample?.Take(features.Numbers);
                }
            },
            cancellationToken);
    }

    private WindowTally? WindowOf(List<WindowTally> windows, DuckDBDataReader row, bool hasWindows)
    {
        if (columns.Time is null)
        {
            return windows[0];
        }

        return hasWindows && !row.IsDBNull(0) && _grid.IndexOf(row.GetInt64(0)) is >= 0 and var index && index < windows.Count ? windows[(int)index] : null;
    }

    private int AnswerOf(DuckDBDataReader row, float score) => columns.Answer is null ? _outputs.LabelIndexOf([score]) : row.IsDBNull(AnswerOrdinal) ? -1 : row.GetInt32(AnswerOrdinal);

    private void Score(List<WindowTally> windows, CancellationToken cancellationToken)
    {
        if (columns.Score is null && windows.Exists(window => window.Rows > 0))
        {
            using var scorer = OnnxScorer.Load(model.Package.OnnxPath, model.Schema);
            windows.ForEach(window => window.Score(scorer, cancellationToken));
        }
    }

    private IReadOnlyDictionary<string, SampleDistance> Compare(SampleColumns current, List<string> notes, CancellationToken cancellationToken)
    {
        var names = model.Schema.Numeric.Select(feature => feature.Name).ToList();
        var reference = SampleColumns.OfTraining(model.Training!.Dataset, names, cancellationToken);
        if (reference.IsPart || current.IsPart)
        {
            notes.Add(Invariant($"The distances of the values themselves are those of {current.Rows:N0} evenly spaced rows and {reference.Rows:N0} training rows."));
        }

        return SampleColumns.Compare(reference, current, names, model.Training.Distance, cancellationToken);
    }

    private SourceWindow ToWindow(WindowTally window, int index, bool hasWindows, IReadOnlyDictionary<string, SampleDistance>? distances, IReadOnlyList<string> notes)
    {
        (DateTimeOffset From, DateTimeOffset To)? bounds = hasWindows ? _grid.BoundsOf(index) : null;
        return window.ToWindow(bounds?.From, bounds?.To, distances, [.. NotesOf(window), .. notes]);
    }

    private IEnumerable<string> NotesOf(WindowTally window)
    {
        if (window.Picked + window.WithoutAnswer < window.Rows)
        {
            yield return columns.Score is null
                ? Invariant($"The model's answers are those to {window.Picked:N0} evenly spaced rows of {window.Rows:N0}.")
                : Invariant($"Estimates of how the model does are made from {window.Picked:N0} evenly spaced rows of {window.Rows:N0}.");
        }

        if (window.WithoutAnswer > 0)
        {
            yield return Invariant($"{window.WithoutAnswer:N0} rows have no {(_outputs.IsMatrix ? "probabilities that are numbers" : $"{_outputs.Tensor} that is a number")}; their answers are not counted.");
        }
    }

    private List<string> Notes(TimeScan scan, bool hasWindows)
    {
        var notes = columns.Notes.ToList();
        if (scan.OfOthers > 0)
        {
            notes.Add(Invariant($"{scan.OfOthers:N0} rows were answered by other packages than {model.Package} and are not counted."));
        }

        if (scan.WithoutTime > 0)
        {
            notes.Add(Invariant($"{scan.WithoutTime:N0} rows have no time and are not counted."));
        }

        if (_outside > 0)
        {
            notes.Add(Invariant($"{_outside:N0} rows lie outside of the windows and are not counted; the rows run from {At(scan.First!.Value)} to {At(scan.Last!.Value)}."));
        }

        if (hasWindows is false && scan.Rows == 0)
        {
            notes.Add("There is no row to count.");
        }

        if (_labels.Odd > 0)
        {
            notes.Add(Invariant($"{_labels.Odd:N0} labels are none of the model's and are taken for unknown."));
        }

        return notes;
    }

    private static string At(long time) => DateTimeOffset.UnixEpoch.AddTicks(time * TimeSpan.TicksPerMicrosecond).ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
