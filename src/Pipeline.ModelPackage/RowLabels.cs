namespace Pipeline.ModelPackage;

/// <summary>The true labels of some rows, in the form that their task has. Not to be changed once made.</summary>
public sealed class RowLabels
{
    private readonly bool[]? _flags;
    private readonly int[]? _classes;
    private readonly float[]? _numbers;

    private RowLabels(bool[]? flags, int[]? classes, IReadOnlyList<string> classNames, float[]? numbers)
    {
        (_flags, _classes, _numbers) = (flags, classes, numbers);
        ClassNames = classNames;
    }

    /// <summary>One of <see cref="ModelTask"/>.</summary>
    public string Task => _flags is not null ? ModelTask.Binary : _classes is not null ? ModelTask.Multiclass : ModelTask.Regression;

    /// <summary>How many.</summary>
    public int Count => _flags?.Length ?? _classes?.Length ?? _numbers!.Length;

    /// <summary>Of several classes their names; empty otherwise.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Of two classes: true for the positive one.</summary>
    /// <exception cref="InvalidOperationException">The labels are of another task.</exception>
    public bool[] Flags => _flags ?? throw NotOf(ModelTask.Binary);

    /// <summary>Of several classes: indices into <see cref="ClassNames"/>.</summary>
    /// <exception cref="InvalidOperationException">The labels are of another task.</exception>
    public int[] Classes => _classes ?? throw NotOf(ModelTask.Multiclass);

    /// <summary>Of a number: finite values.</summary>
    /// <exception cref="InvalidOperationException">The labels are of another task.</exception>
    public float[] Numbers => _numbers ?? throw NotOf(ModelTask.Regression);

    public static RowLabels OfFlags(bool[] flags) => new(flags, null, [], null);

    /// <param name="classes">Indices into <paramref name="names"/>.</param>
    /// <param name="names">At least two.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is none of a name.</exception>
    public static RowLabels OfClasses(int[] classes, IReadOnlyList<string> names)
    {
        foreach (var index in classes)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index, nameof(classes));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, names.Count, nameof(classes));
        }

        return new RowLabels(null, classes, names, null);
    }

    public static RowLabels OfNumbers(float[] numbers) => new(null, null, [], numbers);

    /// <summary>The labels of some rows, in the order given.</summary>
    public RowLabels Take(IReadOnlyList<int> rows) =>
        _flags is not null ? OfFlags([.. rows.Select(row => _flags[row])])
        : _classes is not null ? new RowLabels(null, [.. rows.Select(row => _classes[row])], ClassNames, null)
        : OfNumbers([.. rows.Select(row => _numbers![row])]);

    /// <summary>A label as people read it: <c>true</c>, a class's name, or the number.</summary>
    public string TextOf(int row) =>
        _flags is not null ? (_flags[row] ? "true" : "false")
        : _classes is not null ? ClassNames[_classes[row]]
        : _numbers![row].ToString("R", System.Globalization.CultureInfo.InvariantCulture);

    private InvalidOperationException NotOf(string task) => new($"These labels are of the task {Task}, not {task}.");
}
