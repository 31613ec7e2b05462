using Pipeline.Benchmarks;
using Pipeline.DriftBenchmarks;
using Pipeline.DriftBenchmarks.Prometheus;
using Pipeline.Engine;

try
{
    return args switch
    {
        ["make", .. var rest] => await MakeVerb.RunAsync(new Arguments(rest)),
        ["read", .. var rest] => await ReadVerb.RunAsync(new Arguments(rest)),
        ["prometheus-history", .. var rest] => HistoryVerb.Run(rest),
        ["prometheus-window", .. var rest] => await WindowVerb.RunAsync(rest),
        _ => throw new ArgumentException("There is no such verb."),
    };
}
catch (ArgumentException e)
{
    Output.Error($"drift-benchmarks: {e.Message}\nUsage: drift-benchmarks VERB, one of\n  {MakeVerb.Usage}\n  {ReadVerb.Usage}\n  {HistoryVerb.Usage}\n  {WindowVerb.Usage}");
    return 64;
}
catch (Exception e) when (e is IOException or InvalidDataException or PipelineException)
{
    Output.Error($"drift-benchmarks: {e.Message}");
    return 1;
}
