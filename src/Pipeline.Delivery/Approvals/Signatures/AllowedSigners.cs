using System.Globalization;
using System.Text.RegularExpressions;
using Pipeline.Engine;
using Pipeline.ModelPackage.Signing;

namespace Pipeline.Delivery.Approvals.Signatures;

/// <summary>
/// Whose signatures count, in OpenSSH's format of allowed signers (ssh-keygen(1), "ALLOWED SIGNERS"), and which keys count no more. Stricter than ssh-keygen in three points, each of which would
/// let one person be two or make machines disagree: a line names exactly one person and no pattern, it names the namespace, and times are in UTC.
/// </summary>
public sealed partial class AllowedSigners
{
    /// <summary>What the signature of an approval or a rejection is made for; one for git or for files is none.</summary>
    public const string Namespace = "ml-delivery-pipeline-approval";

    /// <summary>What the signature of a rollback is made for. A key that has this namespace alone, as one that a CI system holds, can set a stage back and approve nothing; who may approve may set back, too.</summary>
    public const string RollbackNamespace = "ml-delivery-pipeline-rollback";

    /// <summary>What follows the name of the file of signers in that of the file of revoked keys.</summary>
    public const string RevokedSuffix = ".revoked";

    private readonly List<AllowedSigner> _signers;
    private readonly Dictionary<string, DateTimeOffset?> _revoked;

    private AllowedSigners(List<AllowedSigner> signers, Dictionary<string, DateTimeOffset?> revoked) => (_signers, _revoked) = (signers, revoked);

    public bool IsEmpty => _signers.Count == 0;

    /// <param name="signers">The content of the file of signers.</param>
    /// <param name="revoked">The content of the file of revoked keys: a fingerprint a line, then the day from which its signatures count no more, if earlier ones still do.</param>
    /// <param name="origin">The files' name, for messages.</param>
    /// <exception cref="PipelineException">Exit code 64: lines are at fault; every one is told.</exception>
    public static AllowedSigners Parse(string signers, string revoked, string origin)
    {
        var faults = new List<string>();
        var parsed = Lines(signers, origin, faults, ParseSigner).ToList();
        var keys = Lines(revoked, origin + RevokedSuffix, faults, ParseRevoked).GroupBy(pair => pair.Item1).ToDictionary(group => group.Key, group => group.Min(pair => pair.Item2 ?? DateTimeOffset.MinValue) is var least && least == DateTimeOffset.MinValue ? (DateTimeOffset?)null : least);
        return faults.Count == 0 ? new AllowedSigners(parsed, keys) : throw new PipelineException(ExitCode.Usage, $"Who may approve cannot be read (file:line: what is wrong):\n{string.Join('\n', faults)}");
    }

    /// <summary>The person whose key it is, if its signatures of that time count.</summary>
    /// <param name="key">That made a signature.</param>
    /// <param name="at">When it was made.</param>
    /// <param name="purpose">What for: one of the namespaces.</param>
    /// <returns>The person, or why the key does not count.</returns>
    public (string? Person, string? Why) Find(SshPublicKey key, DateTimeOffset at, string purpose = Namespace)
    {
        if (WhyRevoked(key, at) is { } revoked)
        {
            return (null, revoked);
        }

        var known = _signers.Where(signer => signer.Key.Equals(key)).ToList();
        if (known.Count > 0 && known.RemoveAll(signer => !signer.Namespaces.Any(name => name == purpose || name == Namespace)) > 0 && known.Count == 0)
        {
            return (null, $"the key {key.Fingerprint} may not sign for {purpose}");
        }

        return known.Find(signer => signer.IsValid(at)) is { } valid ? (valid.Person, null)
            : known.Count > 0 ? (null, string.Create(CultureInfo.InvariantCulture, $"the key {key.Fingerprint} of {known[0].Person} was not valid at {at.UtcDateTime:yyyy-MM-dd HH:mm} UTC ({Validity(known[0])})"))
            : (null, $"the key {key.Fingerprint} is nobody's who may sign");
    }

    /// <summary>Why what a key signed at that time counts no more; null if it is not revoked.</summary>
    public string? WhyRevoked(SshPublicKey key, DateTimeOffset at) => _revoked.TryGetValue(key.Fingerprint, out var since) && !(at < since)
        ? $"the key {key.Fingerprint} is revoked{(since is { } day ? string.Create(CultureInfo.InvariantCulture, $" since {day:yyyy-MM-dd}") : string.Empty)}"
        : null;

    /// <summary>Likewise, of any key that signed an envelope.</summary>
    /// <exception cref="FormatException">A signature cannot be read.</exception>
    public string? WhyRevoked(DsseEnvelope envelope, DateTimeOffset at) => envelope.Signatures.Select(signature => WhyRevoked(SshSignature.Parse(signature.Bytes()).Key, at)).FirstOrDefault(why => why is not null);

