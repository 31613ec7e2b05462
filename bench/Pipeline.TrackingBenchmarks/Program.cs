using Pipeline.Benchmarks;
using Pipeline.TrackingBenchmarks;

const string Usage = "Usage: tracking-benchmarks points|concurrent|run|check|search --directory DIR [--number N]";

try
{
    var arguments = new Arguments(args.AsSpan(Math.Min(1, args.Length)));
    var (directory, verb) = (arguments.Text("--directory"), args[0]);
    var number = arguments.Number("--number", verb == "points" ? 100_000 : 20);
    arguments.ShouldBeUsedUp();
    await (verb switch
    {
        "points" => StoreVerbs.PointsAsync(directory, number),
        "concurrent" => StoreVerbs.ConcurrentAsync(directory, number),
        "run" => StoreVerbs.RunAsync(directory, number),
        "check" => StoreVerbs.CheckAsync(directory, number),
        "search" => StoreVerbs.SearchAsync(directory, number),
        _ => throw new ArgumentException($"There is no verb '{verb}'."),
    });
    return 0;
}
catch (ArgumentException e)
{
    Output.Error($"tracking-benchmarks: {e.Message}\n{Usage}");
    return 64;
}
