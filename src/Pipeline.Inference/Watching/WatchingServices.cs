using System.Buffers.Binary;
using System.Security.Cryptography;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.PredictionLog;
using Pipeline.Inference.Shadow;

namespace Pipeline.Inference.Watching;

/// <summary>Registers those who watch predictions; what is off is not there.</summary>
internal static class WatchingServices
{
    public static IServiceCollection AddWatching(this IServiceCollection services, InferenceOptions options)
    {
        services.AddSingleton<PredictionWatch>();
        if (options.PredictionLog is { } log)
        {
            services
                .AddSingleton(new RequestSampler(log.Sample, BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(long)))))
                .AddSingleton<PredictionLogMetrics>()
                .AddSingleton<PredictionRecorder>()
                .AddSingleton<PredictionLogFiles>()
                .AddHostedService<PredictionLogWriter>();
        }

        if (options.Shadow is not null)
        {
            services
                .AddSingleton<ShadowMetrics>()
                .AddSingleton<ShadowLoader>()
                .AddSingleton<ShadowRunner>()
                .AddHostedService(provider => provider.GetRequiredService<ShadowRunner>());
        }

        return services;
    }
}
