using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Tests.Definition;

namespace Pipeline.Delivery.Tests.Data;

/// <summary>A model's folder with data files.</summary>
internal static class DataFolder
{
    public static DataSettings AllFiles { get; } = new(["data/**/*"], "SELECT * FROM source", "late", "departure", 50);

    public static string Of(StageFixture fixture) => Path.Combine(fixture.Root, "models", "flights");

    /// <summary>Replaces the folder's files; content is a text or bytes.</summary>
    public static void Write(StageFixture fixture, params (string Path, object Content)[] files)
    {
        if (Directory.Exists(Of(fixture)))
        {
            Directory.Delete(Of(fixture), recursive: true);
        }

        foreach (var (path, content) in files)
        {
            var file = Path.Combine(Of(fixture), path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            if (content is byte[] bytes)
            {
                File.WriteAllBytes(file, bytes);
            }
            else
            {
                File.WriteAllText(file, (string)content);
            }
        }
    }

    public static ModelDefinition Definition(StageFixture fixture, DataSettings? settings = null) =>
        ModelDefinitionReader.Parse(DefinitionText.Good, Of(fixture)).Definition! with { Data = settings ?? AllFiles };
}
