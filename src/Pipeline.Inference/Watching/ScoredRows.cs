using Pipeline.Inference.ModelLoading;
using Pipeline.Inference.Scoring;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Watching;

/// <summary>A copy of one answered request's rows and probabilities, which outlives the request. Used again. Not thread-safe.</summary>
public sealed class ScoredRows(LoadedModel model)
{
    // Memory of an unusually large request is not kept.
    private const int MaxBytesKept = 1 << 16;

    // So few are found sooner by looking through them.
    private const int MaxUnseenToScan = 8;

    private Dictionary<(int Row, int Slot), string>? _unseen;
    private float[] _probabilities = [];

    public LoadedModel Model { get; } = model;

    public CodedRows Rows { get; } = new(model.Package.Manifest.Features);

    public ReadOnlySpan<float> Probabilities => _probabilities.AsSpan(0, Rows.Count);

    /// <summary>What the copy holds.</summary>
    public long Bytes { get; private set; }

    internal bool IsWorthKeeping => Rows.Footprint + ((long)_probabilities.Length * sizeof(float)) <= MaxBytesKept;

    /// <summary>What a copy of the rows would hold.</summary>
    public static long BytesOf(CodedRows rows)
    {
        long bytes = rows.Count * (((rows.Schema.Numeric.Count + 1L) * sizeof(float)) + ((long)rows.Schema.Categorical.Count * sizeof(long)));
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
        Bytes = BytesOf(exchange.Rows);
        if (_probabilities.Length < Rows.Count)
        {
            _probabilities = new float[Math.Max(16, Rows.Count)];
        }

        exchange.Probabilities.CopyTo(_probabilities);
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
