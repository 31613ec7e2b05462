using System.Globalization;
using Pipeline.Delivery.Approvals;
using Pipeline.Delivery.Approvals.Signatures;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Promotion;
using Pipeline.ModelPackage;

namespace Pipeline.ReleaseBenchmarks;

/// <summary>Records as years of releases would leave them: each package goes to staging, is approved by a real key, and goes to production. They go on where the model's own records end.</summary>
internal static class MadeUpRecords
{
    /// <returns>How many were written.</returns>
    public static async Task<int> WriteAsync(string modelDirectory, string key, string person, int promotions)
    {
        var definition = ModelDefinitionReader.Read(modelDirectory);
        var stage = definition.Stages.Single(candidate => candidate.Name == "production");
        var policy = StagePolicy.Of(definition, stage, name => Path.Combine(modelDirectory, name) is var path && File.Exists(path) ? File.ReadAllText(path) : null);
        var scratch = Directory.CreateTempSubdirectory("made-up records ");
        try
        {
            var signer = new SshSigner(key);
            var staging = Chain.After(modelDirectory, "staging");
            var production = Chain.After(modelDirectory, "production");
            var champion = production.Newest.PackageDigest;
            for (var i = 0; i < promotions; i++)
            {
                // The last one is what the registry has.
                Digest? package = i == promotions - 1 ? null : Digest.OfText(i.ToString(CultureInfo.InvariantCulture));
                var at = staging.Newest.Statement.Predicate.PromotedAt.AddMinutes(i + 1);
                await WriteOneAsync(definition.Name, policy, signer, scratch.FullName, person, staging, production, package, champion, at);
                champion = package ?? staging.Newest.PackageDigest;
            }
        }
        finally
        {
            scratch.Delete(recursive: true);
        }

        return 3 * promotions;
    }

    private static async Task WriteOneAsync(string model, StagePolicy policy, SshSigner signer, string scratch, string person, Chain staging, Chain production, Digest? package, Digest champion, DateTimeOffset at)
    {
        var newest = staging.Newest;
        var subjects = package is { } digest ? [ResourceDescriptor.Of(model, digest), newest.Image!] : newest.Subject;
        var template = newest.Statement.Predicate with { PromotedAt = at, Version = subjects[0].Sha256().Abbreviated, ComparedWith = new Dictionary<string, Digest> { [policy.Stage] = champion } };
        var from = staging.Add(bytes: PackageJson.Serialize(Statements.Of(subjects, template with { Sequence = staging.Next, Previous = staging.Previous })));
        var decision = new DecisionPredicate(
            model, policy.Stage, "staging", from, production.Next, production.Previous, template.Version, template.ModelDigest, Decision.Approve, person, at, "as good as the one before", at, at + policy.Approvals!.Expires,
            policy.Digest.Hex, template.Evidence, Digest.OfText("what was shown").Hex);
        var approval = production.Add(PackageJson.Serialize(await signer.SignAsync(PackageJson.Serialize(Statements.Of(subjects, decision)), AllowedSigners.Namespace, scratch, CancellationToken.None)));
        var promotion = template with
        {
            Stage = policy.Stage,
            FromStage = "staging",
            FromRecord = from,
            Sequence = production.Next,
            Previous = production.Previous,
            Policy = policy,
            Approvals = [approval],
            PromotedAt = at.AddSeconds(1),
        };
        production.Add(PackageJson.Serialize(Statements.Of(subjects, promotion)));
    }
}
