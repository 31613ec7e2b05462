using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pipeline.Inference;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.ModelLoading;
using Pipeline.Inference.Predictions;

namespace Pipeline.Benchmarks.Serving;

/// <summary>The service as it ships, with its own options, and beside its routes those that it is measured against: same process, same port, same server.</summary>
internal static class ServeVerb
{
    public const string Usage = "serve [options of the service]";

    public static async Task<int> RunAsync(string[] arguments)
    {
        var (options, faults) = InferenceOptions.Read(arguments, Environment.GetEnvironmentVariable);
        if (options is null)
        {
            throw new ArgumentException(string.Join(' ', faults));
        }

        await using var app = InferenceService.Create(options, TimeProvider.System);
        app.MapPost("/bench/constant", new ConstantEndpoint(app.Services.GetRequiredService<ModelSlot>(), app.Services.GetRequiredService<NativeDialect>()).AnswerAsync);
        app.MapGet("/bench/empty", EmptyAsync);
        await app.StartAsync();
        app.Services.GetRequiredService<ModelLoader>().Load();
        await app.WaitForShutdownAsync();
        return 0;
    }

    private static Task EmptyAsync(HttpContext context)
    {
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }
}
