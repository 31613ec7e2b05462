using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.ModelLoading;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Inference.Tests;

/// <summary>The service in this process, on a port of its own, with the test model.</summary>
public sealed class RunningService : IAsyncDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("inference ");

    private RunningService(Func<InferenceOptions, InferenceOptions>? settings, TimeProvider clock, FeatureSchema? schema, bool hasReference, Func<string, PackagedModel>? write, byte[]? onnx)
    {
        var directory = Path.Combine(_root.FullName, "model");
        Package = write?.Invoke(directory) ?? TestModel.WritePackage(directory, onnx: onnx, schema: schema, hasReference: hasReference);
        var options = new InferenceOptions { PackageDirectory = Package.Directory, Address = IPAddress.Loopback, Port = 0 };
        App = InferenceService.Create(settings?.Invoke(options) ?? options, clock);
    }

    public PackagedModel Package { get; }

    public WebApplication App { get; }

    public HttpClient Client { get; } = new();

    /// <summary>The port of predictions and, if there is one, that of metrics.</summary>
    public IReadOnlyList<Uri> Addresses => [.. App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address))];

    /// <summary>Listens, but has no model yet.</summary>
    public static async Task<RunningService> ListenAsync(Func<InferenceOptions, InferenceOptions>? settings = null, TimeProvider? clock = null, FeatureSchema? schema = null, bool hasReference = true, Func<string, PackagedModel>? write = null, byte[]? onnx = null)
    {
        var service = new RunningService(settings, clock ?? TimeProvider.System, schema, hasReference, write, onnx);
        await service.App.StartAsync(TestContext.Current.CancellationToken);
        service.Client.BaseAddress = service.Addresses[0];
        return service;
    }

    public static async Task<RunningService> StartAsync(Func<InferenceOptions, InferenceOptions>? settings = null, FeatureSchema? schema = null, bool hasReference = true, Func<string, PackagedModel>? write = null, byte[]? onnx = null)
    {
        var service = await ListenAsync(settings, schema: schema, hasReference: hasReference, write: write, onnx: onnx);
        service.LoadModel();
        return service;
    }

    public void LoadModel() => App.Services.GetRequiredService<ModelLoader>().Load();

    public Task<HttpResponseMessage> GetAsync(string path) => Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    public Task<HttpResponseMessage> PredictAsync(string body, string contentType = "application/json") => PredictAsync(Encoding.UTF8.GetBytes(body), contentType);

    public Task<HttpResponseMessage> PredictAsync(byte[] body, string? contentType = "application/json") => PostAsync("/v1/predict", body, contentType);

    public async Task<HttpResponseMessage> PostAsync(string path, byte[] body, string? contentType)
    {
        using var content = new ByteArrayContent(body);
        if (contentType is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        return await Client.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
    }

    public static async Task<JsonObject> JsonOf(HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsObject();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.StopAsync(CancellationToken.None);
        await App.DisposeAsync();
        _root.Delete(recursive: true);
    }
}
