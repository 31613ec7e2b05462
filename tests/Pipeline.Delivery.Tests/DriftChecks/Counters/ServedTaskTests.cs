using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.DriftChecks;
using Pipeline.Delivery.DriftChecks.Counters;
using Pipeline.Delivery.DriftChecks.Counters.Services;
using Pipeline.Inference;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.ModelLoading;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Delivery.Tests.DriftChecks.Counters;

/// <summary>Counters of a real service with models of several classes and of a number.</summary>
public sealed class ServedTaskTests : IDisposable
{
    private readonly StageFixture _fixture = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(ModelTask.Multiclass)]
    [InlineData(ModelTask.Regression)]
    public async Task What_the_service_counted_is_what_the_reference_counts_and_can_be_judged(string task)
    {
        var directory = Path.Combine(_fixture.Root, "model");
        var package = task == ModelTask.Multiclass ? TestModel.WriteClassesPackage(directory) : TestModel.WriteNumberPackage(directory);
        var reference = PackageReader.ReadReferenceProfile(package);
        await using var service = InferenceService.Create(new InferenceOptions { PackageDirectory = directory, Address = IPAddress.Loopback, Port = 0 }, TimeProvider.System);
        await service.StartAsync(Token);
        service.Services.GetRequiredService<ModelLoader>().Load();
        var address = service.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        await AskAsync(address);

        var source = new ServiceDriftSource(CountedModel.Of(package), [address], Path.Combine(_fixture.Root, "state.json"), apiKey: null, TimeProvider.System);
        var report = await new DriftCheckStage(package, reference, DriftSettings.Default, _fixture.Runner.Log).RunAsync(source, stage: null, windowCount: 1, earlier: [], Token);
        var window = (await source.ReadAsync(new WindowPlan(TimeSpan.FromDays(1), 1, End: null), Token)).Should().ContainSingle().Subject;
        await service.StopAsync(Token);

        (window.Profile.Rows, window.Coverage).Should().Be((2L * reference.TestRows, 1));
        window.Profile.Predictions!.Bins.Should().Equal(reference.Predictions.Test.Bins.Select(count => 2 * count));
        window.Profile.Predictions.Labels.Should().BeEquivalentTo(reference.Predictions.Test.Labels.ToDictionary(label => label.Key, label => 2 * label.Value));
        string[] answers = task == ModelTask.Multiclass ? ["prediction", "predicted label"] : ["prediction"];
        report.Windows[^1].Drift.Subjects.Skip(4).Select(subject => subject.Name).Should().Equal(answers);
        report.Windows[^1].Performance.Select(estimate => estimate.Metric).Should().Equal(task == ModelTask.Multiclass ? ["accuracy"] : Array.Empty<string>());
        report.Notes.Should().ContainMatch("Not checked: labels, which are not known yet.*");
    }

    // Twice, so that there are rows enough to judge.
    private static async Task AskAsync(string address)
    {
        using var client = new HttpClient { BaseAddress = new Uri(address) };
        var rows = TestModelReference.TestRows.Select(row => (JsonNode)new JsonObject { ["hour"] = row.Hour, ["origin"] = row.Origin, ["distance"] = row.Distance, ["destination"] = row.Destination });
        var body = new JsonObject { ["rows"] = new JsonArray([.. rows]) }.ToJsonString();
        for (var request = 0; request < 2; request++)
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var response = await client.PostAsync(new Uri("/v1/predict", UriKind.Relative), content, Token);
            response.StatusCode.Should().Be(HttpStatusCode.OK);
        }
    }
}
