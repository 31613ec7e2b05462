using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Promotion;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Comparisons;

/// <summary>
/// The packages of a model that a person can name: by a stage, which stands for what it runs now, or by a version, which is as much of the package's digest as tells it from others.
/// Versions are those in the store and those of every promotion record, also of stages that are no longer defined.
/// </summary>
internal sealed class KnownPackages(ModelDefinition definition, PromotionLedger ledger, ChampionSource champions)
{
    // What a person may mistype or two packages share: fewer digits are no name.
    private const int LeastDigits = 6;
    private const int ShownVersions = 10;
    private const string Algorithm = "sha256";

    /// <summary>Finds out which package is meant; its files are not looked at.</summary>
    /// <param name="option">Where the name was given, for messages.</param>
    /// <param name="written"><c>dev</c>, <c>6c7a06f72049</c>, <c>flight-delay:6c7a06f72049</c>, <c>sha256:…</c>, or the first digits.</param>
    /// <exception cref="PipelineException">Exit code 64: there is no such stage or version, or there are several; 1: the stage runs nothing yet, or records do not verify.</exception>
    public NamedPackage Resolve(string option, string written)
    {
        if (definition.Stages.Any(stage => stage.Name == written))
        {
            return ledger.Current(written) is { } record
                ? new NamedPackage(written, record.PackageDigest, [record])
                : throw new PipelineException(ExitCode.ToolError, $"{option} {written}: {definition.Name} has nothing in {written} yet. Run ./build.sh Promote --stage {written} first, or compare with another stage or version.");
        }

        var history = ledger.History();
        var versions = history.Select(record => record.PackageDigest).Concat(champions.VersionsInStore(definition.Name)).Distinct().ToList();
        var name = WithoutModel(option, written);
        var digits = name.ToLowerInvariant();
        var isVersion = digits.Length >= LeastDigits && digits.All(char.IsAsciiHexDigitLower);
        return versions.Where(version => isVersion && version.Hex.StartsWith(digits, StringComparison.Ordinal)).ToList() switch
        {
            [var version] => new NamedPackage(null, version, [.. history.Where(record => record.PackageDigest == version)]),
            [] => throw Unknown(option, written, name, versions),
            var several => throw new PipelineException(ExitCode.Usage, $"{option} {written}: several versions of {definition.Name} begin so: {string.Join(", ", several.Select(version => version.Hex[..Math.Max(12, DigitsThatDiffer(several))]))}. Give more digits."),
        };
    }

    /// <summary>The digits of a version, without the model's name and the algorithm's.</summary>
    private string WithoutModel(string option, string written)
    {
        var name = written;
        if (name.Split(':', 2) is [var model, var version] && model != Algorithm)
        {
            name = model == definition.Name
                ? version
                : throw new PipelineException(ExitCode.Usage, $"{option} {written}: this compares versions of {definition.Name}. For those of another model give --model {model}.");
        }

        return name.StartsWith($"{Algorithm}:", StringComparison.Ordinal) ? name[(Algorithm.Length + 1)..] : name;
    }

    private PipelineException Unknown(string option, string written, string name, List<Digest> versions)
    {
        List<string> stages = [.. definition.Stages.Select(stage => stage.Name)];
        List<string> abbreviated = [.. versions.Select(version => version.Abbreviated)];
        var nearest = NearestName.Of(name, [.. stages, .. abbreviated]) is { } near ? $"; did you mean '{near}'?" : ".";
        var more = abbreviated.Count > ShownVersions ? $" and {abbreviated.Count - ShownVersions} more" : string.Empty;
        return new PipelineException(
            ExitCode.Usage,
            $"{option} {written}: {definition.Name} has no such stage or version{nearest} Stages: {string.Join(", ", stages)}. "
            + (abbreviated.Count == 0 ? "There is no version yet." : $"Versions: {string.Join(", ", abbreviated.Take(ShownVersions))}{more} (at least {LeastDigits} digits)."));
    }

    private static int DigitsThatDiffer(List<Digest> versions) =>
        Enumerable.Range(1, versions[0].Hex.Length).First(length => versions.Select(version => version.Hex[..length]).Distinct(StringComparer.Ordinal).Count() == versions.Count);
}
