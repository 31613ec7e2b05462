using System.Globalization;
using Pipeline.Delivery.Definition;
using Pipeline.Engine;
using Pipeline.Tracking;

namespace Pipeline.Delivery.Tracking;

/// <summary>runs that a server lacks → the server; each once, however often it is asked for</summary>
/// <param name="stores">From the embedded store to the server.</param>
/// <param name="definition">The model's.</param>
/// <param name="log">Tells what was brought.</param>
public sealed class SyncTrackingStage(TrackingStores stores, ModelDefinition definition, RunLog log)
{
    public const string Name = "SyncTracking";

    /// <exception cref="PipelineException">Exit code 64: there is no server; 1: it does not answer or refuses.</exception>
    public async Task RunAsync(IReadOnlyList<StageAlias> stages, CancellationToken cancellationToken)
    {
        var model = definition.Name;
        await using var server = stores.Connect();
        await using var local = await stores.OpenAsync(cancellationToken);
        try
        {
            var (runs, versions) = await new TrackingShare(model, stores.ExperimentOf(model), definition.Description, log).ShareAllAsync(local, server, cancellationToken);
            await StageAliases.MoveAsync(server, model, stages, log, isShared: true, cancellationToken);
            log.Info(runs + versions == 0
                ? $"{Name}: {server.Address} has every run and version of {model} already"
                : string.Create(CultureInfo.InvariantCulture, $"{Name}: {Count(runs, "run")} and {Count(versions, "version")} of {model} brought to {server.Address}"));
        }
        catch (TrackingException e)
        {
            throw new PipelineException(ExitCode.ToolError, $"{Name}: {e.Message} What is there already stays; run ./build.sh {Name} again.", e);
        }
    }

    private static string Count(int count, string what) => FormattableString.Invariant($"{count} {what}{(count == 1 ? string.Empty : "s")}");
}
