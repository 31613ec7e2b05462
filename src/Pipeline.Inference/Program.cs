using Pipeline.Inference;
using Pipeline.Inference.Health;
using Pipeline.Inference.Hosting;

var (options, faults) = InferenceOptions.Read(args, Environment.GetEnvironmentVariable);
if (options is null)
{
    StandardStreams.WriteError($"{string.Join(" ", faults)} {InferenceOptions.Usage}");
    return ServiceExit.Usage;
}

return options.Verb switch
{
    ServiceVerb.HealthCheck => HealthCheckVerb.Run(options),
    _ => await InferenceService.RunAsync(options, TimeProvider.System),
};
