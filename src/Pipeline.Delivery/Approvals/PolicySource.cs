using Pipeline.Delivery.Definition;
using Pipeline.Engine;

namespace Pipeline.Delivery.Approvals;

/// <summary>Reads a stage's policy: from the files as they lie here, or from a commit that a proposed change cannot have changed.</summary>
/// <param name="definition">The model, as it lies here.</param>
/// <param name="repositoryRoot">The clone's folder.</param>
/// <param name="reference">The commit to read from, such as <c>origin/main</c>; null for the files.</param>
public sealed class PolicySource(ModelDefinition definition, string repositoryRoot, string? reference)
{
    /// <summary>Where the policy comes from, for people.</summary>
    public string Origin => reference ?? "the files here";

    /// <summary>The reference that was given; else, in a CI job, the base of the pull request or the commit that is checked out; else none.</summary>
    public static string? DefaultReference(string? given) =>
        given ?? (Environment.GetEnvironmentVariable("GITHUB_ACTIONS") != "true" ? null
            : Environment.GetEnvironmentVariable("GITHUB_BASE_REF") is { Length: > 0 } branch ? $"origin/{branch}"
            : "HEAD");

    /// <exception cref="PipelineException">Exit code 64: the reference has no such model or stage, or its model.yaml is at fault.</exception>
    public async Task<StagePolicy> ReadAsync(string stage, CancellationToken cancellationToken)
    {
        if (reference is null)
        {
            return StagePolicy.Of(definition, definition.Stages.Single(settings => settings.Name == stage), name => Path.Combine(definition.Directory, name) is var path && File.Exists(path) ? File.ReadAllText(path) : null);
        }

        var text = await ShowAsync(ModelDefinition.FileName, cancellationToken)
            ?? throw new PipelineException(ExitCode.Usage, $"--policy-ref {reference}: that commit is not here, or has no models/{definition.Name}/{ModelDefinition.FileName}. Fetch it (git fetch origin), or give another.");
        var (based, faults) = ModelDefinitionReader.Parse(text, definition.Directory);
        if (based is null)
        {
            throw new PipelineException(ExitCode.Usage, $"--policy-ref {reference}: its models/{definition.Name}/{ModelDefinition.FileName} has faults (line:column setting: what is wrong):\n{string.Join('\n', faults.Select(fault => $"  {fault}"))}");
        }

        var settings = based.Stages.FirstOrDefault(candidate => candidate.Name == stage)
            ?? throw new PipelineException(ExitCode.Usage, $"--policy-ref {reference}: its {definition.Name} has no stage '{stage}'. A stage has a policy once it is in that commit.");
        var files = new Dictionary<string, string?>();
        if (settings.Approvals is { } rules)
        {
            foreach (var name in new[] { rules.Signers, rules.Signers + Signatures.AllowedSigners.RevokedSuffix })
            {
                files[name] = await ShowAsync(name, cancellationToken);
            }
        }

        return StagePolicy.Of(based, settings, files.GetValueOrDefault);
    }

    /// <summary>Likewise, for what is recorded under it: a policy that is in no commit yet is in force nowhere, and Verify would refuse the record.</summary>
    /// <exception cref="PipelineException">Exit code 2: the files here differ from the last commit's; 64: as for <see cref="ReadAsync"/>.</exception>
    public async Task<StagePolicy> ReadInForceAsync(string stage, CancellationToken cancellationToken)
    {
        var policy = await ReadAsync(stage, cancellationToken);
        return reference is not null || await TryReadCommittedAsync(stage, cancellationToken) is not { } committed || committed.Digest == policy.Digest || (committed.IsEmpty && policy.IsEmpty)
            ? policy
            : throw new PipelineException(
                ExitCode.Refused,
                $"What {stage} of {definition.Name} asks for differs here from the last commit ({ModelDefinition.FileName}, or the file of signers), and counts once it is committed. Commit it, or go by the last commit: --policy-ref HEAD; nothing was recorded.");
    }

    private async Task<StagePolicy?> TryReadCommittedAsync(string stage, CancellationToken cancellationToken)
    {
        try
        {
            return await new PolicySource(definition, repositoryRoot, "HEAD").ReadAsync(stage, cancellationToken);
        }
        catch (PipelineException)
        {
            // No git, or nothing of the model in it yet: what lies here is all there is.
            return null;
        }
    }

    private async Task<string?> ShowAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await CommandLine.RunAsync("git", ["show", $"{reference}:./models/{definition.Name}/{name}"], repositoryRoot, cancellationToken);
        }
        catch (PipelineException)
        {
            // It is not in that commit, or the commit is not here: the caller says which.
            return null;
        }
    }
}
