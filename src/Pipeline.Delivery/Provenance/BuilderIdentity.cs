namespace Pipeline.Delivery.Provenance;

/// <summary>Who ran the pipeline, as SLSA wants to know it: a person's machine is another builder than a workflow, so that a policy can tell them apart.</summary>
/// <param name="Id">Of the builder.</param>
/// <param name="InvocationId">The run's page; null on a person's machine.</param>
/// <param name="Source">Where the sources come from; null if it cannot be told.</param>
public sealed record BuilderIdentity(string Id, string? InvocationId, string? Source)
{
    public const string Local = "urn:ml-delivery-pipeline:builder:local";

    /// <param name="environment">Gives a variable's value, null if it is not set.</param>
    public static BuilderIdentity Find(Func<string, string?> environment)
    {
        if (environment("GITHUB_ACTIONS") != "true" || environment("GITHUB_WORKFLOW_REF") is not { Length: > 0 } workflow)
        {
            return new BuilderIdentity(Local, null, null);
        }

        var server = environment("GITHUB_SERVER_URL") is { Length: > 0 } url ? url.TrimEnd('/') : "https://github.com";
        var repository = $"{server}/{environment("GITHUB_REPOSITORY")}";
        return new BuilderIdentity(
            $"{server}/{workflow}",
            $"{repository}/actions/runs/{environment("GITHUB_RUN_ID")}/attempts/{environment("GITHUB_RUN_ATTEMPT") ?? "1"}",
            $"git+{repository}@{environment("GITHUB_REF")}");
    }
}
