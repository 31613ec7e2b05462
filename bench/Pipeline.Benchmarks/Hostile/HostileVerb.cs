using System.Globalization;
using Pipeline.ModelPackage;

namespace Pipeline.Benchmarks.Hostile;

/// <summary>Sends seeded hostile requests to a service on this machine and prints how they were answered.</summary>
internal static class HostileVerb
{
    public const string Usage = "hostile --package DIR --port N [--count N] [--seed N] [--connections N]";

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var package = PackageReader.Open(arguments.Text("--package"));
        var endpoint = arguments.Endpoint();
        var (count, seed) = (arguments.Number("--count", 200_000), arguments.Number("--seed", 1));
        var connections = arguments.Number("--connections", HostileRun.MaxConnections);
        arguments.ShouldBeUsedUp();

        var report = await new HostileRun(endpoint, new HostileTarget(package, seed)).RunAsync(count, seed, connections, CancellationToken.None);
        foreach (var kind in report.Answers.GroupBy(answer => answer.Key.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal))
        {
            var statuses = kind.OrderBy(answer => answer.Key.Status).Select(answer => $"{(answer.Key.Status == 0 ? "closed" : answer.Key.Status.ToString(CultureInfo.InvariantCulture))} x {answer.Value}");
            Output.Line($"  {kind.Key,-20} {string.Join(", ", statuses)}");
        }

        foreach (var fault in report.Faults)
        {
            Output.Error(fault);
        }

        Output.Line($"faults {report.FaultCount}");
        return report.FaultCount == 0 ? 0 : 1;
    }
}
