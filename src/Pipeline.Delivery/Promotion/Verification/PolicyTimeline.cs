using System.Globalization;
using System.Text;
using Pipeline.Delivery.Approvals;
using Pipeline.Delivery.Approvals.Signatures;
using Pipeline.Delivery.Definition;
using Pipeline.Engine;

namespace Pipeline.Delivery.Promotion.Verification;

/// <summary>
/// Checks records against git's history: that none that was committed was changed or taken away, and that the policy which each carries was the one in force before the commit that brought it.
/// A record's own word for its policy would prove nothing, as who forges one can forge the other.
/// </summary>
/// <param name="model">The model's name.</param>
/// <param name="modelDirectory">Its folder.</param>
/// <param name="repositoryRoot">The clone's folder.</param>
public sealed class PolicyTimeline(string model, string modelDirectory, string repositoryRoot)
{
    private const char CommitMark = '\u0001';
    private readonly List<string> _faults = [];
    private readonly List<string> _notChecked = [];

    private string ModelPath => $"models/{model}";

    /// <summary>Checks every record that lies here.</summary>
    /// <returns>What does not fit, and what could not be checked.</returns>
    public async Task<(IReadOnlyList<string> Faults, IReadOnlyList<string> NotChecked)> CheckAsync(IReadOnlyList<StageRecord> records, CancellationToken cancellationToken)
    {
        List<CommitChanges> commits;
        try
        {
            if ((await GitAsync(["rev-parse", "--is-shallow-repository"], cancellationToken)).Trim() == "true")
            {
                return ([], ["the history of records and policies: this clone is shallow (git fetch --unshallow)"]);
            }

            commits = Parse(await GitAsync(["log", "-m", "--first-parent", "--reverse", "--no-renames", "--relative", $"--format={CommitMark}%H", "--name-status", "--", ModelPath, $":(exclude){ModelPath}/data"], cancellationToken));
        }
        catch (PipelineException e)
        {
            return ([], [$"the history of records and policies: this is not a git repository with commits, or git does not trust it ({e.Message.Split('\n').Last(line => line.Trim().Length > 0).Trim()})"]);
        }

        var policies = await PoliciesAsync(commits, cancellationToken);
        var committed = CheckCommits(commits);
        await CheckWorkingTreeAsync(committed, cancellationToken);
        var parts = new PartVerifier(new ModelHistory(model, repositoryRoot), records);
        var current = new Dictionary<string, PromotionRecord>();
        foreach (var record in records)
        {
            CheckPolicy(record, commits, committed, policies);
            if (record is PromotionRecord promotion)
            {
                var (fault, notChecked) = await parts.CheckAsync(promotion, current.GetValueOrDefault(record.Header.Stage), ReferenceBefore(IndexOf(record, commits, committed), commits, policies), cancellationToken);
                _faults.AddRange(fault is null ? [] : [$"{record.Path}: {fault}"]);
                _notChecked.AddRange(notChecked is null ? [] : [$"{record.Descriptor.Name}: {notChecked}"]);
                current[record.Header.Stage] = promotion;
            }
        }

        return (_faults, _notChecked);
    }

    /// <summary>Records in the last commit, each with the index of the commit that brought it.</summary>
    private Dictionary<string, int> CheckCommits(List<CommitChanges> commits)
    {
        var committed = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (index, commit) in commits.Index())
        {
            var gone = new List<string>();
            foreach (var (status, path) in commit.Changes.Where(change => IsRecord(change.Path)))
            {
                switch (status)
                {
                    case 'A':
                        committed[path] = index;
                        break;
                    case 'D':
                        committed.Remove(path);
                        gone.Add(path);
                        break;
                    default:
                        _faults.Add($"{path}: commit {commit.Hash[..10]} changed it; records are only ever added");
                        break;
                }
            }

            foreach (var stage in gone.GroupBy(StageOf))
            {
                if (committed.Keys.Any(path => StageOf(path) == stage.Key))
                {
                    _faults.AddRange(stage.Select(path => $"{path}: commit {commit.Hash[..10]} took it away; records are only ever added"));
                }
                else
                {
                    _faults.RemoveAll(fault => fault.StartsWith($"{ModelPath}/stages/{stage.Key}/", StringComparison.Ordinal));
                    _notChecked.Add($"the records of {stage.Key} before commit {commit.Hash[..10]}, which took all of them away: the stage was begun anew");
                }
            }
        }

