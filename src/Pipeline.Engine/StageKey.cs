using System.Security.Cryptography;
using System.Text;

namespace Pipeline.Engine;

/// <summary>What a stage's output depends on: named parts, each a digest or a short text. Equal parts, equal output.</summary>
/// <param name="Stage">The stage's name, also its folder in the store.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Parts">Name of an input (<c>dataset</c>, <c>settings</c>, <c>code</c>) and its digest or value. Every input is there, else a stale output would count as a hit.</param>
public sealed record StageKey(string Stage, string Model, IReadOnlyDictionary<string, string> Parts)
{
    /// <summary>SHA-256 over the parts in ordinal order, 64 hex digits.</summary>
    public string Hash
    {
        get
        {
            var text = new StringBuilder().Append(Stage).Append('\0').Append(Model).Append('\0');
            foreach (var (name, value) in Parts.OrderBy(p => p.Key, StringComparer.Ordinal))
            {
                text.Append(name).Append('\0').Append(value).Append('\0');
            }

            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
        }
    }
}
