using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Provenance;

/// <summary>Reads who made a model package, from the companion provenance.intoto.json.</summary>
public static class PackageProvenance
{
    internal const string PersonProperty = "person";

    /// <summary>Who made the package: a person or a CI job, as <see cref="Promotion.WorkingCopy.Person"/> tells. Null if the package has no provenance, as those out of an image don't.</summary>
    /// <exception cref="InvalidDataException">There is a provenance that cannot be read, or that is of another package.</exception>
    public static string? TryReadPerson(PackagedModel package)
    {
        var path = package.ProvenancePath;
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            var statement = JsonNode.Parse(File.ReadAllBytes(path))!;
            return statement["subject"]!.AsArray().Any(subject => (string?)subject?["digest"]?["sha256"] == package.Digest.Hex)
                ? (string?)statement["predicate"]?["buildDefinition"]?["internalParameters"]?[PersonProperty]
                : throw new InvalidDataException($"{path} is the provenance of another package than {package} ({package.Digest}).");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException)
        {
            throw new InvalidDataException($"{path} is no provenance: {e.Message}", e);
        }
    }
}
