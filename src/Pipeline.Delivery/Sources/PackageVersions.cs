using System.Xml;
using System.Xml.Linq;
using Pipeline.Engine;

namespace Pipeline.Delivery.Sources;

/// <summary>
/// The versions of the packages that go into projects, by Directory.Packages.props: of those that the projects themselves refer to, and every pin of a transitive package, as no project file tells whose
/// that is. docs/decisions/0024 says why.
/// </summary>
internal static class PackageVersions
{
    private const string PropsFile = "Directory.Packages.props";
    private const string PinsLabel = "pins";

    /// <param name="root">The repository's folder.</param>
    /// <param name="paths">Paths within projects, <c>src/Project/…</c>; others have no packages.</param>
    /// <returns>Versions by name, in ordinal order; none where there is no Directory.Packages.props.</returns>
    /// <exception cref="PipelineException">A project file is not XML.</exception>
    public static SortedDictionary<string, string> Of(string root, IEnumerable<string> paths)
    {
        var versions = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var props = Path.Combine(root, PropsFile);
        if (!File.Exists(props))
        {
            return versions;
        }

        var central = Read(props).Descendants("PackageVersion").Where(element => element.Attribute("Include") is not null).ToList();
        foreach (var pin in central.Where(element => ((string?)element.Parent?.Attribute("Label"))?.StartsWith(PinsLabel, StringComparison.Ordinal) == true))
        {
            versions[NameOf(pin)] = Central(NameOf(pin));
        }

        foreach (var reference in ProjectFiles(root, paths).SelectMany(project => Read(project).Descendants("PackageReference")).Where(element => element.Attribute("Include") is not null))
        {
            var name = NameOf(reference);
            versions[name] = (string?)reference.Attribute("VersionOverride") ?? VersionOf(reference) ?? Central(name);
        }

        return versions;

        // Conditions are not evaluated: of several versions all count.
        string Central(string name) => string.Join(", ", central.Where(element => string.Equals(NameOf(element), name, StringComparison.OrdinalIgnoreCase)).Select(VersionOf));
    }

    private static IEnumerable<string> ProjectFiles(string root, IEnumerable<string> paths) =>
        paths.Select(path => path.Split('/', '\\')).Where(parts => parts.Length >= 2).Select(parts => Path.Combine(root, parts[0], parts[1])).Distinct(StringComparer.Ordinal)
            .Where(Directory.Exists).SelectMany(project => Directory.EnumerateFiles(project, "*.csproj"));

    private static string NameOf(XElement element) => (string)element.Attribute("Include")!;

    private static string? VersionOf(XElement element) => (string?)element.Attribute("Version");

    private static XDocument Read(string path)
    {
        try
        {
            return XDocument.Load(path);
        }
        catch (XmlException e)
        {
            throw new PipelineException(ExitCode.ToolError, $"{path} cannot be read: {e.Message} The versions of packages are an input of every stage.", e);
        }
    }
}
