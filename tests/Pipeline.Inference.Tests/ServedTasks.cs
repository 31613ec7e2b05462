using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Inference.Tests;

/// <summary>A running service for each task, for all tests of a class.</summary>
public sealed class ServedTasks : IAsyncLifetime
{
    private readonly Dictionary<string, RunningService> _services = new(StringComparer.Ordinal);

    public static TheoryData<string> All => [.. ModelTask.Names];

    public IReadOnlyCollection<RunningService> Services => _services.Values;

    public RunningService this[string task] => _services[task];

    public async ValueTask InitializeAsync()
    {
        _services.Add(ModelTask.Binary, await RunningService.StartAsync());
        _services.Add(ModelTask.Multiclass, await RunningService.StartAsync(write: directory => TestModel.WriteClassesPackage(directory)));
        _services.Add(ModelTask.Regression, await RunningService.StartAsync(write: directory => TestModel.WriteNumberPackage(directory)));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in Services)
        {
            await service.DisposeAsync();
        }
    }
}
