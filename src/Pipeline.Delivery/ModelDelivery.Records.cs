using System.Globalization;
using Pipeline.Delivery.Approvals;
using Pipeline.Delivery.Promotion;
using Pipeline.Delivery.Promotion.Verification;
using Pipeline.Delivery.Publishing;
using Pipeline.Engine;

namespace Pipeline.Delivery;

/// <content>Looking at what was promoted: who ran what, and whether the records can be believed.</content>
public sealed partial class ModelDelivery
{
    /// <summary>Prints what ran in --stage, or in every stage; on one day or ever.</summary>
    /// <param name="day">In UTC, <c>2026-10-03</c>; null for ever.</param>
    /// <exception cref="PipelineException">Exit code 64: that is no day; 1: the records do not verify.</exception>
    public void History(string? day)
    {
        var date = default(DateOnly);
        if (day is not null && !DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date))
        {
            throw new PipelineException(ExitCode.Usage, $"--at '{day}' must be a day such as 2026-10-03.");
        }

        var history = new StageHistory(_ledger, _log);
        foreach (var stage in _options.Stage is { } one ? [one] : _definition.Stages.Select(stage => stage.Name).Union(_ledger.Stages()))
        {
            if (day is null)
            {
                history.Print(stage);
            }
            else
            {
                _ = history.PrintDay(stage, date);
            }
        }
    }

    /// <summary>Checks every record: chain, signatures, policies, git's history, and that the registry's tags point where the records say.</summary>
    /// <exception cref="PipelineException">Exit code 2: something does not verify.</exception>
    public async Task VerifyAsync(CancellationToken cancellationToken)
    {
        var started = _log.Clock.GetTimestamp();
        var records = await CheckRecordsAsync(cancellationToken);
        var tags = await CheckTagsAsync(cancellationToken);
        List<string> faults = [.. records.Faults, .. tags.Faults];
        foreach (var note in records.NotChecked.Concat(tags.NotChecked))
        {
            _log.Warn($"Verify: not checked: {note}");
        }

        _log.Info(string.Create(CultureInfo.InvariantCulture, $"Verify: {records.Records} records of {_definition.Name}, {records.Signatures} of them signed, {tags.Checked} tags in registries; {_log.Clock.GetElapsedTime(started).TotalSeconds:0.0} s"));
        if (faults.Count > 0)
        {
            throw new PipelineException(ExitCode.Refused, $"{_definition.Name}: {(faults.Count == 1 ? "a fault" : $"{faults.Count} faults")} in the records:\n{string.Join('\n', faults.Select(fault => $"  {Shortened(fault)}"))}");
        }

        _log.Info($"Verify: everything that could be checked is as the records say.");
    }

    /// <summary>Refuses to go on from records that Verify would refuse: a rejection may have been taken away, or a promotion forged that would only be carried out now.</summary>
    private async Task CheckRecordsOfAsync(ReleaseCandidate candidate, CancellationToken cancellationToken)
    {
        var stages = new[] { candidate.Stage.Name, candidate.From.Header.Stage };
        var faults = (await CheckRecordsAsync(cancellationToken)).Faults.Select(Shortened).Where(fault => stages.Any(stage => fault.Replace('\\', '/').StartsWith($"models/{_definition.Name}/stages/{stage}", StringComparison.Ordinal))).ToList();
        if (faults.Count > 0)
        {
            throw new PipelineException(ExitCode.Refused, $"The records that {candidate.Stage.Name} of {_definition.Name} rests on do not verify (./build.sh Verify --model {_definition.Name}); nothing was recorded:\n{string.Join('\n', faults.Select(fault => $"  {fault}"))}");
        }
    }

    /// <summary>Chains, signatures, policies and git's history; not the registry.</summary>
    private async Task<RecordVerification> CheckRecordsAsync(CancellationToken cancellationToken)
    {
        var policies = new Dictionary<string, StagePolicy>();
        foreach (var stage in _definition.Stages)
        {
            if (await TryReadPolicyAsync(stage.Name, cancellationToken) is { IsEmpty: false } policy)
            {
                policies[stage.Name] = policy;
            }
        }

        var stages = _ledger.Stages().ToDictionary(stage => stage, _ledger.Read);
        var records = new RecordVerifier(stages, policies).Verify();
        var git = await new PolicyTimeline(_definition.Name, _definition.Directory, _options.RootDirectory).CheckAsync([.. stages.Values.SelectMany(stage => stage.Records)], cancellationToken);
        return records with { Faults = [.. records.Faults, .. git.Faults], NotChecked = [.. records.NotChecked, .. git.NotChecked] };
    }

    private string Shortened(string fault) => fault.Replace(_options.RootDirectory + Path.DirectorySeparatorChar, string.Empty, StringComparison.Ordinal);

    private async Task<StagePolicy?> TryReadPolicyAsync(string stage, CancellationToken cancellationToken)
    {
        try
        {
            return await PolicySource.ReadAsync(stage, cancellationToken);
        }
        catch (PipelineException e) when (_options.PolicyReference is null)
        {
            _log.Warn($"Verify: not checked: the policy of {stage} in force now: {e.Message.Split('\n')[0]}");
            return null;
        }
    }

    /// <summary>Whether the registry's tag of each stage points at the image that the stage's newest record names.</summary>
    private async Task<(int Checked, IReadOnlyList<string> Faults, IReadOnlyList<string> NotChecked)> CheckTagsAsync(CancellationToken cancellationToken)
    {
        var (count, faults, notChecked) = (0, new List<string>(), new List<string>());
        foreach (var stage in _ledger.Stages())
        {
            if (_ledger.Read(stage).Records.OfType<PromotionRecord>().LastOrDefault() is not { Image: { } image } record)
            {
                continue;
            }

            try
            {
                var found = await ResolveTagAsync(image, stage, cancellationToken);
                count++;
                if (found != image.Sha256())
                {
                    faults.Add($"{ImageReference.Parse(image.Name).WithTag(stage)}: the registry has {(found is { } other ? other.ToString() : "nothing")} there, and {record.Descriptor.Name} says {image.Sha256()}. ./build.sh Rollback --stage {stage} --to {record.Statement.Predicate.Version} sets it right, if the record is.");
                }
            }
            catch (PipelineException e) when (_options.Registry is null)
            {
                notChecked.Add($"the tag {stage} of {image.Name}: {e.Message.Split('\n')[0]}");
            }
        }

        return (count, faults, notChecked);
    }
}
