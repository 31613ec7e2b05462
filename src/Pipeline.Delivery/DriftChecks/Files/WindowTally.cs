using Pipeline.Drift;
using Pipeline.Drift.Verdicts;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.DriftChecks.Files;

/// <summary>What is counted in one window.</summary>
internal sealed class WindowTally(FeatureTally features, ComparedModel model, EvenPick pick)
{
    private readonly ModelOutputs _outputs = model.Package.Manifest.Outputs;
    private readonly QuantileBins _bins = model.Reference.Predictions.Bins;
    private readonly long[] _predictions = new long[model.Reference.Predictions.Bins.Count];
    private readonly long[] _predicted = new long[model.Package.Manifest.Outputs.Labels.Count];
    private readonly long[] _labels = new long[model.Package.Manifest.Outputs.Labels.Count];
    private readonly NumericCells? _targetCells = model.Reference.Target is { } target ? new NumericCells((NumericBins)target.Bins, target.Minimum, target.Maximum) : null;
    private readonly List<ScoredRow> _scored = [];
    private readonly List<int?> _picked = [];
    private long[]? _target;
    private CodedRows? _rows;
    private EvenPick _pick = pick;

    /// <summary>One count a cell.</summary>
    public long[] Cells { get; } = new long[features.CellCount];

    public long Rows { get; set; }

    /// <summary>Rows whose answer is missing or no number.</summary>
    public long WithoutAnswer { get; private set; }

    /// <summary>Rows that were taken to be scored, or of which the single answer is given.</summary>
    public long Picked { get; private set; }

    /// <summary>Counts what a row turned out to be.</summary>
    /// <param name="label">An index into the model's labels.</param>
    public void CountLabel(int label) => _labels[label]++;

    /// <summary>Counts what a row turned out to be, of a model of a number; one whose profile tells nothing of its labels has no bins for them.</summary>
    public void CountLabel(float number)
    {
        if (_targetCells is not null)
        {
            _target ??= new long[_targetCells.Count];
            _target[_targetCells.CellOf(number)]++;
        }
    }

    /// <summary>Counts an answer that came with the row.</summary>
    /// <param name="score">Of the answer; NaN if it is missing.</param>
    /// <param name="answer">The label that it means, as an index; -1 if there are none.</param>
    /// <param name="label">What the row turned out to be.</param>
    public void CountAnswer(float score, int answer, int? label)
    {
        var isPicked = _pick.Next();
        if (!float.IsFinite(score))
        {
            WithoutAnswer++;
            return;
        }

        Picked += isPicked ? 1 : 0;
        Count(score, answer, label, isPicked);
    }

    /// <summary>Takes the row that was counted last to be scored, if it is its turn.</summary>
    public void Take(int? label)
    {
        if (!_pick.Next())
        {
            return;
        }

        Picked++;
        _rows ??= new CodedRows(model.Schema);
        _rows.AddRow();
        var row = _rows.Count - 1;
        for (var slot = 0; slot < features.Numbers.Length; slot++)
        {
            _rows.SetNumber(row, slot, features.Numbers[slot]);
        }

        for (var slot = 0; slot < features.Codes.Length; slot++)
        {
            _rows.SetCode(row, slot, features.Codes[slot]);
        }

        _picked.Add(label);
    }

    /// <summary>Asks the model for the rows that were taken.</summary>
    public void Score(OnnxScorer scorer, CancellationToken cancellationToken)
    {
        if (_rows is null)
        {
            return;
        }

        var width = _outputs.Width;
        var answers = new float[_rows.Count * width];
        scorer.Score(_rows, answers, cancellationToken);
        _rows = null;
        for (var i = 0; i < _picked.Count; i++)
        {
            var answer = answers.AsSpan(i * width, width);
            if (float.IsFinite(_outputs.ScoreOf(answer)))
            {
                Count(_outputs.ScoreOf(answer), _outputs.LabelIndexOf(answer), _picked[i], isPicked: true);
            }
            else
            {
                WithoutAnswer++;
            }
        }
    }

    public SourceWindow ToWindow(DateTimeOffset? from, DateTimeOffset? to, IReadOnlyDictionary<string, SampleDistance>? samples, IReadOnlyList<string> notes)
    {
        var labels = _labels.Sum() == 0 ? null : ByLabel(_labels);
        var profile = new LiveProfile(from, to, Rows, features.ToCounts(Cells), new PredictionCounts(_predictions, ByLabel(_predicted)), labels)
        {
            Target = _target is null ? null : _targetCells!.ToCounts(_target),
        };
        return new SourceWindow(profile, Coverage: null, samples, notes) { Scored = _scored };
    }

    private void Count(float score, int answer, int? label, bool isPicked)
    {
        _predictions[_bins.IndexOf(score)]++;
        if (answer < 0)
        {
            return;
        }

        _predicted[answer]++;
        if (isPicked)
        {
            _scored.Add(new ScoredRow(score, answer, label));
        }
    }

    private SortedDictionary<string, long> ByLabel(long[] counts)
    {
        var byLabel = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (label, count) in _outputs.Labels.Zip(counts))
        {
            byLabel[label] = count;
        }

        return byLabel;
    }
}
