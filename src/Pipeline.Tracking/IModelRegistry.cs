namespace Pipeline.Tracking;

/// <summary>Where packages are registered: models, their versions, and an alias a stage. Every call may be repeated. Thread-safe.</summary>
/// <remarks>All calls throw <see cref="TrackingException"/>.</remarks>
public interface IModelRegistry
{
    /// <summary>Registers a model if it is not, and sets its description and tags.</summary>
    Task EnsureModelAsync(string model, string? description, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken);

    /// <summary>Registers a version, or finds the one of the same package: there is never a second. Of one that is there, nothing is changed.</summary>
    Task<ModelVersion> EnsureVersionAsync(NewModelVersion version, CancellationToken cancellationToken);

    /// <summary>Sets a version's description, unless null, and adds tags, which replace those of the same names.</summary>
    Task UpdateVersionAsync(string model, int version, string? description, IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken);

    /// <summary>All versions of a model, the newest first, with their aliases; empty if there is no such model.</summary>
    Task<IReadOnlyList<ModelVersion>> ListVersionsAsync(string model, CancellationToken cancellationToken);

    /// <summary>Points an alias to a version, whatever it pointed to.</summary>
    Task SetAliasAsync(string model, string aliasName, int version, CancellationToken cancellationToken);

    /// <summary>Takes an alias away; does nothing if there is none.</summary>
    Task DeleteAliasAsync(string model, string aliasName, CancellationToken cancellationToken);

    /// <summary>The version that an alias points to; null if there is no such model or alias.</summary>
    Task<ModelVersion?> FindByAliasAsync(string model, string aliasName, CancellationToken cancellationToken);
}
