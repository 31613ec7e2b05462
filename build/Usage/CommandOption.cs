/// <summary>An option of the command line: <c>--base-image</c> for the parameter BaseImage.</summary>
/// <param name="Name">As in .nuke/parameters.json.</param>
/// <param name="Arity">How many values it takes.</param>
/// <param name="FindFault">What is wrong with a value, or null.</param>
sealed record CommandOption(string Name, Arity Arity, Func<string, string?> FindFault)
{
    public string DashedName { get; } = "--" + string.Concat(Name.Select((letter, index) => index > 0 && char.IsUpper(letter) ? $"-{letter}" : $"{letter}")).ToLowerInvariant();

    /// <summary>NUKE's own comparison: dashes and case do not count.</summary>
    public bool IsNamed(string argument) => string.Equals(argument.Replace("-", string.Empty, StringComparison.Ordinal), Name, StringComparison.OrdinalIgnoreCase);
}
