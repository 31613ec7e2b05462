using Pipeline.Delivery.Sources;
using Pipeline.Engine;

namespace Pipeline.Delivery.Tests.Sources;

public sealed class SourceCodeTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("pipeline-sources-").FullName;

    public SourceCodeTests()
    {
        Write("src/A/One.cs", "one");
        Write("src/A/Deep/Two.proto", "two");
        Write("global.json", "{}");
    }

    [Fact]
    public void Digest_depends_on_names_and_content_only()
    {
        var digest = Compute();

        Write("src/A/bin/Debug/Made.cs", "made");
        Write("src/A/obj/Made.cs", "made");
        Write("src/A/notes.md", "notes");

        Compute().Should().Be(digest);
    }

    [Fact]
    public void Digest_changes_with_a_file_its_name_and_a_single_file()
    {
        var seen = new HashSet<string> { Compute().ToString() };

        Write("src/A/One.cs", "other");
        seen.Add(Compute().ToString()).Should().BeTrue();
        Write("src/A/page.html", "page");
        seen.Add(Compute().ToString()).Should().BeTrue();
        Write("src/A/page.js", "script");
        seen.Add(Compute().ToString()).Should().BeTrue();
        File.Move(Path.Combine(_root, "src/A/One.cs"), Path.Combine(_root, "src/A/Three.cs"));
        seen.Add(Compute().ToString()).Should().BeTrue();
        Write("global.json", "{ }");
        seen.Add(Compute().ToString()).Should().BeTrue();
    }

    [Fact]
    public void Versions_of_the_packages_that_its_projects_refer_to_count_and_those_of_others_do_not()
    {
        Write("src/A/A.csproj", """<Project><ItemGroup><PackageReference Include="Used" /><PackageReference Include="Beside" /></ItemGroup></Project>""");
        Write("src/B/B.csproj", """<Project><ItemGroup><PackageReference Include="Other" /></ItemGroup></Project>""");
        Write("Directory.Packages.props", Packages());
        var digest = Compute();

        Write("Directory.Packages.props", Packages(other: "2.0.0", beside: "2.0.0"));
        Compute().Should().Be(digest);
        Write("Directory.Packages.props", Packages(used: "2.0.0"));
        Compute().Should().NotBe(digest);
        Write("Directory.Packages.props", Packages(pin: "2.0.0"));
        Compute().Should().NotBe(digest, "no project file tells whose a pin of a transitive package is");

        static string Packages(string used = "1.0.0", string other = "1.0.0", string beside = "1.0.0", string pin = "1.0.0") => $"""
            <Project>
              <ItemGroup><PackageVersion Include="Used" Version="{used}" /><PackageVersion Include="Other" Version="{other}" /><PackageVersion Include="Beside" Version="{beside}" /></ItemGroup>
              <ItemGroup Label="pins of transitive packages"><PackageVersion Include="Pin" Version="{pin}" /></ItemGroup>
            </Project>
            """;
    }

    [Fact]
    public void Files_and_packages_are_told_by_name()
    {
        Write("src/A/A.csproj", """<Project><ItemGroup><PackageReference Include="used" /><PackageReference Include="Own" VersionOverride="3.0.0" /></ItemGroup></Project>""");
        Write("Directory.Packages.props", """<Project><ItemGroup><PackageVersion Include="Used" Version="1.0.0" /></ItemGroup></Project>""");

        var details = SourceCode.Of(_root, ["src/A", "global.json"]).Input.Details;

        details.Keys.Should().Equal("global.json", "src/A/A.csproj", "src/A/Deep/Two.proto", "src/A/One.cs", "Own", "used");
        details["src/A/One.cs"].Should().StartWith("sha256:");
        (details["used"], details["Own"]).Should().Be(("1.0.0", "3.0.0"));
    }

    [Fact]
    public void A_project_that_cannot_be_read_is_an_error_that_says_why()
    {
        Write("src/A/A.csproj", "<Project>");
        Write("Directory.Packages.props", "<Project />");

        FluentActions.Invoking(Compute).Should().Throw<PipelineException>().WithMessage("*A.csproj cannot be read: *");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private ModelPackage.Digest Compute() => SourceCode.Of(_root, ["src/A", "global.json", "absent"], ["Beside"]).Digest;

    private void Write(string path, string text)
    {
        var full = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
