using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.DriftChecks.Counters.Services;

/// <summary>What services' counters stood at in the last check: the content of the file that lies between two checks.</summary>
/// <param name="SchemaVersion">Of this format.</param>
/// <param name="PackageDigest">Of the package that was judged; its reference says what the values are.</param>
/// <param name="ReadAt">When.</param>
/// <param name="Replicas">By address.</param>
public sealed record ServiceDriftState(int SchemaVersion, Digest PackageDigest, DateTimeOffset ReadAt, IReadOnlyDictionary<string, ReplicaState> Replicas)
{
    public const int CurrentSchemaVersion = 1;

    /// <summary>The state of the last check of this model, or why there is none that can be used: counts then start anew.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="model">What is judged.</param>
    /// <param name="cellCount">Of its layout.</param>
    internal static (ServiceDriftState? State, string? WhyNot) Load(string path, CountedModel model, int cellCount)
    {
        if (!File.Exists(path))
        {
            return (null, null);
        }

        try
        {
            var state = PackageJson.Deserialize<ServiceDriftState>(File.ReadAllBytes(path), path);
            return state.SchemaVersion != CurrentSchemaVersion ? (null, $"{path} has format version {state.SchemaVersion}, not {CurrentSchemaVersion}")
                : state.PackageDigest != model.Digest ? (null, $"{path} is of the package {state.PackageDigest}, not of {model.Digest}")
                : state.Replicas.Values.Any(replica => replica.Values.Count != cellCount || replica.Values.Any(value => value < CounterReading.Absent)) ? (null, $"{path} does not fit the package's reference")
                : (state, null);
        }
        catch (InvalidDataException e)
        {
            return (null, e.Message.TrimEnd('.'));
        }
    }

    /// <summary>Puts the file in the place of the one before; killed at any instant, there is the one or the other.</summary>
    internal void Save(string path)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(directory);
        DurableFiles.Replace(path, PackageJson.Serialize(this));
    }
}
