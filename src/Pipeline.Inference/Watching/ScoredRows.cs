using Pipeline.Inference.ModelLoading;
using Pipeline.Inference.Scoring;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Watching;

/// <summary>A copy of one answered request's rows and predictions, which outlives the request. Used again. Not thread-safe.</summary>
public sealed class ScoredRows(LoadedModel model)
{
    // Memory of an unusually large request is not kept.
    private const int MaxBytesKept = 1 << 16;

    // So few are found sooner by looking through them.
    private const int MaxUnseenToScan = 8;

    private Dictionary<(int Row, int Slot), string>? _unseen;
    private float[] _predictions = [];

    public LoadedModel Model { get; } = model;

    public CodedRows Rows { get; } = new(model.Package.Manifest.Features);

    /// <summary>The model's answers: [rows, <see cref="LoadedModel.Width"/>].</summary>
    public ReadOnlySpan<float> Predictions => _predictions.AsSpan(0, Rows.Count * Model.Width);

    /// <summary>The model's answer to a row.</summary>
    public ReadOnlySpan<float> PredictionOf(int row) => _predictions.AsSpan(row * Model.Width, Model.Width);

    /// <summary>What the copy holds.</summary>
    public long Bytes { get; private set; }

    internal bool IsWorthKeeping => Rows.Footprint + ((long)_predictions.Length * sizeof(float)) <= MaxBytesKept;

    /// <summary>What a copy of the rows would hold.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="width">Numbers that each is answered with.</param>
    public static long BytesOf(CodedRows rows, int width)
    {
        long bytes = rows.Count * (((rows.Schema.Numeric.Count + (long)width) * sizeof(float)) + ((long)rows.Schema.Categorical.Count * sizeof(long)));
        foreach (var unseen in rows.Unseen)
        {
            bytes += unseen.Text.Length * sizeof(char);
        }

        return bytes;
    }

    public void Copy(Exchange exchange)
    {
        Clear();
        Rows.KeepsUnseen = exchange.Rows.KeepsUnseen;
        Rows.Append(exchange.Rows);
        Bytes = BytesOf(exchange.Rows, Model.Width);
        if (_predictions.Length < exchange.Predictions.Length)
        {
            _predictions = new float[Math.Max(16, exchange.Predictions.Length)];
        }

        exchange.Predictions.CopyTo(_predictions);
    }

    /// <summary>Forgets the rows; the memory stays.</summary>
    public void Clear()
    {
        Rows.Clear();
        Bytes = 0;
        _unseen = null;
    }

    /// <summary>The text of a category, null for none; empty for an unseen one whose text was not kept.</summary>
    public string? CategoryOf(int row, int slot)
    {
        var code = Rows.Codes[slot][row];
        return code switch
        {
            >= 0 => Rows.Schema.Categorical[slot].Categories![(int)code],
            CategoryCode.Missing => null,
            _ => UnseenOf(row, slot),
        };
    }

    private string UnseenOf(int row, int slot)
    {
        if (Rows.Unseen.Count > MaxUnseenToScan)
        {
            _unseen ??= Rows.Unseen.DistinctBy(unseen => (unseen.Row, unseen.Slot)).ToDictionary(unseen => (unseen.Row, unseen.Slot), unseen => unseen.Text);
            return _unseen.GetValueOrDefault((row, slot), string.Empty);
        }

        foreach (var unseen in Rows.Unseen)
        {
            if (unseen.Row == row && unseen.Slot == slot)
            {
                return unseen.Text;
            }
        }

        return string.Empty;
    }
}
