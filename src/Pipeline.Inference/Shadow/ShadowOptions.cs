using Pipeline.Inference.Hosting;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Shadow;

/// <summary>Settings of the shadow model.</summary>
/// <param name="PackageDirectory">Its package, or a link to it; another package there is loaded in its place.</param>
public sealed record ShadowOptions(string PackageDirectory)
{
    public const int DefaultPollSeconds = 5;

    /// <summary>The digest that the package must have; null takes any package.</summary>
    public Digest? ExpectedDigest { get; init; }

    /// <summary>How often the package is looked at.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(DefaultPollSeconds);

    /// <summary>The settings, or null if no package is given.</summary>
    internal static ShadowOptions? Read(OptionReader reader)
    {
        var directory = reader.Text("--shadow-package", "SHADOW_PACKAGE");
        var options = new ShadowOptions(directory ?? string.Empty)
        {
            ExpectedDigest = reader.Digest("--shadow-expect-digest", "SHADOW_DIGEST"),
            Poll = TimeSpan.FromSeconds(reader.Number("--shadow-poll-seconds", "SHADOW_POLL_SECONDS", 1, 3_600, DefaultPollSeconds)),
        };
        return directory is null ? null : options;
    }
}
