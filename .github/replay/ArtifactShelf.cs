using System.IO.Enumeration;
using System.Text.Json.Nodes;

namespace Pipeline.WorkflowReplay;

/// <summary>Stands in for the artifacts of a run: folders that one job's steps leave and another's take. Only what the workflows here use of it.</summary>
internal static class ArtifactShelf
{
    public static (bool IsWell, string Note) Put(ReplayMachine machine, JsonObject inputs)
    {
        var (name, path) = (ExpressionValue.Text(inputs["name"]), Path.Combine(machine.Workspace, ExpressionValue.Text(inputs["path"]).TrimEnd('\n')));
        var target = Path.Combine(machine.Artifacts, name);
        if (Directory.Exists(target))
        {
            return (false, $"there is an artifact {name} already");
        }

        var files = File.Exists(path) ? [path] : Directory.Exists(path) ? Directory.GetFiles(path, "*", SearchOption.AllDirectories) : [];
        if (files.Length == 0)
        {
            return (ExpressionValue.Text(inputs["if-no-files-found"]) != "error", $"there are no files in {path} for the artifact {name}");
        }

        foreach (var file in files)
        {
            Copy(file, Path.Combine(target, file == path ? Path.GetFileName(path) : Path.GetRelativePath(path, file)));
        }

        return (true, $"copied instead of uploaded: artifact {name}, {files.Length} files");
    }

    public static (bool IsWell, string Note) Get(ReplayMachine machine, JsonObject inputs)
    {
        var path = Path.Combine(machine.Workspace, ExpressionValue.Text(inputs["path"]));
        var name = ExpressionValue.Text(inputs["name"]);
        var isMerged = name.Length > 0 || ExpressionValue.IsTrue(inputs["merge-multiple"]);
        var found = Directory.GetDirectories(machine.Artifacts)
            .Where(folder => name.Length > 0 ? Path.GetFileName(folder) == name : FileSystemName.MatchesSimpleExpression(ExpressionValue.Text(inputs["pattern"] ?? "*"), Path.GetFileName(folder), ignoreCase: false))
            .Order(StringComparer.Ordinal).ToList();
        foreach (var (folder, file) in found.SelectMany(folder => Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(file => (folder, file))))
        {
            Copy(file, Path.Combine(path, isMerged ? string.Empty : Path.GetFileName(folder), Path.GetRelativePath(folder, file)));
        }

        return name.Length > 0 && found.Count == 0
            ? (false, $"there is no artifact {name}")
            : (true, $"copied instead of downloaded: {found.Count} artifact{(found.Count == 1 ? string.Empty : "s")}");
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to, overwrite: true);
    }
}
