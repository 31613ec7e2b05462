using Pipeline.Delivery.Approvals;
using Pipeline.Delivery.Approvals.Reviews;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.DriftChecks.Outputs;
using Pipeline.Delivery.Promotion;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery;

/// <content>Promotion to the stages that people answer for: by digest, with nothing made anew.</content>
public sealed partial class ModelDelivery
{
    /// <summary>True if --stage names a stage that takes what the stage before it runs, so that nothing has to be made.</summary>
    public bool TakesWhatRuns => _options.Stage is { } goal && _definition.Stages.TakeWhile(stage => stage.Approvals is null).All(stage => stage.Name != goal);

    private EvidenceFiles Evidence => new(ArtifactsDirectory(_options), FetchEvidenceAsync);

    private PolicySource PolicySource => new(_definition, _options.RootDirectory, PolicySource.DefaultReference(_options.PolicyReference));

    private ModelHistory GitHistory => new(_definition.Name, _options.RootDirectory);

    /// <summary>what the stage before --stage runs, a person → signed approval or rejection</summary>
    /// <exception cref="PipelineException">Exit code 2: the person may not, or there is nothing to decide on; 64: no such stage, reason or key.</exception>
    public async Task DecideAsync(Decision decision, CancellationToken cancellationToken)
    {
        var stage = StageToDecideOn(decision.ToString());
        if (stage.Approvals is null)
        {
            throw new PipelineException(ExitCode.Usage, $"--stage {stage.Name}: {stage.Name} of {_definition.Name} takes no approvals. Those that do: {string.Join(", ", _definition.Stages.Where(other => other.Approvals is not null).Select(other => other.Name).DefaultIfEmpty("none"))}.");
        }

        var candidate = ReleaseCandidate.Find(_definition, stage, _ledger);
        if (candidate.Runs)
        {
            throw new PipelineException(ExitCode.Refused, $"{stage.Name} runs {candidate.Name} already; there is nothing to decide on.");
        }

        var policies = PolicySource;
        var policy = await policies.ReadInForceAsync(stage.Name, cancellationToken);
        if (policy.Approvals is null)
        {
            throw new PipelineException(ExitCode.Refused, $"By the policy of {policies.Origin}, {stage.Name} takes no approvals.");
        }

        if (decision == Decision.Approve)
        {
            await CheckRecordsOfAsync(candidate, cancellationToken);
        }

        var (barred, unknown) = await BarredAsync(policy, candidate, cancellationToken);
        if (decision == Decision.Approve && (candidate.WhyNotCompared ?? unknown) is { } reason)
        {
            throw new PipelineException(ExitCode.Refused, $"{candidate.Name} cannot be approved for {stage.Name} yet: it waits for {reason}.");
        }

        using var scratch = _runner.Store.CreateScratch();
        var evidence = await ReleaseEvidence.ReadAsync(candidate, Evidence, cancellationToken);
        var drift = Drift();
        var briefing = Briefing.Of(
            candidate, evidence, policy, policies.Origin, drift, await PackagesAsync(candidate, scratch.Path, cancellationToken), await CommitsAsync(candidate, cancellationToken), _log.Clock.GetUtcNow());
        await new DecideStage(_ledger, _runner.Store, _log, _options.RootDirectory).RunAsync(decision, candidate, policy, briefing, drift, barred, _options.Decision, cancellationToken);
    }

    /// <summary>what the stage before --stage runs, approvals → promotion record</summary>
    /// <exception cref="PipelineException">Exit code 2: it waits for something, an approval perhaps, or the end of a freeze.</exception>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        var stage = _definition.Stages.Single(candidate => candidate.Name == _options.Stage);
        var candidate = ReleaseCandidate.Find(_definition, stage, _ledger);
        var outcome = await ReleaseAsync(candidate, cancellationToken);
        if (outcome.Waiting is not null)
        {
            throw new PipelineException(ExitCode.Refused, $"{candidate.Name} did not reach {stage.Name}, which waits for {string.Join("; and for ", outcome.WaitsFor)}.");
        }

