namespace Pipeline.Engine;

/// <summary>The inputs of a stage by name, of which its key is made.</summary>
public sealed class StageInputs
{
    private readonly Dictionary<string, StageInput> _inputs = new(StringComparer.Ordinal);

    public StageInput this[string name]
    {
        get => _inputs[name];
        set => _inputs[name] = value;
    }

    internal Dictionary<string, string> Values() => _inputs.ToDictionary(input => input.Key, input => input.Value.Value, StringComparer.Ordinal);

    internal Dictionary<string, IReadOnlyDictionary<string, string>> Details() =>
        _inputs.Where(input => input.Value.Details.Count > 0).ToDictionary(input => input.Key, input => input.Value.Details, StringComparer.Ordinal);
}
