using Pipeline.Benchmarks;
using Pipeline.ReleaseBenchmarks;

try
{
    var arguments = new Arguments(args);
    var (model, key, person, count) = (arguments.Text("--model"), arguments.Text("--key"), arguments.Text("--person"), arguments.Number("--promotions", 500));
    arguments.ShouldBeUsedUp();
    var records = await MadeUpRecords.WriteAsync(model, key, person, count);
    Output.Line($"records {records}");
    return 0;
}
catch (ArgumentException e)
{
    Output.Error($"release-benchmarks: {e.Message}\nUsage: release-benchmarks --model FOLDER --key FILE --person ADDRESS [--promotions N]");
    return 64;
}
