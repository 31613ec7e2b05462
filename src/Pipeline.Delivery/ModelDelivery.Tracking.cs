using Pipeline.Delivery.Promotion;
using Pipeline.Delivery.Tracking;
using Pipeline.Engine;

namespace Pipeline.Delivery;

/// <content>What runs leave in the tracking store, and how it is looked at.</content>
public sealed partial class ModelDelivery
{
    /// <summary>logged runs → table of them, or two side by side</summary>
    /// <exception cref="PipelineException">Exit code 64: no such metric or run; 1: the store fails.</exception>
    public async Task RunsAsync(RunsOptions options, CancellationToken cancellationToken)
    {
        await using var store = _stores.HasServer ? _stores.Connect() : await _stores.OpenAsync(cancellationToken);
        await new RunsStage(_log, _definition).RunAsync(store, _stores.ExperimentOf(_definition.Name), options, cancellationToken);
    }

    /// <summary>runs that the server lacks → the server</summary>
    /// <exception cref="PipelineException">Exit code 64: there is no server; 1: it does not answer or refuses.</exception>
    public Task SyncTrackingAsync(CancellationToken cancellationToken) =>
        new SyncTrackingStage(_stores, _definition, _log).RunAsync(StageAliases(_definition.Stages.Select(stage => stage.Name)), cancellationToken);

    private string ReportDirectory => Path.Combine(ArtifactsDirectory(_options), "reports", _definition.Name);

    /// <summary>What stages run, by their records; those that run nothing are left out.</summary>
    private List<StageAlias> StageAliases(IEnumerable<string> stages) =>
        [.. stages.Select(stage => (Current: _ledger.Current(stage), Stage: stage)).Where(stage => stage.Current is not null).Select(stage => StageAlias.Of(stage.Current!, _ledger.Records(stage.Stage)))];

    private Task TrackPromotionAsync(IEnumerable<PromotionRecord> records, CancellationToken cancellationToken) =>
        _tracking.PromotedAsync(StageAliases(records.Select(record => record.Header.Stage).Distinct()), cancellationToken);
}
