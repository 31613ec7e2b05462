using Pipeline.Drift;
using Pipeline.Drift.Verdicts;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.DriftChecks.Files;

/// <summary>What is counted in one window.</summary>
internal sealed class WindowTally(FeatureTally features, ComparedModel model, EvenPick pick)
{
    private readonly BinaryOutputs _outputs = (BinaryOutputs)model.Package.Manifest.Outputs;
    private readonly QuantileBins _bins = model.Reference.Predictions.Bins;
    private readonly long[] _predictions = new long[model.Reference.Predictions.Bins.Count];
    private readonly List<ScoredRow> _scored = [];
    private readonly List<bool?> _picked = [];
    private CodedRows? _rows;
    private EvenPick _pick = pick;
    private (long Positive, long Negative) _predicted;
    private (long Positive, long Negative) _labels;

    /// <summary>One count a cell.</summary>
    public long[] Cells { get; } = new long[features.CellCount];

    public long Rows { get; set; }

    /// <summary>Rows whose probability is missing or no number.</summary>
    public long WithoutAnswer { get; private set; }

    /// <summary>Rows that were taken to be scored, or of which the single answer is given.</summary>
    public long Picked { get; private set; }

    public void CountLabel(bool isPositive)
    {
        _labels.Positive += isPositive ? 1 : 0;
        _labels.Negative += isPositive ? 0 : 1;
    }

    /// <summary>Counts an answer that came with the row.</summary>
    public void CountAnswer(float probability, bool? label)
    {
        var isPicked = _pick.Next();
        if (!float.IsFinite(probability))
        {
            WithoutAnswer++;
            return;
        }

        Count(probability);
        if (isPicked)
        {
            Picked++;
            _scored.Add(new ScoredRow(probability, label));
        }
    }

    /// <summary>Takes the row that was counted last to be scored, if it is its turn.</summary>
    public void Take(bool? label)
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

        var probabilities = new float[_rows.Count];
        scorer.Score(_rows, probabilities, cancellationToken);
        _rows = null;
        for (var i = 0; i < probabilities.Length; i++)
        {
            if (float.IsFinite(probabilities[i]))
            {
                Count(probabilities[i]);
                _scored.Add(new ScoredRow(probabilities[i], _picked[i]));
            }
            else
            {
                WithoutAnswer++;
            }
        }
    }

    public SourceWindow ToWindow(DateTimeOffset? from, DateTimeOffset? to, IReadOnlyDictionary<string, SampleDistance>? samples, IReadOnlyList<string> notes)
    {
        var labels = _labels.Positive + _labels.Negative == 0 ? null : ByLabel(_labels);
        var profile = new LiveProfile(from, to, Rows, features.ToCounts(Cells), new PredictionCounts(_predictions, ByLabel(_predicted)), labels);
        return new SourceWindow(profile, Coverage: null, samples, notes) { Scored = _scored };
    }

    private void Count(float probability)
    {
        _predictions[_bins.IndexOf(probability)]++;
        var isPositive = _outputs.IsPositive(probability);
        _predicted.Positive += isPositive ? 1 : 0;
        _predicted.Negative += isPositive ? 0 : 1;
    }

    private SortedDictionary<string, long> ByLabel((long Positive, long Negative) counts) =>
        new(StringComparer.Ordinal) { [_outputs.PositiveLabel] = counts.Positive, [_outputs.NegativeLabel] = counts.Negative };
}
