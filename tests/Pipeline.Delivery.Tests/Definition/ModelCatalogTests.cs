using Pipeline.Delivery.Definition;
using Pipeline.Engine;

namespace Pipeline.Delivery.Tests.Definition;

public sealed class ModelCatalogTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("catalog ");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void The_only_model_is_picked_without_a_name()
    {
        AddModel("flight-delay");
        Directory.CreateDirectory(Path.Combine(_root.FullName, "models", "no-model"));

        ModelCatalog.Find(_root.FullName, null).Should().Be(Path.Combine(_root.FullName, "models", "flight-delay"));
        ModelCatalog.Find(_root.FullName, "flight-delay").Should().Be(Path.Combine(_root.FullName, "models", "flight-delay"));
    }

    [Fact]
    public void Of_several_models_one_must_be_named()
    {
        AddModel("flight-delay");
        AddModel("churn");

        Refusal(null).Should().Be("There are several models; say which with --model: churn, flight-delay.");
        ModelCatalog.Find(_root.FullName, "churn").Should().EndWith("churn");
    }

    [Theory]
    [InlineData("flight-dely", "*no model 'flight-dely'*did you mean 'flight-delay'?")]
    [InlineData("FLIGHT-DELAY", "*did you mean 'flight-delay'?")]
    [InlineData("../models/flight-delay", "*did you mean 'flight-delay'?*")]
    public void An_unknown_name_is_refused_with_the_nearest(string name, string message)
    {
        AddModel("flight-delay");

        Refusal(name).Should().Match(message);
    }

    [Fact]
    public void A_repository_without_models_says_so() => Refusal(null).Should().StartWith("There is no model");

    private string Refusal(string? name)
    {
        var act = () => ModelCatalog.Find(_root.FullName, name);
        var refusal = act.Should().Throw<PipelineException>().Which;
        refusal.ExitCode.Should().Be(ExitCode.Usage);
        return refusal.Message;
    }

    private void AddModel(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root.FullName, "models", name));
        File.WriteAllText(Path.Combine(folder.FullName, "model.yaml"), "name: " + name);
    }
}
