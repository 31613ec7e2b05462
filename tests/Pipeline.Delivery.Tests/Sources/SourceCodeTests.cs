

namespace Pipeline.Integration.Tests.Images;

public sealed class SourceDigestTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("pipeline-sources-").FullName;

    public SourceDigestTests()
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

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private ModelPackage.Digest Compute() => SourceDigest.Of(_root, "src/A", "global.json", "absent");

    private void Write(string path, string text)
    {
        var full = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
