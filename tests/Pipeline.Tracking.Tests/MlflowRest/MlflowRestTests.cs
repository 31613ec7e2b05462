using Pipeline.Tracking.MlflowRest;

namespace Pipeline.Tracking.Tests.MlflowRest;

/// <summary>A stand-in for each test, and clients of it that need not wait.</summary>
public abstract class MlflowRestTests : IAsyncLifetime
{
    private readonly List<string> _warnings = [];

    internal static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    internal static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    internal static CancellationToken Stop => TestContext.Current.CancellationToken;

    internal RecordedMlflowServer Server { get; private set; } = null!;

    internal HurriedTime Time { get; } = new();

    internal IReadOnlyList<string> Warnings => _warnings;

    public async ValueTask InitializeAsync() => Server = await RecordedMlflowServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Server.DisposeAsync();
    }

    internal MlflowRestStore Open(Dictionary<string, string>? environment = null, Uri? address = null, string? home = null, MlflowRetrySettings? retries = null)
    {
        var settings = MlflowRestSettings.FromEnvironment(address ?? Server.Address, name => environment?.GetValueOrDefault(name), home ?? Path.Combine(Path.GetTempPath(), "no such home"));
        return new MlflowRestStore(retries is null ? settings : settings with { Retries = retries }, Time, 1, _warnings.Add);
    }

    internal static NewRun Run(string experiment) => new(experiment, "key", "train", Start, "anna", None);

    internal static async Task<TrackedRun> MakeRunAsync(IRunTracker store) => await store.EnsureRunAsync(Run(await store.EnsureExperimentAsync("experiment", Stop)), Stop);

    internal static async Task<TrackingException> FaultAsync(Func<Task> call) => (await call.Should().ThrowAsync<TrackingException>()).Which;
}
