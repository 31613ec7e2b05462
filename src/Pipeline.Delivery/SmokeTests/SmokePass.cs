using Pipeline.Delivery.SmokeTests.Operations;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.SmokeTests;

/// <summary>Evidence that a service answered rightly for one package. Only <see cref="SmokeTestStage"/> gets one, by running the checks or by restoring a run of them; pushing and promoting require it.</summary>
public sealed class SmokePass : IArtifact<SmokePass>
{
    private SmokePass(SmokeEvidence evidence, OperationsVerdict operations, Digest evidenceDigest, string evidencePath)
    {
        Evidence = evidence;
        Operations = operations;
        EvidenceDigest = evidenceDigest;
        EvidencePath = evidencePath;
    }

    /// <summary>Every check, and what was not checked.</summary>
    public SmokeEvidence Evidence { get; }

    /// <summary>What it costs to operate the package, and the operation gates' rows, which all passed; the content of operations.json, whose digest smoke-test.json has.</summary>
    public OperationsVerdict Operations { get; }

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
            ? new SmokePass(evidence, LoadOperations(Path.Combine(directory, OperationsVerdict.File), evidence), Digest.Of(bytes), path)
            : throw new InvalidDataException($"{path} is no pass: not every check passed.");
    }

    private static OperationsVerdict LoadOperations(string path, SmokeEvidence evidence)
    {
        var bytes = File.ReadAllBytes(path);
        if (evidence.OperationsDigest != Digest.Of(bytes))
        {
            throw new InvalidDataException($"{path} is not the one that {SmokeEvidence.File} names.");
        }

        var operations = PackageJson.Deserialize<OperationsVerdict>(bytes, path);
        return operations.PackageDigest == evidence.PackageDigest && operations.Passed()
            ? operations
            : throw new InvalidDataException($"{path} is no pass of {evidence.PackageDigest}.");
    }
}
