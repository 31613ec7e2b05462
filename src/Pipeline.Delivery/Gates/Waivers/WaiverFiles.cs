using System.Globalization;
using System.Text;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Definition.Yaml;
using Pipeline.Engine;
using Pipeline.ModelPackage;
using YamlDotNet.Core;

namespace Pipeline.Delivery.Gates.Waivers;

/// <summary>The waivers of a model: one YAML file each in its folder <c>waivers</c>, committed and reviewed as model.yaml is.</summary>
public static class WaiverFiles
{
    public const string Folder = "waivers";

    /// <summary>All of them, by name; expired ones too.</summary>
    /// <exception cref="PipelineException">Exit code 64: a file is at fault; every fault of every file is told.</exception>
    public static IReadOnlyList<Waiver> Read(string modelDirectory)
    {
        var folder = Path.Combine(modelDirectory, Folder);
        if (!Directory.Exists(folder))
        {
            return [];
        }

        List<string> faults = [.. Directory.EnumerateFiles(folder, "*.yml").Order(StringComparer.Ordinal).Select(path => $"  {Path.GetFileName(path)}: is not read; rename it to {Path.GetFileNameWithoutExtension(path)}.yaml")];
        var waivers = new List<Waiver>();
        foreach (var path in Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal))
        {
            var ofFile = new List<DefinitionFault>();
            var waiver = Read(path, ofFile);
            faults.AddRange(ofFile.OrderBy(fault => fault.Line).Select(fault => $"  {Path.GetFileName(path)}:{fault}"));
            if (waiver is not null && ofFile.Count == 0)
            {
                waivers.Add(waiver);
            }
        }

        return faults.Count == 0 ? waivers : throw new PipelineException(ExitCode.Usage, $"The waivers in {folder} cannot be read (file:line:column setting: what is wrong):\n{string.Join('\n', faults)}");
    }

    /// <summary>Adds one under a name of its own.</summary>
    /// <returns>The file's path.</returns>
    public static string Write(string modelDirectory, Waiver waiver)
    {
        var folder = Directory.CreateDirectory(Path.Combine(modelDirectory, Folder)).FullName;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"gate: {Quoted(waiver.Gate)}\n");
        text.Append(CultureInfo.InvariantCulture, $"model: {waiver.Model}\n");
        text.Append(CultureInfo.InvariantCulture, $"reason: {Quoted(waiver.Reason)}\n");
        text.Append(CultureInfo.InvariantCulture, $"approvedBy: {Quoted(waiver.ApprovedBy)}\n");
        text.Append(CultureInfo.InvariantCulture, $"from: {waiver.From:yyyy-MM-dd}\n");
        text.Append(CultureInfo.InvariantCulture, $"expires: {waiver.Expires:yyyy-MM-dd}   # the first day on which it no longer holds\n");
        for (var number = 1; ; number++)
        {
            var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{waiver.Name}-{number}.yaml"));
            try
            {
                using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
                file.Write(Encoding.UTF8.GetBytes(text.ToString()));
                return path;
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another waiver has the name.
            }
        }
    }

    private static Waiver? Read(string path, List<DefinitionFault> faults)
    {
        try
        {
            if (YamlTree.Read(File.ReadAllText(path)) is not YamlMapping root)
            {
                faults.Add(new DefinitionFault(string.Empty, 1, 1, "The file must hold settings such as 'gate: ece ≤ 0.08'; ./build.sh Waive writes one."));
                return null;
            }

            var reader = new SettingsReader(root, string.Empty, faults);
            var waiver = Read(reader, Path.GetFileNameWithoutExtension(path));
            reader.Finish();
            return waiver;
        }
        catch (YamlException e)
        {
            faults.Add(new DefinitionFault(string.Empty, (int)e.Start.Line, (int)e.Start.Column, $"This is not YAML: {e.Message}"));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Add(new DefinitionFault(string.Empty, 1, 1, $"The file cannot be read: {e.Message}"));
            return null;
        }
    }

    private static Waiver Read(SettingsReader reader, string name)
    {
        var gate = reader.Text("gate");
        var model = reader.Text("model");
        if (model.Length > 0 && !Digest.TryParse(model, out _))
        {
            reader.Fault("model", $"'{model}' must be the digest of a model.onnx, such as sha256: and 64 letters and digits; the verdict names it");
        }

        var waiver = new Waiver(
            name,
            gate,
            Digest.TryParse(model, out var digest) ? digest : Digest.OfText(string.Empty),
            reader.Text("reason"),
            reader.Text("approvedBy"),
            reader.Date("from"),
            reader.Date("expires"));
        if (waiver.Expires <= waiver.From)
        {
            reader.Fault("expires", FormattableString.Invariant($"must be later than from ({waiver.From:yyyy-MM-dd}): it is the first day on which the waiver no longer holds"));
        }
        else if (waiver.Expires.DayNumber - waiver.From.DayNumber > Waiver.MaxDays)
        {
            reader.Fault("expires", FormattableString.Invariant($"must be at most {Waiver.MaxDays} days after from; what is to hold for longer is a changed gate in model.yaml"));
        }

        return waiver;
    }

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).ReplaceLineEndings(" ")}\"";
}
