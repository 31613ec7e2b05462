using System.Globalization;
using System.Text.Json.Nodes;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Promotion;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Provenance;

/// <summary>
/// Writes provenance.intoto.json beside a package that was just made: an in-toto statement with SLSA provenance v1. It tells when, where and by whom, and so is not in the manifest; a package that is restored keeps the
/// one it was made with.
/// </summary>
/// <param name="rootDirectory">The repository's folder.</param>
/// <param name="clock">For its times; the run starts now.</param>
/// <param name="environment">Gives a variable's value, null if it is not set.</param>
public sealed class ProvenanceRecorder(string rootDirectory, TimeProvider clock, Func<string, string?> environment)
{
    public const string BuildType = "urn:ml-delivery-pipeline:train:v1";
    public const string PredicateType = "https://slsa.dev/provenance/v1";

    private const string DirtySuffix = "-dirty";

    private readonly DateTimeOffset _startedOn = clock.GetUtcNow();

    /// <summary>Writes the file into the package's folder.</summary>
    public async Task WriteAsync(PackagedModel package, ModelDefinition definition, Dataset dataset, CancellationToken cancellationToken)
    {
        var copy = await WorkingCopy.ReadAsync(rootDirectory, cancellationToken);
        var builder = BuilderIdentity.Find(environment);
        var statement = new JsonObject
        {
            ["_type"] = Statements.Type,
            ["subject"] = new JsonArray(
                Resource(package.Manifest.Name, package.Digest),
                Resource(PackageFiles.Onnx, package.Manifest.Files.Single(file => file.Path == PackageFiles.Onnx).Sha256)),
            ["predicateType"] = PredicateType,
            ["predicate"] = new JsonObject
            {
                ["buildDefinition"] = new JsonObject
                {
                    ["buildType"] = BuildType,
                    ["externalParameters"] = new JsonObject
                    {
                        ["model"] = definition.Name,
                        ["settings"] = package.Manifest.DefinitionDigest.ToString(),
                        ["gates"] = DefinitionDigest.OfAllGates(definition).ToString(),
                    },
                    ["internalParameters"] = new JsonObject { [PackageProvenance.PersonProperty] = copy.Person },
                    ["resolvedDependencies"] = new JsonArray([.. Dependencies(package, definition, dataset, copy.Commit, builder)]),
                },
                ["runDetails"] = new JsonObject
                {
                    ["builder"] = new JsonObject { ["id"] = builder.Id, ["version"] = new JsonObject { ["dotnet"] = Environment.Version.ToString(), ["platform"] = ModelDelivery.HostRuntimeIdentifier } },
                    ["metadata"] = Metadata(builder),
                },
            },
        };
        await File.WriteAllBytesAsync(package.ProvenancePath, PackageJson.Serialize(statement), cancellationToken);
    }

    private JsonObject Metadata(BuilderIdentity builder)
    {
        var metadata = new JsonObject();
        if (builder.InvocationId is { } invocation)
        {
            metadata["invocationId"] = invocation;
        }

        metadata["startedOn"] = Text(_startedOn);
        metadata["finishedOn"] = Text(clock.GetUtcNow());
        return metadata;
    }

    private IEnumerable<JsonObject> Dependencies(PackagedModel package, ModelDefinition definition, Dataset dataset, string? commit, BuilderIdentity builder)
    {
        yield return Resource("dataset", dataset.Digest);
        foreach (var file in DataFiles.Find(definition))
        {
            yield return Resource(file.Name, Digest.OfFile(file.Path));
        }

        foreach (var path in new[] { Path.Combine(definition.Directory, ModelDefinition.FileName), definition.GoldenRequestsPath, Path.Combine(rootDirectory, "Directory.Packages.props") }.Where(File.Exists))
        {
            yield return Resource(Path.GetFileName(path), Digest.OfFile(path));
        }

        yield return Resource("pipeline sources", package.Manifest.CodeDigest);
        if (commit is not null)
        {
            yield return Source(commit, builder);
        }
    }

    private static JsonObject Source(string commit, BuilderIdentity builder)
    {
        var isDirty = commit.EndsWith(DirtySuffix, StringComparison.Ordinal);
        var source = new JsonObject { ["name"] = "source" };
        if (builder.Source is { } uri)
        {
            source["uri"] = uri;
        }

        source["digest"] = new JsonObject { ["gitCommit"] = isDirty ? commit[..^DirtySuffix.Length] : commit };
        if (isDirty)
        {
            source["annotations"] = new JsonObject { ["uncommittedChanges"] = true };
        }

        return source;
    }

    private static JsonObject Resource(string name, Digest digest) => new() { ["name"] = name, ["digest"] = new JsonObject { ["sha256"] = digest.Hex } };

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
