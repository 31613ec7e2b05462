using Pipeline.Benchmarks;
using Pipeline.Engine;
using Pipeline.TrainingBenchmarks;

try
{
    return args switch
    {
        ["stages", .. var rest] => await StagesVerb.RunAsync(new Arguments(rest)),
        _ => throw new ArgumentException("There is no such verb."),
    };
}
catch (ArgumentException e)
{
    Output.Error($"training-benchmarks: {e.Message}\nUsage: training-benchmarks VERB, one of\n  {StagesVerb.Usage}");
    return 64;
}
catch (Exception e) when (e is IOException or InvalidDataException or PipelineException)
{
    Output.Error($"training-benchmarks: {e.Message}");
    return 1;
}
