namespace Pipeline.ModelPackage;

/// <summary>
/// Rows as <see cref="OnnxScorer"/> hands them to ONNX Runtime without a copy: numbers, and categories as codes. Grows while it is filled and keeps its memory when it is
/// cleared, so that a service can use one again and again. Not thread-safe.
/// </summary>
/// <param name="schema">The columns.</param>
public sealed class CodedRows(FeatureSchema schema)
{
    private readonly int _numericCount = schema.Numeric.Count;
    private readonly long[][] _codes = [.. schema.Categorical.Select(_ => Array.Empty<long>())];
    private readonly List<UnseenCategory> _unseen = [];
    private float[] _numeric = [];
    private int _capacity;

    public FeatureSchema Schema { get; } = schema;

    public int Count { get; private set; }

    /// <summary>Row-major, at least [Count, number of numeric features]; NaN is missing.</summary>
    public float[] Numeric => _numeric;

    /// <summary>One array of at least Count codes per categorical feature: an index into <see cref="Feature.Categories"/>, or a <see cref="CategoryCode"/>.</summary>
    public IReadOnlyList<long[]> Codes => _codes;

    /// <summary>Whether the texts of values that training did not see are kept; they are not needed for scoring.</summary>
    public bool KeepsUnseen { get; set; }

    /// <summary>Those texts, in no order; empty unless <see cref="KeepsUnseen"/> is set.</summary>
    public IReadOnlyList<UnseenCategory> Unseen => _unseen;

    /// <summary>Bytes that stay allocated when the rows are cleared.</summary>
    public long Footprint => (long)_capacity * ((_numericCount * sizeof(float)) + (_codes.Length * sizeof(long)));

    /// <summary>Adds rows whose values are all still to be set.</summary>
    public void AddRows(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var needed = checked(Count + count);
        if (needed > _capacity)
        {
            Grow(Math.Max(needed, Math.Max(16, (int)Math.Min(Array.MaxLength, _capacity * 2L))));
        }

        Count = needed;
    }

    public void AddRow() => AddRows(1);

    /// <summary>Removes the last row.</summary>
    public void RemoveLastRow() => Count = Count > 0 ? Count - 1 : throw new InvalidOperationException("There is no row.");

    public void SetNumber(int row, int slot, float value) => _numeric[(row * _numericCount) + slot] = value;

    public void SetCode(int row, int slot, long code) => _codes[slot][row] = code;

    /// <summary>Notes the text of a value that got <see cref="CategoryCode.Unseen"/>, if such texts are kept.</summary>
    public void NoteUnseen(int row, int slot, string text)
    {
        if (KeepsUnseen)
        {
            _unseen.Add(new UnseenCategory(row, slot, text));
        }
    }

    /// <summary>Copies another batch's rows to the end, with the texts of unseen values if they are kept here.</summary>
    public void Append(CodedRows rows)
    {
        var start = Count;
        AddRows(rows.Count);
        rows._numeric.AsSpan(0, rows.Count * _numericCount).CopyTo(_numeric.AsSpan(start * _numericCount));
        for (var slot = 0; slot < _codes.Length; slot++)
        {
            rows._codes[slot].AsSpan(0, rows.Count).CopyTo(_codes[slot].AsSpan(start));
        }

        if (KeepsUnseen)
        {
            _unseen.AddRange(rows._unseen.Select(unseen => unseen with { Row = start + unseen.Row }));
        }
    }

    /// <summary>Removes all rows; the memory stays.</summary>
    public void RemoveAll()
    {
        Count = 0;
        _unseen.Clear();
    }

    /// <summary>Makes this as new; the memory stays.</summary>
    public void Clear()
    {
        RemoveAll();
        KeepsUnseen = false;
    }

    private void Grow(int capacity)
    {
        Array.Resize(ref _numeric, checked(capacity * _numericCount));
        for (var slot = 0; slot < _codes.Length; slot++)
        {
            Array.Resize(ref _codes[slot], capacity);
        }

        _capacity = capacity;
    }
}
