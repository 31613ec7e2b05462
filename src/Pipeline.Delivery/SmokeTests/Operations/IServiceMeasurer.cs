using Pipeline.Delivery.Images;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.SmokeTests.Operations;

/// <summary>Runs the service with several packages side by side and takes their times and memory: the boundary to processes and clocks.</summary>
internal interface IServiceMeasurer
{
    /// <param name="binaries">The service, the same for all packages, so that only the packages differ.</param>
    /// <param name="packages">What to serve.</param>
    /// <param name="rounds">How many processes of each.</param>
    /// <param name="cancellationToken">Ends every process.</param>
    /// <returns>One for each package, in their order. One that cannot be served has a fault; the others are measured all the same.</returns>
    Task<IReadOnlyList<MeasuredService>> MeasureAsync(ServiceBinaries binaries, IReadOnlyList<PackagedModel> packages, int rounds, CancellationToken cancellationToken);
}
