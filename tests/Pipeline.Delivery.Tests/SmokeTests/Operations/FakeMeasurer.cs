using Pipeline.Delivery.Images;
using Pipeline.Delivery.SmokeTests.Operations;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.SmokeTests.Operations;

/// <summary>Services that nobody runs: times from a seeded generator, memory and start as told.</summary>
internal sealed class FakeMeasurer(int seed = 1) : IServiceMeasurer
{
    private const int Blocks = 5;
    private const int RequestsOfBlock = 100;

    private readonly Random _random = new(seed);

    /// <summary>By package: how slow it is, 1 for usual.</summary>
    public Dictionary<Digest, double> Slowness { get; } = [];

    /// <summary>By package: why it cannot be served.</summary>
    public Dictionary<Digest, string> Faults { get; } = [];

    /// <summary>How much slower the machine is in a round, for all alike.</summary>
    public Func<int, double> Machine { get; init; } = _ => 1;

    /// <summary>How long a start takes in a round.</summary>
    public Func<int, double> StartMs { get; init; } = _ => 100;

    public List<(IReadOnlyList<Digest> Packages, int Rounds)> Asked { get; } = [];

    public Task<IReadOnlyList<MeasuredService>> MeasureAsync(ServiceBinaries binaries, IReadOnlyList<PackagedModel> packages, int rounds, CancellationToken cancellationToken)
    {
        Asked.Add(([.. packages.Select(package => package.Digest)], rounds));
        return Task.FromResult<IReadOnlyList<MeasuredService>>([.. packages.Select(package => Measure(package.Digest, rounds))]);
    }

    private MeasuredService Measure(Digest package, int rounds)
    {
        if (Faults.TryGetValue(package, out var fault))
        {
            return new MeasuredService([], fault);
        }

        var slowness = Slowness.GetValueOrDefault(package, 1);
        return new MeasuredService([.. Enumerable.Range(0, rounds).Select(round => new MeasuredProcess(StartMs(round) * slowness, 50 * slowness, Times(slowness * Machine(round))))], null);
    }

    /// <summary>Log-normal about 1 ms, as times of requests are: the 99th percentile is some 3.2 times the median.</summary>
    private IReadOnlyList<IReadOnlyList<double>> Times(double scale) =>
        [.. Enumerable.Range(0, Blocks).Select(_ => (IReadOnlyList<double>)[.. Enumerable.Range(0, RequestsOfBlock).Select(_ => scale * Math.Exp(0.5 * Normal()))])];

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
