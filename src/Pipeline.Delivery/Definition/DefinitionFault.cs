namespace Pipeline.Delivery.Definition;

/// <summary>Something wrong in a model.yaml.</summary>
/// <param name="Path">Of the setting, such as <c>gates[1].metric</c>; empty for the file as a whole.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Message">What is wrong and what to write instead.</param>
public sealed record DefinitionFault(string Path, int Line, int Column, string Message)
{
    public override string ToString() => FormattableString.Invariant($"{Line}:{Column} {(Path.Length > 0 ? Path + ": " : string.Empty)}{Message}");
}
