using System.Xml.Linq;

namespace Pipeline.Repository.Tests;

/// <summary>Dependencies point downwards. An edge that is not here needs a decision, not a line in this file.</summary>
public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["_build"] = ["Pipeline.Delivery"],
        ["Pipeline.Delivery"] = ["Pipeline.Engine", "Pipeline.Tracking", "Pipeline.OnnxExport", "Pipeline.ModelPackage", "Pipeline.Drift", "Pipeline.Metrics"],
        ["Pipeline.OnnxExport"] = ["Pipeline.ModelPackage"],
        ["Pipeline.ModelPackage"] = ["Pipeline.Drift"],
        ["Pipeline.Inference"] = ["Pipeline.ModelPackage", "Pipeline.Drift"],
        ["Pipeline.Benchmarks"] = ["Pipeline.Inference", "Pipeline.ModelPackage"],
        ["Pipeline.MetricBenchmarks"] = ["Pipeline.Metrics"],
        ["Pipeline.ScoringBenchmarks"] = ["Pipeline.OnnxExport"],
        ["Pipeline.TrackingBenchmarks"] = ["Pipeline.Tracking"],
        ["Pipeline.DriftBenchmarks"] = ["Pipeline.Delivery"],
        ["Pipeline.ReleaseBenchmarks"] = ["Pipeline.Delivery"],
        ["Pipeline.TrainingBenchmarks"] = ["Pipeline.Delivery"],
    };

    public static TheoryData<string> Layered => [.. RepositoryFolder.Projects("src"), .. RepositoryFolder.Projects("build"), .. RepositoryFolder.Projects("bench")];

    public static TheoryData<string> Tested => [.. RepositoryFolder.Projects("tests")];

    [Theory]
    [MemberData(nameof(Layered))]
    public void Project_refers_only_to_what_lies_below_it(string project)
    {
        var references = References(project, "ProjectReference").Select(Path.GetFileNameWithoutExtension);

        references.Should().BeSubsetOf(Allowed.GetValueOrDefault(Path.GetFileNameWithoutExtension(project), []));
    }

    [Theory]
    [MemberData(nameof(Tested))]
    public void Test_project_refers_only_to_src(string project)
    {
        var references = References(project, "ProjectReference").ToList();

        references.Where(reference => !reference.Replace('\\', '/').StartsWith("../../src/", StringComparison.Ordinal)).Should().BeEmpty();
    }

    [Fact]
    public void Service_does_not_bring_the_training_library() =>
        new[] { "src/Pipeline.Inference/Pipeline.Inference.csproj", "src/Pipeline.ModelPackage/Pipeline.ModelPackage.csproj", "src/Pipeline.Drift/Pipeline.Drift.csproj" }
            .Where(project => File.Exists(Path.Combine(RepositoryFolder.Root, project)))
            .SelectMany(project => References(project, "PackageReference"))
            .Should().NotContain(package => package == "Microsoft.ML" || (package.StartsWith("Microsoft.ML.", StringComparison.Ordinal) && !package.StartsWith("Microsoft.ML.OnnxRuntime", StringComparison.Ordinal)));

    [Fact]
    public void Drift_needs_nothing_but_the_base_class_library() =>
        RepositoryFolder.Projects("src").Where(project => project.EndsWith("Pipeline.Drift.csproj", StringComparison.Ordinal))
            .SelectMany(project => References(project, "PackageReference"))
            .Should().BeEmpty();

    [Fact]
    public void Only_the_build_tool_knows_NUKE()
    {
        RepositoryFolder.Projects("src").SelectMany(project => References(project, "PackageReference"))
            .Should().NotContain(package => package.StartsWith("Nuke", StringComparison.OrdinalIgnoreCase));
        Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Should().NotContain(file => File.ReadAllText(file).Contains("using Nuke", StringComparison.Ordinal));
    }

    [Fact]
    public void Benchmarks_run_the_service_compiled_and_set_up_as_it_ships()
    {
        string[] settings = ["IsAotCompatible", "JsonSerializerIsReflectionEnabledByDefault", "OptimizationPreference", "EventSourceSupport", "UseSystemResourceKeys", "StackTraceSupport", "ServerGarbageCollection", "RuntimeHostConfigurationOption"];

        var (service, benchmarks) = (Settings("src/Pipeline.Inference/Pipeline.Inference.csproj"), Settings("bench/Pipeline.Benchmarks/Pipeline.Benchmarks.csproj"));

        service.Should().NotBeEmpty();
        benchmarks.Should().Contain(service);

        List<string> Settings(string project) =>
            [.. XDocument.Parse(RepositoryFolder.Read(project)).Descendants().Where(element => settings.Contains(element.Name.LocalName))
                .Select(element => $"{element.Name.LocalName} {element.Attribute("Include")?.Value} {element.Attribute("Value")?.Value}{element.Value}")];
    }

    [Fact]
    public void Solution_holds_every_project()
    {
        var solution = RepositoryFolder.Read("Pipeline.sln").Replace('\\', '/');

        foreach (var project in new[] { "src", "build", "tests", "bench" }.SelectMany(RepositoryFolder.Projects))
        {
            solution.Should().Contain($"\"{project}\"");
        }
    }

    [Fact]
    public void Filter_of_the_Test_target_holds_every_test_project_and_nothing_else()
    {
        using var filter = System.Text.Json.JsonDocument.Parse(RepositoryFolder.Read("tests", "Tests.slnf"));

        var projects = filter.RootElement.GetProperty("solution").GetProperty("projects").EnumerateArray().Select(project => project.GetString()!.Replace('\\', '/'));

        projects.Should().BeEquivalentTo(RepositoryFolder.Projects("tests"));
    }

    private static IEnumerable<string> References(string project, string kind) =>
        XDocument.Parse(RepositoryFolder.Read(project)).Descendants(kind).Select(reference => (string)reference.Attribute("Include")!).Where(include => include is not null);
}