        await TrackPromotionAsync(outcome.Reached, cancellationToken);
        var record = outcome.Reached[0];
        _log.Fields(
        [
            ("package", record.PackageDigest.ToString()),
            ("image", record.Image is { } image ? $"{image.Name}@{image.Sha256()}" : "none"),
            ("record", Relative(record.Path)),
        ]);
        TellToCommit([stage.Name]);
    }

    /// <summary>a stage, a version that it has run → record that it runs that again</summary>
    /// <param name="version">The version's digits; null for what it ran before.</param>
    /// <param name="cancellationToken">Stops before the record.</param>
    /// <exception cref="PipelineException">Exit code 64: it never ran that, or there is no reason; 2: the key is nobody's who may sign.</exception>
    public async Task RollbackAsync(string? version, CancellationToken cancellationToken)
    {
        var stage = StageToDecideOn(RollbackStage.Name);
        var policy = await PolicySource.ReadInForceAsync(stage.Name, cancellationToken);
        await new RollbackStage(_ledger, _runner.Store, _log, _options.RootDirectory, MoveTagAsync).RunAsync(policy, version, _options.Decision, cancellationToken);
        await _tracking.PromotedAsync(StageAliases([stage.Name]), cancellationToken);
    }

    /// <summary>Goes on to the stages after those that this run has promoted to, as far as approvals go.</summary>
    private async Task<PromotionOutcome> ReleaseOnAsync(PromotionOutcome made, CancellationToken cancellationToken)
    {
        var reached = made.Reached.ToList();
        foreach (var stage in _definition.Stages.SkipWhile(stage => stage.Approvals is null))
        {
            var outcome = await ReleaseAsync(ReleaseCandidate.Find(_definition, stage, _ledger), cancellationToken);
            reached.AddRange(outcome.Reached);
            if (outcome.Waiting is not null)
            {
                return outcome with { Reached = reached };
            }
        }

        return made with { Reached = reached };
    }

    private async Task<PromotionOutcome> ReleaseAsync(ReleaseCandidate candidate, CancellationToken cancellationToken)
    {
        var policy = await PolicySource.ReadInForceAsync(candidate.Stage.Name, cancellationToken);
        await CheckRecordsOfAsync(candidate, cancellationToken);
        var barred = await BarredAsync(policy, candidate, cancellationToken);
        return await new ReleaseStage(_ledger, _log, _options.RootDirectory, MoveTagAsync).RunAsync(candidate, policy, barred, Reviews(), Drift(), cancellationToken);
    }

    /// <summary>The policies of the stages that a run promotes to by itself. What is proposed may have taken approvals and freezes out of model.yaml, so that each is read from where policies are read.</summary>
    private async Task<Dictionary<string, StagePolicy>> PoliciesAsync(CancellationToken cancellationToken)
    {
        var policies = new Dictionary<string, StagePolicy>();
        foreach (var stage in _definition.Stages.TakeWhile(stage => stage.Approvals is null))
        {
            try
            {
                if (await PolicySource.ReadInForceAsync(stage.Name, cancellationToken) is { IsEmpty: false } policy)
                {
                    policies[stage.Name] = policy;
                }
            }
            catch (PipelineException e) when (e.ExitCode == ExitCode.Usage && _options.PolicyReference is null && stage.Freezes.Count == 0)
            {
                // A CI job's own commit or base has no such model or stage yet, and so no policy of it.
            }

            if (stage.Name == _options.Stage)
            {
                break;
            }
        }

        return policies;
    }

    private PromotionStageSettings StageToDecideOn(string target) => _options.Stage is { } name
        ? _definition.Stages.Single(stage => stage.Name == name)
        : throw new PipelineException(ExitCode.Usage, $"{target} needs a stage: ./build.sh {target} --stage {_definition.Stages[^1].Name}");

    private Task<(IReadOnlyList<BarredPerson> Barred, string? Unknown)> BarredAsync(StagePolicy policy, ReleaseCandidate candidate, CancellationToken cancellationToken) =>
        new PeopleInvolved(GitHistory, PolicySource.DefaultReference(_options.PolicyReference)).FindAsync(policy, candidate.Current, candidate.From, cancellationToken);

    private DriftEvidence? Drift() => DriftEvidence.TryRead(Path.Combine(ArtifactsDirectory(_options), "reports", _definition.Name, "drift", DriftFiles.JsonName));

    private IReadOnlyList<DeploymentReview> Reviews()
    {
        var run = Environment.GetEnvironmentVariable("GITHUB_RUN_ID") is { Length: > 0 } id
            ? $"{Environment.GetEnvironmentVariable("GITHUB_SERVER_URL")}/{Environment.GetEnvironmentVariable("GITHUB_REPOSITORY")}/actions/runs/{id}"
            : null;
        return _options.DeploymentReviews is { } path ? DeploymentReviews.Read(path, run) : [];
    }

    private async Task<(PackagedModel? New, PackagedModel? Old)> PackagesAsync(ReleaseCandidate candidate, string scratch, CancellationToken cancellationToken)
    {
        if (candidate.Current is not { } current)
        {
            return (null, null);
        }

        var champions = await ChampionsAsync(cancellationToken);
        var (added, _) = await champions.FindAsync(candidate.From.PackageDigest, [candidate.From], Path.Combine(scratch, "new"), cancellationToken);
        var (removed, _) = await champions.FindAsync(current.PackageDigest, [current], Path.Combine(scratch, "old"), cancellationToken);
        return (added, removed);
    }

    private async Task<IReadOnlyList<string>?> CommitsAsync(ReleaseCandidate candidate, CancellationToken cancellationToken)
    {
        if (candidate.Current?.Statement.Predicate.Commit is not { } since || candidate.From.Statement.Predicate.Commit is not { } commit)
        {
            return null;
        }

        try
        {
            return await GitHistory.CommitsAsync(since.Split('-')[0], commit.Split('-')[0], cancellationToken);
        }
        catch (PipelineException)
        {
            // A commit is not here: the digests tell what the packages differ in.
            return null;
        }
    }

    private void TellToCommit(IEnumerable<string> stages) =>
        _log.Info($"The records of {string.Join(", ", stages)} belong into version control: git add models/{_definition.Name}/stages && git commit");
}
