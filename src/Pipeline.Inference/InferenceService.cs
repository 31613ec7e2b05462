using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Logging.Console;
using Pipeline.Inference.Access;
using Pipeline.Inference.ApiDescription;
using Pipeline.Inference.DriftMonitoring;
using Pipeline.Inference.Errors;
using Pipeline.Inference.Health;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.MlflowScoring;
using Pipeline.Inference.ModelInfo;
using Pipeline.Inference.ModelLoading;
using Pipeline.Inference.OpenInference;
using Pipeline.Inference.Predictions;
using Pipeline.Inference.Scoring;
using Pipeline.Inference.Telemetry;
using Pipeline.Inference.Tracing;
using Pipeline.ModelPackage;
using Pipeline.Inference.Watching;

namespace Pipeline.Inference;

/// <summary>The inference service, from its options to its exit code.</summary>
public static partial class InferenceService
{
    /// <summary>Puts the service together; nothing runs yet.</summary>
    public static WebApplication Create(InferenceOptions options, TimeProvider clock)
    {
        // Empty: no configuration files and variables but those of InferenceOptions.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => ServerLimits.Apply(kestrel, options));
        ConfigureLogging(builder.Logging);
        builder.Services.AddRoutingCore().AddInference(options, clock);

        var app = builder.Build();
        var slot = app.Services.GetRequiredService<ModelSlot>();
        app.UseModelVersionHeader(slot);
        app.UseConnectionEnd(options);
        UseWhatIsAskedFor(app, options);
        app.UseRouting();
        NativeDialect.Map(app);
        MlflowDialect.Map(app);
        app.MapMlflowProbes();
        app.Services.GetRequiredService<OpenInferenceApi>().Map(app);
        app.MapModelInfo();
        app.MapApiDescription(options.NeedsKey ? KeyMiddleware.OpenPaths(options) : null);
        app.MapHealth();
        app.MapMetrics(app.Services.GetRequiredService<InferenceMetrics>());
        return app;
    }

    // What is not asked for is not in the chain, and costs nothing.
    private static void UseWhatIsAskedFor(WebApplication app, InferenceOptions options)
    {
        if (options.Traces)
        {
            app.Services.GetRequiredService<RequestTracing>();
            app.UseMiddleware<TracingMiddleware>();
        }

        app.UseMiddleware<ErrorMiddleware>();
        if (options.MetricsPort is not null)
        {
            app.Use(MetricsConnection.Separate);
        }

        if (options.NeedsKey)
        {
            app.UseMiddleware<KeyMiddleware>();
        }
    }

    /// <summary>Serves until stopped.</summary>
    /// <returns>One of <see cref="ServiceExit"/>; what went wrong is told on standard error.</returns>
    public static async Task<int> RunAsync(InferenceOptions options, TimeProvider clock)
    {
        var onnxRuntime = OnnxRuntimeEnvironment.StartInBackground();
        await using var app = Create(options, clock);
        try
        {
            await app.StartAsync();
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            StandardStreams.WriteError($"cannot listen on {ServerLimits.Describe(options)}: {e.Message} Choose another with --address, --port and --metrics-port.");

            // A process that ends while a library is being loaded may crash. Whether that failed does not matter any more.
            await Task.WhenAny(onnxRuntime);
            return ServiceExit.Error;
        }
        catch (InvalidDataException e)
        {
            StandardStreams.WriteError(e.Message);
            await Task.WhenAny(onnxRuntime);
            return ServiceExit.Error;
        }

        TellAddresses(app);
        if (options.ExitWithParent)
        {
            ParentWatch.Start(app.Lifetime);
        }

        var failure = await Task.Run(() => LoadModel(app.Services));
        if (failure is not null)
        {
            await app.StopAsync();
            StandardStreams.WriteError(failure);
            return ServiceExit.Error;
        }

        await app.WaitForShutdownAsync();
        return ServiceExit.Pass;
    }

    // Whatever fails here, the service can never be ready: the reason is told and the process ends, so that an orchestrator sees it.
    private static string? LoadModel(IServiceProvider services)
    {
        try
        {
            services.GetRequiredService<ModelLoader>().Load();
            return null;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return $"the model cannot be served: {e.Message}";
        }
        catch (Exception e)
        {
            return $"the model cannot be served: {e.GetType().Name}: {e.Message}";
        }
    }

    private static IServiceCollection AddInference(this IServiceCollection services, InferenceOptions options, TimeProvider clock) => services
        .AddSingleton(options)
        .AddSingleton(clock)
        .AddSingleton<InferenceMetrics>()
        .AddSingleton<DriftMetrics>()
        .AddSingleton<Readiness>()
        .AddSingleton<ModelSlot>()
        .AddSingleton<ModelLoader>()
        .AddSingleton<HeavyWork>()
        .AddSingleton<PredictionEndpoint>()
        .AddSingleton<NativeDialect>()
        .AddSingleton<MlflowDialect>()
        .AddSingleton<OpenInferenceDialect>()
        .AddSingleton<OpenInferenceApi>()
        .AddWatching(options)
        .AddSingleton<RequestTracing>()
        .AddSingleton<ApiKeys>()
        .AddHostedService(provider => provider.GetRequiredService<ApiKeys>())
        .AddHostedService<DrainOnStop>()
        .AddHostedService<MemoryTrim>()
        .Configure<HostOptions>(host => host.ShutdownTimeout = DrainOnStop.TimeToStop(options))
        .Configure<ConsoleLifetimeOptions>(lifetime => lifetime.SuppressStatusMessages = true);

    // One line an event on standard output. The framework speaks up from warnings on; its request log would cost more than a prediction.
    private static void ConfigureLogging(ILoggingBuilder logging) => logging
        .AddFilter("Microsoft", LogLevel.Warning)
        .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)

        // Whatever a client can cause by itself must not fill the log: connections beyond the cap, bodies that end early.
        .AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Critical)

        // What keeps the service from starting is told in one line at the end, not as a stack trace.
        .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None)
        .AddSimpleConsole(format =>
        {
            format.SingleLine = true;
            format.ColorBehavior = LoggerColorBehavior.Disabled;
            format.UseUtcTimestamp = true;
            format.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });

    private static void TellAddresses(WebApplication app)
    {
        foreach (var address in app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses)
        {
            Log.Listening(app.Logger, address);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "listening on {Address}")]
        public static partial void Listening(ILogger logger, string address);
    }
}
