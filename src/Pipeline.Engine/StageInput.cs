namespace Pipeline.Engine;

/// <summary>
/// One input of a stage: the digest or short text that its key takes and, if it is made of several things, what those were, so that a later plan can name the one that changed. Two are
/// equal if they have the same value.
/// </summary>
/// <param name="Value">What counts: equal values, equal input.</param>
public sealed record StageInput(string Value)
{
    private const string ContentPrefix = "sha256:";

    // 64 bits: these only tell people what changed, and decide nothing.
    private const int ContentDigits = 16;

    /// <summary>
    /// What it is made of, by name: of a content the text that <see cref="ContentOf"/> gives, else the value itself. Elements of lists are named <c>list[0].name</c>. Everything here must be covered by
    /// <see cref="Value"/>.
    /// </summary>
    public IReadOnlyDictionary<string, string> Details { get; init; } = new Dictionary<string, string>();

    public static implicit operator StageInput(string value) => new(value);

    public static StageInput FromString(string value) => new(value);

    /// <summary>Stands for a content that is not shown, such as a file's.</summary>
    /// <param name="hex">SHA-256 in hex digits.</param>
    public static string ContentOf(string hex) => ContentPrefix + hex[..ContentDigits];

    public bool Equals(StageInput? other) => other?.Value == Value;

    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Value;

    /// <summary>True for a digest, of which people need to know no more than that it is another one.</summary>
    internal static bool IsContent(string value) => value.StartsWith(ContentPrefix, StringComparison.Ordinal) || (value.Length == 64 && value.All(char.IsAsciiHexDigitLower));
}
