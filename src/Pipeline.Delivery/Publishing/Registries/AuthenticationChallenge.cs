using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Pipeline.Delivery.Publishing.Registries;

/// <summary>What a registry answers to a request without the right credentials (RFC 9110, 11.6.1): where to get a token, and for what.</summary>
/// <param name="Realm">The token service's address.</param>
/// <param name="Service">What the token is for; null if not said.</param>
/// <param name="Scope">The rights wanted; null if not said.</param>
internal sealed partial record AuthenticationChallenge(string Realm, string? Service, string? Scope)
{
    /// <returns>The challenge for a token; null if there is none of this kind or it names no realm.</returns>
    public static AuthenticationChallenge? OfBearer(IEnumerable<AuthenticationHeaderValue> challenges)
    {
        var parameters = challenges.FirstOrDefault(challenge => challenge.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))?.Parameter ?? string.Empty;
        var values = ParameterPattern().Matches(parameters)
            .GroupBy(match => match.Groups["name"].Value, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(group => group.Key, group => ValueOf(group.First()), StringComparer.OrdinalIgnoreCase);
        return values.GetValueOrDefault("realm") is { Length: > 0 } realm ? new AuthenticationChallenge(realm, values.GetValueOrDefault("service"), values.GetValueOrDefault("scope")) : null;
    }

    public static bool IsBasic(IEnumerable<AuthenticationHeaderValue> challenges) =>
        challenges.Any(challenge => challenge.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase));

    private static string ValueOf(Match match) => match.Groups["quoted"].Success ? match.Groups["quoted"].Value.Replace("\\", string.Empty, StringComparison.Ordinal) : match.Groups["plain"].Value;

    [GeneratedRegex("""(?<name>[A-Za-z_]+)\s*=\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<plain>[^\s,"]+))""")]
    private static partial Regex ParameterPattern();
}
