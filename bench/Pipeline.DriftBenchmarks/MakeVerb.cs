using Pipeline.Benchmarks;

namespace Pipeline.DriftBenchmarks;

/// <summary>Makes a model, its package, and a file of rows to check.</summary>
internal static class MakeVerb
{
    public const string Usage = "make --directory DIR [--features N] [--rows N] [--seed N]";

    private const int TrainingRows = 50_000;

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var model = new BenchmarkModel(arguments.Text("--directory"), arguments.Number("--features", 5));
        var (rows, seed) = (arguments.Number("--rows", 3_000_000), arguments.Number("--seed", 1));
        arguments.ShouldBeUsedUp();
        model.Write(TrainingRows, rows, seed);
        await model.PackageAsync();
        return 0;
    }
}
