using Pipeline.ModelPackage;

namespace Pipeline.Benchmarks.Serving;

/// <summary>Copies a model package without its drift reference, so that what counting drift costs can be measured: a service counts none without one.</summary>
internal static class WithoutReferenceVerb
{
    public const string Usage = "without-reference --package DIR --output DIR";

    private const string Reference = "reference.json";

    public static int Run(Arguments arguments)
    {
        var package = PackageReader.Open(arguments.Text("--package"));
        var output = Directory.CreateDirectory(arguments.Text("--output")).FullName;
        arguments.ShouldBeUsedUp();

        foreach (var file in package.Manifest.Files.Where(file => file.Path != Reference))
        {
            var copy = Path.Combine(output, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.Combine(package.Directory, file.Path), copy);
        }

        PackageWriter.Seal(output, package.Manifest);
        return 0;
    }
}
