namespace Pipeline.Engine;

/// <summary>What a stage makes and the next one takes: files in a folder of the store, and a typed view of them.</summary>
/// <typeparam name="TSelf">The artifact's own type.</typeparam>
public interface IArtifact<TSelf>
    where TSelf : IArtifact<TSelf>
{
    /// <summary>Reads the artifact back; called after writing it as after restoring it, so that both give the same.</summary>
    /// <exception cref="InvalidDataException">The folder does not hold such an artifact.</exception>
    static abstract TSelf Load(string directory);
}
