using System.Text;
using Pipeline.Inference.ModelLoading;
using Pipeline.Inference.Watching;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.PredictionLog;

/// <summary>The columns of the log for one model: the log's own, then the model's, then the answer.</summary>
public sealed class RecordLayout
{
    private const int MaxTextLength = 1_024;

    private readonly List<string> _taken;

    /// <param name="model">The model whose rows are logged.</param>
    /// <param name="stage">The stage that the service runs in, if it was told.</param>
    public RecordLayout(LoadedModel model, string? stage)
    {
        var package = model.Package;
        _taken = package.Manifest.Features.Features.Select(feature => feature.Name).ToList();
        (Model, Stage) = (model, stage);
        Features = [.. model.Columns.Columns.Select(column => (column.Name, column.Kind, column.Slot))];
        (Name, Version, Digest) = (package.Manifest.Name, package.Version, package.Digest.ToString());
    }

    public LoadedModel Model { get; }

    /// <summary>What the model answers. The numbers' column bears their tensor's name; a label has one if there is any.</summary>
    public ModelOutputs Outputs => Model.Package.Manifest.Outputs;

    public string Name { get; }

    public string Version { get; }

    public string Digest { get; }

    public string? Stage { get; }

    /// <summary>The model's columns, in its schema's order, each with its place among those of its kind.</summary>
    public IReadOnlyList<(string Name, FeatureKind Kind, int Slot)> Features { get; }

    /// <summary>The name of one of the log's own columns.</summary>
    public string Own(string name) => RecordFields.NameOf(name, _taken);

    /// <summary>The file's part of the model's name, which may hold anything.</summary>
    public string FileSafeName()
    {
        var safe = new StringBuilder(Name);
        for (var index = 0; index < safe.Length; index++)
        {
            if (!char.IsAsciiLetterOrDigit(safe[index]) && safe[index] is not ('-' or '_'))
            {
                safe[index] = '_';
            }
        }

        return safe.ToString();
    }

    /// <summary>A category's text as it is logged, null for none. A client chooses it, so that its length is bounded.</summary>
    public static string? TextOf(ScoredRows scored, int row, int slot)
    {
        var text = scored.CategoryOf(row, slot);
        return text is { Length: > MaxTextLength } ? text[..MaxTextLength] : text;
    }
}
