using Pipeline.ModelPackage;

namespace Pipeline.Benchmarks.Hostile;

/// <summary>Tells whether a running service answers its golden rows right.</summary>
internal static class GoldenVerb
{
    public const string Usage = "golden --package DIR --port N";

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var package = PackageReader.Open(arguments.Text("--package"));
        var endpoint = arguments.Endpoint();
        arguments.ShouldBeUsedUp();
        var faults = await GoldenCheck.FaultsAsync(endpoint, package, CancellationToken.None);
        foreach (var fault in faults)
        {
            Output.Error(fault);
        }

        Output.Line($"golden {(faults.Count == 0 ? "right" : "wrong")}");
        return faults.Count == 0 ? 0 : 1;
    }
}
