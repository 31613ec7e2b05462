using System.Text.RegularExpressions;
using Pipeline.Inference.Hosting;

namespace Pipeline.Inference.Tests;

/// <summary>Holds the table of settings in docs/service.md to the code.</summary>
public sealed partial class ServiceDocumentTests
{
    private static readonly Setting[] Settings = [.. Row().Matches(File.ReadAllText(Path.Combine(Root(), "docs", "service.md"))).Select(row => new Setting(row.Groups[1].Value, row.Groups[2].Value, row.Groups[3].Value))];

    [Fact]
    public void The_table_has_the_options_of_the_usage_text()
    {
        var options = Settings.Select(setting => setting.Option).Where(option => option.Length > 0);

        options.Should().BeEquivalentTo(Option().Matches(InferenceOptions.Usage).Select(option => option.Groups[1].Value));
    }

    [Fact]
    public void The_table_has_the_variables_that_are_read()
    {
        var read = new HashSet<string>();
        InferenceOptions.Read([], name =>
        {
            read.Add(name);
            return null;
        });

        Settings.Select(setting => setting.Variable).Where(variable => variable.Length > 0).Should().BeEquivalentTo(read.Where(name => !name.StartsWith("OTEL_", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_table_has_the_defaults()
    {
        var (defaults, _) = InferenceOptions.Read([], _ => null);

        foreach (var setting in Settings.Where(setting => setting.Default.Length > 0))
        {
            var (options, faults) = InferenceOptions.Read([], name => name == setting.Variable ? setting.Default : null);
            faults.Should().BeEmpty();
            (options == defaults).Should().BeTrue("{0} is the default of {1}", setting.Default, setting.Variable);
        }
    }

    [Fact]
    public void Each_option_is_taken_as_the_table_says()
    {
        foreach (var (option, variable, byDefault) in Settings.Where(setting => setting.Option.Length > 0))
        {
            string[] arguments = option.Contains(' ', StringComparison.Ordinal) ? [option.Split(' ')[0], ValueOf(option, byDefault)] : [option];
            var (options, faults) = InferenceOptions.Read(arguments, _ => null);
            faults.Should().BeEmpty("{0} {1} is an option", option, variable);
            options.Should().NotBeNull();
        }
    }

    private static string ValueOf(string option, string byDefault) => byDefault.Length > 0 ? byDefault : option.Split(' ')[1] switch
    {
        "N" => "9090",
        "sha256:HEX" => $"sha256:{new string('0', 64)}",
        _ => "name",
    };

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "Pipeline.sln")))
        {
            directory = directory.Parent;
        }

        return directory.FullName;
    }

    [GeneratedRegex(@"^\| (?:`(--[^`]+)`)? ?\| (?:`([A-Z_]+)`)? ?\| (?:`([^`]+)`)? ?\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\[(--[^\]]+)\]")]
    private static partial Regex Option();

    private sealed record Setting(string Option, string Variable, string Default);
}
