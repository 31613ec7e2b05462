using Pipeline.Delivery.Tests;

[assembly: AssemblyFixture(typeof(TrainedStore))]

namespace Pipeline.Delivery.Tests;

/// <summary>The small model, prepared, trained and evaluated once for all tests; each works on a copy of its store.</summary>
public sealed class TrainedStore : IAsyncLifetime
{
    private readonly Stages _stages = new();

    public async ValueTask InitializeAsync() => await _stages.EvaluateAsync();

    public ValueTask DisposeAsync()
    {
        _stages.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Stages over a copy of the store, where everything up to Evaluate is restored.</summary>
    internal Stages Copy(TimeProvider? clock = null)
    {
        var copy = new Stages(clock);
        var from = Path.Combine(_stages.Fixture.Artifacts, "store");
        foreach (var path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(copy.Fixture.Artifacts, "store", Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(path, to);
        }

        return copy;
    }
}
