using Pipeline.Delivery.NewModels;
using Pipeline.Engine;

namespace Pipeline.Delivery;

/// <content>A model that is not there yet.</content>
public sealed partial class ModelDelivery
{
    /// <summary>data files, label → model folder</summary>
    /// <exception cref="PipelineException">Exit code 64: wrong usage, or the label cannot be predicted; 3: too few rows; 1: a file cannot be read.</exception>
    public static Task NewAsync(NewModelOptions options, RunLog log, CancellationToken cancellationToken) =>
        new NewModelStage(new RunStore(Path.Combine(options.RootDirectory, "artifacts"), log.Clock), log).RunAsync(options, cancellationToken);
}