    private static string Validity(AllowedSigner signer) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(signer.ValidAfter is { } after ? string.Create(CultureInfo.InvariantCulture, $"from {after.UtcDateTime:yyyy-MM-dd HH:mm} ") : string.Empty)}{(signer.ValidBefore is { } before ? string.Create(CultureInfo.InvariantCulture, $"before {before.UtcDateTime:yyyy-MM-dd HH:mm}") : string.Empty)}").TrimEnd();

    private static IEnumerable<T> Lines<T>(string text, string origin, List<string> faults, Func<string, T> parse)
    {
        foreach (var (index, line) in text.Split('\n').Index())
        {
            var trimmed = line.Trim();
            if (trimmed.Length == 0 || trimmed.StartsWith('#'))
            {
                continue;
            }

            T? parsed;
            try
            {
                parsed = parse(trimmed);
            }
            catch (FormatException e)
            {
                faults.Add(string.Create(CultureInfo.InvariantCulture, $"  {origin}:{index + 1}: {e.Message.TrimEnd('.')}"));
                continue;
            }

            yield return parsed;
        }
    }

    private static AllowedSigner ParseSigner(string line)
    {
        var match = SignerForm().Match(line);
        if (!match.Success)
        {
            throw new FormatException($"it must be: person@example.com namespaces=\"{Namespace}\" ssh-ed25519 AAAA…");
        }

        var person = match.Groups["person"].Value.Trim('"');
        if (person.AsSpan().IndexOfAny(",*?!") >= 0)
        {
            throw new FormatException($"'{person}' must name one person: with a list or a pattern, one key could speak for several");
        }

        var options = match.Groups["option"].Captures.Select(capture => capture.Value.Split('=', 2)).ToList();
        var unknown = options.Find(option => option is not ["namespaces" or "valid-after" or "valid-before", _]);
        if (unknown is not null)
        {
            throw new FormatException($"the option '{unknown[0]}' is not known here; known: namespaces, valid-after, valid-before");
        }

        string? Option(string name) => options.Find(option => option[0] == name)?[1].Trim('"');
        var namespaces = Option("namespaces")?.Split(',') ?? throw new FormatException($"it has no namespaces; with namespaces=\"{Namespace}\" the key signs approvals");
        if (!namespaces.Contains(Namespace) && !namespaces.Contains(RollbackNamespace))
        {
            throw new FormatException($"its namespaces '{string.Join(',', namespaces)}' lack {Namespace}");
        }

        var blob = new byte[match.Groups["key"].Length];
        return Convert.TryFromBase64String(match.Groups["key"].Value, blob, out var length)
            ? new AllowedSigner(person, SshPublicKey.FromBlob(blob[..length]), namespaces, Time(Option("valid-after")), Time(Option("valid-before")))
            : throw new FormatException("its key is not base64");
    }

    private static (string Fingerprint, DateTimeOffset? Since) ParseRevoked(string line) => line.Split((char[]?)null, 3, StringSplitOptions.RemoveEmptyEntries) switch
    {
        [var fingerprint, var day, ..] when FingerprintForm().IsMatch(fingerprint) && DateTimeOffset.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since) => (fingerprint, since),
        [var fingerprint, ..] when FingerprintForm().IsMatch(fingerprint) => (fingerprint, null),
        _ => throw new FormatException("it must be a fingerprint as ssh-keygen -l prints it, SHA256:…, and if earlier signatures still count, the day since when it is revoked, such as 2026-05-01"),
    };

    private static DateTimeOffset? Time(string? text) =>
        text is null ? null
        : DateTimeOffset.TryParseExact(text, ["yyyyMMdd'Z'", "yyyyMMddHHmm'Z'", "yyyyMMddHHmmss'Z'"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw new FormatException($"'{text}' must be a time in UTC: YYYYMMDDZ or YYYYMMDDHHMMZ, with its Z, so that all machines read it alike");

    [GeneratedRegex("""^(?<person>"[^"]+"|[^\s"#]+)[ \t]+(?:(?<option>[a-zA-Z-]+(?:=(?:"[^"]*"|[^\s",]*))?)(?:,(?<option>[a-zA-Z-]+(?:=(?:"[^"]*"|[^\s",]*))?))*[ \t]+)?(?<type>(?:sk-)?(?:ssh|ecdsa)-[a-zA-Z0-9@.-]+)[ \t]+(?<key>[A-Za-z0-9+/=]+)(?:[ \t].*)?\z""", RegexOptions.CultureInvariant)]
    private static partial Regex SignerForm();

    [GeneratedRegex(@"^SHA256:[A-Za-z0-9+/]{43}\z", RegexOptions.CultureInvariant)]
    private static partial Regex FingerprintForm();
}
