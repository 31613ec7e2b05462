using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Promotion;
using Pipeline.Delivery.SmokeTests;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Approvals;

/// <summary>What a promotion rests on, read and checked: a verdict that passed and a smoke test that passed, of this very package.</summary>
/// <param name="Gates">The verdict.</param>
/// <param name="SmokeTest">The smoke test.</param>
public sealed record ReleaseEvidence(GateVerdict Gates, SmokeEvidence SmokeTest)
{
    public const string GatesName = GatePass.VerdictFile;
    public const string SmokeTestName = SmokeEvidence.File;

    /// <exception cref="PipelineException">A part cannot be had (exit code 1), or is no pass of this package (2).</exception>
    public static async Task<ReleaseEvidence> ReadAsync(ReleaseCandidate candidate, EvidenceFiles files, CancellationToken cancellationToken)
    {
        var gates = await ReadAsync<GateVerdict>(candidate, files, GatesName, cancellationToken);
        var smoke = await ReadAsync<SmokeEvidence>(candidate, files, SmokeTestName, cancellationToken);
        var from = candidate.From;
        if (gates.ModelDigest != from.ModelDigest || !gates.Passed())
        {
            throw new PipelineException(ExitCode.Refused, $"{GatesName} of {from.Descriptor.Name} is no pass of {candidate.Name}.");
        }

        return smoke.PackageDigest == from.PackageDigest && smoke.Checks.Count > 0 && smoke.Checks.All(check => check.Passed)
            ? new ReleaseEvidence(gates, smoke)
            : throw new PipelineException(ExitCode.Refused, $"{SmokeTestName} of {from.Descriptor.Name} is no pass of {candidate.Name}.");
    }

    private static async Task<T> ReadAsync<T>(ReleaseCandidate candidate, EvidenceFiles files, string name, CancellationToken cancellationToken)
    {
        var descriptor = candidate.From.Statement.Predicate.Evidence.FirstOrDefault(evidence => evidence.Name == name)
            ?? throw new PipelineException(ExitCode.Refused, $"{candidate.From.Descriptor.Name} rests on no {name}.");
        var bytes = await files.TryReadAsync(descriptor, candidate.From.Image, cancellationToken)
            ?? throw new PipelineException(ExitCode.ToolError, $"{name} of {candidate.From.Descriptor.Name} ({descriptor.Sha256().Abbreviated}) is neither under artifacts/evidence nor attached to {candidate.From.Image?.Name ?? "an image"}. Run ./build.sh Promote --stage {candidate.From.Statement.Predicate.Stage} again, or this on the machine that promoted it.");
        try
        {
            return PackageJson.Deserialize<T>(bytes, name);
        }
        catch (InvalidDataException e)
        {
            throw new PipelineException(ExitCode.ToolError, e.Message, e);
        }
    }
}
