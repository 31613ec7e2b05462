using Nuke.Common;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.DriftChecks;
using Pipeline.Delivery.NewModels;
using Pipeline.Delivery.Pruning;
using Pipeline.Delivery.Tracking;
using Pipeline.Engine;

/// <summary>The parameters: command line, then NUKE_X or X in the environment, then .nuke/parameters.json, then what stands here.</summary>
sealed partial class Build
{
    [Parameter("Folder under models/; for New the one to make. Default is the only one there")]
    readonly string? Model;

    [Parameter("Data files of New: GLOB[,GLOB], of CSV, JSON lines or Parquet")]
    readonly string? From;

    [Parameter("Column that the model of New predicts")]
    readonly string? Label;

    [Parameter("Column of the rows' time for New. Default is a guess")]
    readonly string? Time;

    [Parameter("Task of the model of New: binary, multiclass or regression. Default is told by the label's values", Name = "Task")]
    readonly string? TaskOfModel;

    [Parameter("Stage that must be reached, else the run fails; for DriftCheck, Approve, Reject, Rollback and History, the one that they are about. Default is as far as policy allows")]
    readonly string? Stage;

    [Parameter("Registry to push to, HOST:PORT. Without one nothing is pushed")]
    readonly string? Registry;

    [Parameter("Image that the service's image is built on", Name = "BaseImage")]
    readonly string? BaseImageReference;

    [Parameter("Private key (PEM, P-256 or P-384) that signs the model package. Without one it is not signed", Name = "ModelSigningKey")]
    readonly string? ModelSigningKeyFile;

    [Parameter("Port of Serve. Default is 8080")]
    readonly int Port = 8080;

    [Parameter("Model package for Serve. Default is the promoted one", Name = "Package")]
    readonly string? PackageToServe;

    [Parameter("Rows for DriftCheck: production, file:GLOB, prometheus:URL or service:URL[,URL]. Default is the model's production rows")]
    readonly string? Source;

    [Parameter("Length of DriftCheck's windows, such as 24h or 7d. Default is that of model.yaml")]
    readonly string? Window;

    [Parameter("What drift starts: retrain, or none. Default is none")]
    readonly string? OnDrift;

    [Parameter("Shows the page of Report or Compare in the browser")]
    readonly bool Open;

    [Parameter("Metric that Runs sorts by, the best first. Default is the newest run first")]
    readonly string? Sort;

    [Parameter("Logs nothing to the tracking store")]
    readonly bool NoTracking;

    [Parameter("Stage or version that Compare compares with; run or version for Runs")]
    readonly string? With;

    [Parameter("Stage or version that Compare takes instead of the candidate; the other run for Runs")]
    readonly string? And;

    [Parameter("Gate that Waive is for: the beginning of what it asks, such as ece")]
    readonly string? WaivedGate;

    [Parameter("Why, for the records of Approve, Reject, Rollback and Waive")]
    readonly string? Reason;

    [Parameter("First day on which the waiver of Waive no longer holds, such as 2026-05-01")]
    readonly string? Expires;

    [Parameter("Version that Rollback goes back to. Default is what the stage ran before")]
    readonly string? To;

    [Parameter("Day that History is about, in UTC, such as 2026-10-03. Default is all of them")]
    readonly string? At;

    [Parameter("Says yes to what Approve, Reject and Rollback ask")]
    readonly bool Yes;

    [Parameter("SSH key that Approve, Reject and Rollback sign with. Default is the one that git signs with, else one in ~/.ssh")]
    readonly string? SshKey;

    [Parameter("Commit that policies and signers are read from, such as origin/main. Default is the files here; in CI the pull request's base")]
    readonly string? PolicyRef;

    [Parameter("File with what GitHub's API gives for a run's approvals")]
    readonly string? DeploymentReviews;

    [Parameter("Stage that is run anew with all that follows from it, even if they are stored, such as Train")]
    readonly string? Force;

    [Parameter("Size that Prune leaves of the run store, such as 2GiB. Default is 5GiB")]
    readonly string? Keep;

    [Parameter("Shows what Prune would remove, and removes nothing")]
    readonly bool DryRun;

    [Parameter("Behaves as if there were no Docker engine")]
    readonly bool NoDocker;

    PruneSettings PruneSettings => new(DataSize.TryParse(Given(Keep), out var size) ? size : PruneSettings.DefaultKeep, DryRun);

    NewModelOptions NewModelOptions => new(RootDirectory, CallerDirectory, Given(Model), NewModelOptions.PatternsOf(Given(From), CallerDirectory), Given(Label), Given(Time), Given(TaskOfModel)?.ToLowerInvariant());

    RunsOptions RunsOptions => new(Given(Sort), Given(With), Given(And));

    /// <summary>As typed, relative to the folder that the command was called from (build.sh goes to its own).</summary>
    string? PackagePath => FromCaller(PackageToServe);

    /// <summary>True if what a stage runs is to be promoted to the next, so that no target before Promote has anything to make.</summary>
    bool PromotesWhatRuns => ExecutionPlan.Any(target => target.Name == nameof(Promote)) && Given(Stage) is not null && TryTakesWhatRuns();

    /// <inheritdoc cref="PackagePath"/>
    string? ModelSigningKeyPath => Given(ModelSigningKeyFile) is { } path ? Path.GetFullPath(path, CallerDirectory) : null;

    DriftCheckOptions DriftCheckOptions => new(
        Given(Source) is { } source ? DriftSourceName.Parse(source) : DriftSourceName.Production,
        CallerDirectory,
        Given(Window) is { } window && DurationText.TryParse(window, out var length) ? length : null,
        string.Equals(Given(OnDrift), "retrain", StringComparison.OrdinalIgnoreCase));

    string? FromCaller(string? path) => Given(path) is { } given ? Path.GetFullPath(given, CallerDirectory) : null;

    static string CallerDirectory => Environment.GetEnvironmentVariable(ParameterRules.CallerDirectoryVariable) ?? Environment.CurrentDirectory;

    /// <summary>An empty value, as CI systems pass for unset variables, is none.</summary>
    static string? Given(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
