namespace Pipeline.Tracking;

/// <summary>Names of tags: MLflow's own, which its UI reads, and the pipeline's.</summary>
public static class TrackingTags
{
    public const string RunName = "mlflow.runName";
    public const string User = "mlflow.user";
    public const string SourceName = "mlflow.source.name";
    public const string SourceType = "mlflow.source.type";
    public const string GitCommit = "mlflow.source.git.commit";
    public const string GitBranch = "mlflow.source.git.branch";
    public const string GitRepository = "mlflow.source.git.repoURL";
    public const string ParentRun = "mlflow.parentRunId";
    public const string Note = "mlflow.note.content";
    public const string ImageUri = "mlflow.docker.image.uri";

    /// <summary>JSON list of the models among a run's artifacts: for these folders the UI shows how to load them, and registers them.</summary>
    public const string LoggedModels = "mlflow.log-model.history";

    public const string DatasetContext = "mlflow.data.context";

    /// <summary>What a run is known by in every store.</summary>
    public const string RunKey = "pipeline.run.key";

    /// <summary>Digest of the model package: <c>sha256:…</c>.</summary>
    public const string Package = "pipeline.package";

    /// <summary>Begins the names of tags that are of one store alone and are not copied to another.</summary>
    public const string LocalPrefix = "pipeline.local.";

    /// <summary>The address of the store that has this run or version as it is here; another text if it has changed since.</summary>
    public const string Copied = LocalPrefix + "copied";

    /// <summary>The value of <see cref="Copied"/> of what no other store has as it is here.</summary>
    public const string NotCopied = "no";
}
