using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.SmokeTests;

/// <summary>Evidence that a service answered rightly for one package. Only <see cref="SmokeTestStage"/> gets one, by running the checks or by restoring a run of them; pushing and promoting require it.</summary>
public sealed class SmokePass : IArtifact<SmokePass>
{
    private SmokePass(SmokeEvidence evidence, Digest evidenceDigest, string evidencePath)
    {
        Evidence = evidence;
        EvidenceDigest = evidenceDigest;
        EvidencePath = evidencePath;
    }

    /// <summary>Every check, and what was not checked.</summary>
    public SmokeEvidence Evidence { get; }

    /// <summary>Digest of smoke-test.json.</summary>
    public Digest EvidenceDigest { get; }

    /// <summary>Where smoke-test.json lies.</summary>
    public string EvidencePath { get; }

    /// <summary>The package that was served.</summary>
    public Digest PackageDigest => Evidence.PackageDigest;

    /// <summary>The image that was tested; null if a process was.</summary>
    public string? ImageId => Evidence.Target == SmokeEvidence.ContainerTarget ? Evidence.TargetDigest : null;

    /// <summary>What the run could not check, and why; empty for a container.</summary>
    public IReadOnlyList<string> NotChecked => Evidence.NotChecked;

    static SmokePass IArtifact<SmokePass>.Load(string directory)
    {
        var path = Path.Combine(directory, SmokeEvidence.File);
        var bytes = File.ReadAllBytes(path);
        var evidence = PackageJson.Deserialize<SmokeEvidence>(bytes, path);
        return evidence.Checks.Count > 0 && evidence.Checks.All(check => check.Passed)
            ? new SmokePass(evidence, Digest.Of(bytes), path)
            : throw new InvalidDataException($"{path} is no pass: not every check passed.");
    }
}
