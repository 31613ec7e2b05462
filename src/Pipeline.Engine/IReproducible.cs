namespace Pipeline.Engine;

/// <summary>An artifact that the same inputs must give again, whenever and wherever it is made.</summary>
public interface IReproducible
{
    /// <summary>A digest of what must be the same; times and durations are not in it.</summary>
    string Fingerprint { get; }
}
