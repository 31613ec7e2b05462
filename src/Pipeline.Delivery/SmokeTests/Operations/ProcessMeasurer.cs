using Pipeline.Delivery.Images;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.SmokeTests.Operations;

/// <summary>
/// Measures processes of this machine, over HTTP on the loopback address. In each round every package is served by a new process; while all of them run, blocks of requests go to each
/// in turn, and who is first changes, so that whatever else the machine does hits all alike.
/// </summary>
internal sealed class ProcessMeasurer(TimeProvider clock) : IServiceMeasurer
{
    // What is compiled, allocated or connected with the first requests is no part of latency.
    private const int WarmUpRequests = 100;

    private const int BlocksOfRound = 5;
    private const int RequestsOfBlock = 100;

    public async Task<IReadOnlyList<MeasuredService>> MeasureAsync(ServiceBinaries binaries, IReadOnlyList<PackagedModel> packages, int rounds, CancellationToken cancellationToken)
    {
        var sides = packages.Select(package => new Side(package)).ToList();
        for (var round = 0; round < rounds; round++)
        {
            await MeasureRoundAsync(binaries, Turned([.. sides.Where(side => side.Fault is null)], round), cancellationToken);
        }

        return [.. sides.Select(side => new MeasuredService(side.Fault is null ? side.Processes : [], side.Fault))];
    }

    private async Task MeasureRoundAsync(ServiceBinaries binaries, List<Side> sides, CancellationToken cancellationToken)
    {
        try
        {
            await ForEachAsync(sides, async side => side.Service = await RunningService.StartAsync(side.Package, binaries, clock, cancellationToken));
            await ForEachAsync(sides, side => side.Service!.SendAsync(WarmUpRequests, cancellationToken));
            for (var block = 0; block < BlocksOfRound; block++)
            {
                await ForEachAsync(Turned(sides, block), async side => side.Blocks.Add(await side.Service!.SendAsync(RequestsOfBlock, cancellationToken)));
            }

            await ForEachAsync(sides, side =>
            {
                side.Processes.Add(new MeasuredProcess(side.Service!.StartMs, side.Service.ResidentMb(), [.. side.Blocks]));
                return Task.CompletedTask;
            });
        }
        finally
        {
            foreach (var side in sides)
            {
                await side.EndAsync();
            }
        }
    }

    /// <summary>A package that cannot be served is no fault of the others.</summary>
    private static async Task ForEachAsync(List<Side> sides, Func<Side, Task> step)
    {
        foreach (var side in sides.Where(side => side.Fault is null))
        {
            try
            {
                await step(side);
            }
            catch (Exception e) when (e is InvalidDataException or HttpRequestException or IOException or TaskCanceledException { InnerException: TimeoutException })
            {
                side.Fault = e.Message;
            }
        }
    }

    private static List<Side> Turned(List<Side> sides, int by) => [.. sides.Select((_, i) => sides[(i + by) % sides.Count])];

    private sealed class Side(PackagedModel package)
    {
        public PackagedModel Package { get; } = package;

        public List<MeasuredProcess> Processes { get; } = [];

        public List<IReadOnlyList<double>> Blocks { get; } = [];

        public RunningService? Service { get; set; }

        public string? Fault { get; set; }

        public async Task EndAsync()
        {
            Blocks.Clear();
            if (Service is not null)
            {
                await Service.DisposeAsync();
                Service = null;
            }
        }
    }
}