        return committed;
    }

    private async Task CheckWorkingTreeAsync(Dictionary<string, int> committed, CancellationToken cancellationToken)
    {
        var changed = await GitAsync(["diff", "--no-renames", "--relative", "--name-status", "HEAD", "--", $"{ModelPath}/stages"], cancellationToken);
        foreach (var fields in changed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).Where(fields => fields is [_, var path] && committed.ContainsKey(path)))
        {
            _faults.Add($"{fields[1]}: {(fields[0] == "D" ? "it is in the last commit and not here" : "it is not as it is in the last commit")} (git checkout -- {fields[1]})");
        }
    }

    private void CheckPolicy(StageRecord record, List<CommitChanges> commits, Dictionary<string, int> committed, List<(int Index, IReadOnlyDictionary<string, StagePolicy>? Policies)> policies)
    {
        var index = IndexOf(record, commits, committed);
        // One that cannot be read puts none out of force; only where there was none before may one come with the record.
        var before = policies.Where(candidate => candidate.Index < index).ToList();
        var inForce = before.Count > 0 ? before.LastOrDefault(candidate => candidate.Policies is not null, (-1, null)).Policies : policies.FirstOrDefault(candidate => candidate.Index == index, (-1, null)).Policies;
        if (inForce is null)
        {
            _notChecked.Add($"{record.Descriptor.Name}: which policy was in force is not known, as the model.yaml of that time cannot be read or is in no commit");
            return;
        }

        var policy = inForce.GetValueOrDefault(record.Header.Stage);
        var (carried, what) = record switch
        {
            PromotionRecord { Statement.Predicate: var promotion } => (promotion.Policy?.Digest.Hex, "promotion"),
            DecisionRecord { Statement.Predicate: var decision } => (decision.PolicyDigest, "decision"),
            _ => (null, "record"),
        };
        if (carried != policy?.Digest.Hex)
        {
            _faults.Add($"{record.Path}: the {what} rests on {(carried is null ? "no policy" : $"the policy {carried[..12]}")}, and in force was {(policy is null ? "none" : policy.Digest.Abbreviated)}{(index < commits.Count ? $" before commit {commits[index].Hash[..10]}" : " in the last commit")}");
        }
    }

    /// <summary>The commit that brought a record; beyond the last one for what is in none.</summary>
    private int IndexOf(StageRecord record, List<CommitChanges> commits, Dictionary<string, int> committed) => committed.TryGetValue($"{ModelPath}/{record.Descriptor.Name}", out var index) ? index : commits.Count;

    /// <summary>The commit that last changed a policy before the one that brought a record.</summary>
    private static string ReferenceBefore(int index, List<CommitChanges> commits, List<(int Index, IReadOnlyDictionary<string, StagePolicy>? Policies)> policies) =>
        policies.LastOrDefault(candidate => candidate.Index < index, policies.FirstOrDefault((-1, null))).Index is >= 0 and var last ? commits[last].Hash : "HEAD";

    /// <summary>The policies of every commit that changed one, by stage; null where they cannot be read.</summary>
    private async Task<List<(int Index, IReadOnlyDictionary<string, StagePolicy>? Policies)>> PoliciesAsync(List<CommitChanges> commits, CancellationToken cancellationToken)
    {
        var changing = commits.Index().Where(pair => pair.Item.Changes.Any(change => IsPolicy(change.Path))).ToList();
        var yaml = await ReadAsync([.. changing.Select(pair => $"{pair.Item.Hash}:./{ModelPath}/{ModelDefinition.FileName}")], cancellationToken);
        var definitions = changing.Select((pair, i) => (pair.Index, pair.Item.Hash, Definition: yaml[i] is { } text ? ModelDefinitionReader.Parse(text, modelDirectory).Definition : null)).ToList();
        var names = definitions.Where(item => item.Definition is not null)
            .SelectMany(item => item.Definition!.Stages.Where(stage => stage.Approvals is not null).SelectMany(stage => new[] { stage.Approvals!.Signers, stage.Approvals.Signers + AllowedSigners.RevokedSuffix }).Select(name => $"{item.Hash}:./{ModelPath}/{name}"))
            .Distinct(StringComparer.Ordinal).ToList();
        var texts = names.Zip(await ReadAsync(names, cancellationToken)).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        return [.. definitions.Select(item => (item.Index, item.Definition is null ? null : (IReadOnlyDictionary<string, StagePolicy>?)item.Definition.Stages
            .Select(stage => StagePolicy.Of(item.Definition, stage, name => texts[$"{item.Hash}:./{ModelPath}/{name}"]))
            .Where(policy => !policy.IsEmpty)
            .ToDictionary(policy => policy.Stage)))];
    }

    /// <summary>The files of several commits by one process; null for each that is not there.</summary>
    private async Task<List<string?>> ReadAsync(List<string> objects, CancellationToken cancellationToken)
    {
        if (objects.Count == 0)
        {
            return [];
        }

        // Latin-1 gives each byte as it is: sizes are in bytes, and a file may be in any encoding.
        var output = Encoding.Latin1.GetBytes(await CommandLine.RunAsync("git", ["cat-file", "--batch"], repositoryRoot, cancellationToken, standardInput: string.Join('\n', objects) + "\n", outputEncoding: Encoding.Latin1));
        var (texts, position) = (new List<string?>(), 0);
        foreach (var _ in objects)
        {
            var end = Array.IndexOf(output, (byte)'\n', position);
            var head = Encoding.UTF8.GetString(output, position, end - position).Split(' ');
            position = end + 1;
            if (head is [_, "blob", var size])
            {
                var length = int.Parse(size, CultureInfo.InvariantCulture);
                texts.Add(Encoding.UTF8.GetString(output, position, length).TrimStart('\uFEFF'));
                position += length + 1;
            }
            else
            {
                texts.Add(null);
            }
        }

        return texts;
    }

    private static List<CommitChanges> Parse(string log)
    {
        var commits = new List<CommitChanges>();
        foreach (var line in log.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] == CommitMark)
            {
                commits.Add(new CommitChanges(line[1..], []));
            }
            else if (line.Split('\t') is [{ Length: > 0 } status, var path])
            {
                commits[^1].Changes.Add((status[0], path));
            }
        }

        return commits;
    }

    // What lies beside model.yaml may be a file of signers; what lies in folders is none.
    private bool IsPolicy(string path) => path.StartsWith(ModelPath + "/", StringComparison.Ordinal) && path.LastIndexOf('/') == ModelPath.Length;

    private bool IsRecord(string path) => path.StartsWith($"{ModelPath}/stages/", StringComparison.Ordinal) && path.EndsWith(".json", StringComparison.Ordinal) && path.Split('/').Length == 5;

    private static string StageOf(string path) => path.Split('/')[3];

    private Task<string> GitAsync(string[] arguments, CancellationToken cancellationToken) => CommandLine.RunAsync("git", ["-c", "core.quotePath=false", "-c", "log.showRoot=true", .. arguments], repositoryRoot, cancellationToken);

    private sealed record CommitChanges(string Hash, List<(char Status, string Path)> Changes);
}
