using Pipeline.Drift;

namespace Pipeline.ModelPackage;

/// <summary>Opens model packages and refuses those that are not what their manifest says.</summary>
public static class PackageReader
{
    /// <summary>Reads the manifest and re-hashes every file. <see cref="PackageFiles.Companions"/> may lie beside them and are not looked at.</summary>
    /// <exception cref="InvalidDataException">No manifest, a file missing, changed or not listed, or a manifest of another format version. The message names each such file.</exception>
    public static PackagedModel Open(string directory)
    {
        var manifestPath = Path.Combine(directory, PackageFiles.Manifest);
        if (!File.Exists(manifestPath))
        {
            throw new InvalidDataException($"{directory} is not a model package: it has no {PackageFiles.Manifest}.");
        }

        var bytes = File.ReadAllBytes(manifestPath);
        var manifest = PackageJson.Deserialize<Manifest>(bytes, manifestPath);
        if (manifest.SchemaVersion != Manifest.CurrentSchemaVersion)
        {
            throw new InvalidDataException($"{manifestPath} has format version {manifest.SchemaVersion}; this program reads version {Manifest.CurrentSchemaVersion}.");
        }

        var faults = FaultsOf(directory, manifest).ToList();
        if (faults.Count > 0)
        {
            throw new InvalidDataException($"{directory} is not the package that its manifest describes: {string.Join("; ", faults)}.");
        }

        return new PackagedModel(Path.GetFullPath(directory), manifest, Digest.Of(bytes));
    }

    /// <exception cref="InvalidDataException">There is no golden.json, or it is not valid or has no row.</exception>
    public static GoldenSample ReadGoldenSample(PackagedModel package)
    {
        var path = Path.Combine(package.Directory, PackageFiles.Golden);
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"{package.Directory} has no {PackageFiles.Golden}.");
        }

        var sample = PackageJson.Deserialize<GoldenSample>(File.ReadAllBytes(path), path);
        return sample.Rows.Count > 0 ? sample : throw new InvalidDataException($"{path} has no row.");
    }

    /// <exception cref="InvalidDataException">There is no reference.json (<see cref="PackagedModel.ReferenceDigest"/> tells), or it is not valid, or for other columns or labels.</exception>
    public static ReferenceProfile ReadReferenceProfile(PackagedModel package)
    {
        var path = Path.Combine(package.Directory, PackageFiles.Reference);
        if (package.ReferenceDigest is null)
        {
            throw new InvalidDataException($"{package.Directory} has no {PackageFiles.Reference}: it was made before packages had one. Run ./build.sh Package to make it anew.");
        }

        var profile = PackageJson.Deserialize<ReferenceProfile>(File.ReadAllBytes(path), path);
        if (profile.SchemaVersion != ReferenceProfile.CurrentSchemaVersion)
        {
            throw new InvalidDataException($"{path} has format version {profile.SchemaVersion}; this program reads version {ReferenceProfile.CurrentSchemaVersion}.");
        }

        var faults = profile.Faults().Concat(MisfitsOf(profile, package.Manifest)).ToList();
        return faults.Count == 0 ? profile : throw new InvalidDataException($"{path} is no sound reference profile: {string.Join("; ", faults)}.");
    }

    private static IEnumerable<string> MisfitsOf(ReferenceProfile profile, Manifest manifest)
    {
        var profiled = profile.Features.Select(feature => $"{feature.Name} ({(feature.Bins is CategoryBins ? "categorical" : "numeric")})").ToList();
        var expected = manifest.Features.Features.Select(feature => $"{feature.Name} ({(feature.Kind == FeatureKind.Categorical ? "categorical" : "numeric")})").ToList();
        if (!profiled.SequenceEqual(expected))
        {
            yield return $"it has the features [{string.Join(", ", profiled)}], the manifest [{string.Join(", ", expected)}]";
        }

        var labels = manifest.Outputs.Labels;
        if (!profile.Predictions.Training.Labels.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(labels) || !profile.Predictions.Test.Labels.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(labels))
        {
            yield return $"it has not the labels {string.Join(" and ", labels)}";
        }
    }

    private static IEnumerable<string> FaultsOf(string directory, Manifest manifest)
    {
        foreach (var file in manifest.Files)
        {
            var path = Path.Combine(directory, file.Path);
            if (!IsInside(directory, path))
            {
                yield return $"{file.Path} lies outside the package";
            }
            else if (!File.Exists(path))
            {
                yield return $"{file.Path} is missing";
            }
            else if (Digest.OfFile(path) is var digest && digest != file.Sha256)
            {
                yield return $"{file.Path} has {digest}, the manifest says {file.Sha256}";
            }
        }

        if (!manifest.Files.Any(f => f.Path == PackageFiles.Onnx))
        {
            yield return $"the manifest lists no {PackageFiles.Onnx}";
        }

        var listed = manifest.Files.Select(f => f.Path).Append(PackageFiles.Manifest).Concat(PackageFiles.Companions).ToHashSet(StringComparer.Ordinal);
        foreach (var path in System.IO.Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(directory, path).Replace('\\', '/');
            if (!listed.Contains(relative))
            {
                yield return $"{relative} is not in the manifest";
            }
        }
    }

    private static bool IsInside(string directory, string path) =>
        Path.GetFullPath(path).StartsWith(Path.GetFullPath(directory).TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
