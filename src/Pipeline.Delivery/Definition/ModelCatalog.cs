using Pipeline.Engine;

namespace Pipeline.Delivery.Definition;

/// <summary>The models of a repository: the folders under <c>models/</c> that hold a model.yaml.</summary>
public static class ModelCatalog
{
    private const string Folder = "models";

    /// <summary>Names of all models, in ordinal order.</summary>
    public static IReadOnlyList<string> Names(string rootDirectory)
    {
        var models = Path.Combine(rootDirectory, Folder);
        return !Directory.Exists(models)
            ? []
            : [.. Directory.EnumerateDirectories(models)
                .Where(directory => File.Exists(Path.Combine(directory, ModelDefinition.FileName)))
                .Select(directory => Path.GetFileName(directory))
                .Order(StringComparer.Ordinal)];
    }

    /// <summary>The absolute path of a model's folder, whether it is there or not.</summary>
    public static string DirectoryOf(string rootDirectory, string name) => Path.GetFullPath(Path.Combine(rootDirectory, Folder, name));

    /// <summary>Picks a model's folder.</summary>
    /// <param name="rootDirectory">The repository's root.</param>
    /// <param name="name">The model asked for; null or empty picks the only one.</param>
    /// <returns>The folder's absolute path.</returns>
    /// <exception cref="PipelineException">There is no such model, or several to choose from.</exception>
    public static string Find(string rootDirectory, string? name)
    {
        var names = Names(rootDirectory);
        var models = Path.GetFullPath(Path.Combine(rootDirectory, Folder));
        if (names.Count == 0)
        {
            throw new PipelineException(ExitCode.Usage, $"There is no model: no folder under {models} holds a {ModelDefinition.FileName}.");
        }

        if (string.IsNullOrEmpty(name))
        {
            return names is [var only]
                ? Path.Combine(models, only)
                : throw new PipelineException(ExitCode.Usage, $"There are several models; say which with --model: {string.Join(", ", names)}.");
        }

        return names.Contains(name)
            ? Path.Combine(models, name)
            : throw new PipelineException(ExitCode.Usage, $"There is no model '{name}' under {models}{NearestName.Hint(name, [.. names])}");
    }
}
