using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Pipeline.Engine;

/// <summary>What a stage's output depends on: named parts, each a digest or a short text. Equal parts, equal output.</summary>
/// <param name="Stage">The stage's name, also its folder in the store.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Parts">Name of an input (<c>dataset</c>, <c>settings</c>, <c>code</c>) and its digest or value. Every input is there, else a stale output would count as a hit.</param>
[method: JsonConstructor]
public sealed record StageKey(string Stage, string Model, IReadOnlyDictionary<string, string> Parts)
{
    private static readonly Dictionary<string, IReadOnlyDictionary<string, string>> NoDetails = [];

    /// <param name="stage">The stage's name.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="inputs">Every input.</param>
    public StageKey(string stage, string model, StageInputs inputs)
        : this(stage, model, inputs.Values()) => Details = inputs.Details();

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

    /// <summary>What parts are made of, by part and name, for telling what changed. They are no part of the hash: each part's value covers them. Records of earlier versions have none.</summary>
    [AllowNull]
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Details { get; init => field = value ?? NoDetails; } = NoDetails;
}
