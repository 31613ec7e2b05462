namespace Pipeline.Delivery.NewModels;

/// <summary>What a user says of a model that is to be made from data.</summary>
/// <param name="RootDirectory">The repository's folder.</param>
/// <param name="CallerDirectory">What relative paths in <paramref name="From"/> are relative to.</param>
/// <param name="Model">Name of the folder to make under models/; null if it was not said.</param>
/// <param name="From">Paths or globs of the data files.</param>
/// <param name="Label">The column to predict; null if it was not said.</param>
/// <param name="Time">The column of the rows' time; null to guess.</param>
/// <param name="Task">One of <c>ModelTask</c>; null to guess.</param>
public sealed record NewModelOptions(string RootDirectory, string CallerDirectory, string? Model, IReadOnlyList<string> From, string? Label, string? Time, string? Task)
{
    /// <summary>Divides what was typed at commas, but for those within a file's name.</summary>
    /// <param name="typed">Paths or globs; null for none.</param>
    /// <param name="directory">What they are relative to.</param>
    public static IReadOnlyList<string> PatternsOf(string? typed, string directory) =>
        typed is null ? []
        : File.Exists(Path.Combine(directory, typed)) ? [typed]
        : typed.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
