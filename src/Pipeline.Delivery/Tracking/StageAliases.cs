using System.Globalization;
using System.Text.RegularExpressions;
using Pipeline.Engine;
using Pipeline.Tracking;

namespace Pipeline.Delivery.Tracking;

/// <summary>Lets a registered model's aliases, one a stage, follow the records of promotions, which are what counts.</summary>
internal static partial class StageAliases
{
    /// <param name="store">The registry.</param>
    /// <param name="model">The registered model.</param>
    /// <param name="stages">What the stages run.</param>
    /// <param name="log">Tells what could not be done.</param>
    /// <param name="isShared">Whether others write to the registry, too: what they have promoted later stays.</param>
    /// <param name="cancellationToken">Stops between stages.</param>
    public static async Task MoveAsync(TrackingStore store, string model, IReadOnlyList<StageAlias> stages, RunLog log, bool isShared, CancellationToken cancellationToken)
    {
        var versions = await store.Models.ListVersionsAsync(model, cancellationToken);
        foreach (var stage in stages.Where(stage => CanBeAlias(stage.Stage, log)))
        {
            var version = versions.FirstOrDefault(version => version.Package == stage.Package.ToString());
            if (version is null)
            {
                log.Info($"Tracking: {store.Address} has no version {stage.Package.Abbreviated} of {model}, so that its alias {stage.Stage} stays where it is. ./build.sh SyncTracking, where it was made, brings it.");
                continue;
            }

            var holder = versions.FirstOrDefault(other => other.Aliases.Contains(stage.Stage));
            if (isShared && holder is not null && holder.Version != version.Version && Since(holder, stage.Stage) is { } since && since > stage.Since)
            {
                log.Info(string.Create(CultureInfo.InvariantCulture, $"Tracking: the alias {stage.Stage} of {store.Address} stays at version {holder.Version}, which was promoted later, {since.UtcDateTime:yyyy-MM-dd HH:mm} UTC. git pull for its record."));
                continue;
            }

            await TagAsync(store, version, stage, cancellationToken);
            if (holder?.Version != version.Version)
            {
                await store.Models.SetAliasAsync(model, stage.Stage, version.Version, cancellationToken);
                log.Info(string.Create(CultureInfo.InvariantCulture, $"Tracking: models:/{model}@{stage.Stage} is version {version.Version} now ({store.Address})"));
            }
        }
    }

    private static async Task TagAsync(TrackingStore store, ModelVersion version, StageAlias stage, CancellationToken cancellationToken)
    {
        var tags = new Dictionary<string, string>
        {
            [TrackingNames.StagePrefix + stage.Stage] = stage.Since.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            [TrackingNames.RecordPrefix + stage.Stage] = stage.Record.ToString("0000", CultureInfo.InvariantCulture),
        };
        if (stage.Approvers.Count > 0)
        {
            tags[TrackingNames.ApproversPrefix + stage.Stage] = string.Join(", ", stage.Approvers);
        }

        if (tags.Any(tag => version.Tags.GetValueOrDefault(tag.Key) != tag.Value))
        {
            await store.Models.UpdateVersionAsync(version.Model, version.Version, null, tags, cancellationToken);
        }
    }

    private static DateTimeOffset? Since(ModelVersion version, string stage) =>
        DateTimeOffset.TryParse(version.Tags.GetValueOrDefault(TrackingNames.StagePrefix + stage), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since) ? since : null;

    private static bool CanBeAlias(string stage, RunLog log)
    {
        var can = !Reserved().IsMatch(stage);
        if (!can)
        {
            log.Info($"Tracking: '{stage}' cannot be an alias, as MLflow keeps such names for itself.");
        }

        return can;
    }

    [GeneratedRegex("^(latest|v[0-9]+)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Reserved();
}
