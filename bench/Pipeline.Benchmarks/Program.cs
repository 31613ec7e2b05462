using Pipeline.Benchmarks;
using Pipeline.Benchmarks.DriftSimulation;
using Pipeline.Benchmarks.Hostile;
using Pipeline.Benchmarks.Load;
using Pipeline.Benchmarks.Requests;
using Pipeline.Benchmarks.Scoring;
using Pipeline.Benchmarks.Serving;

try
{
    return args switch
    {
        ["serve", .. var rest] => await ServeVerb.RunAsync(rest),
        ["requests", .. var rest] => RequestsVerb.Run(new Arguments(rest)),
        ["without-reference", .. var rest] => WithoutReferenceVerb.Run(new Arguments(rest)),
        ["tight-loop", .. var rest] => TightLoopVerb.Run(new Arguments(rest)),
        ["metrics", .. var rest] => MetricsVerb.Run(new Arguments(rest)),
        ["start", .. var rest] => await StartVerb.RunAsync(new Arguments(rest)),
        ["load", .. var rest] => await LoadVerb.RunAsync(new Arguments(rest)),
        ["probe", .. var rest] => await ProbeVerb.RunAsync(new Arguments(rest)),
        ["golden", .. var rest] => await GoldenVerb.RunAsync(new Arguments(rest)),
        ["hostile", .. var rest] => await HostileVerb.RunAsync(new Arguments(rest)),
        ["drift-simulation", .. var rest] => DriftSimulationVerb.Run(new Arguments(rest)),
        _ => throw new ArgumentException("There is no such verb."),
    };
}
catch (ArgumentException e)
{
    string[] verbs = [ServeVerb.Usage, RequestsVerb.Usage, WithoutReferenceVerb.Usage, TightLoopVerb.Usage, MetricsVerb.Usage, StartVerb.Usage, LoadVerb.Usage, ProbeVerb.Usage, GoldenVerb.Usage, HostileVerb.Usage, DriftSimulationVerb.Usage];
    Output.Error($"benchmarks: {e.Message}\nUsage: benchmarks VERB, one of\n  {string.Join("\n  ", verbs)}");
    return 64;
}
catch (Exception e) when (e is IOException or InvalidDataException or InvalidOperationException)
{
    Output.Error($"benchmarks: {e.Message}");
    return 1;
}
