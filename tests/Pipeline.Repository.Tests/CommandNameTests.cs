using System.Text.RegularExpressions;

namespace Pipeline.Repository.Tests;

/// <summary>Whatever is written of ./build.sh, in a workflow, script or document, can be typed.</summary>
public sealed partial class CommandNameTests
{
    public static TheoryData<string> Files =>
    [
        .. new[] { ".github", "docs" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Root, folder), "*", SearchOption.AllDirectories))
            .Where(file => Path.GetExtension(file) is ".yml" or ".sh" or ".md").Select(file => Path.GetRelativePath(RepositoryFolder.Root, file)).Order(StringComparer.Ordinal),
        "README.md", "CONTRIBUTING.md", ".ci/run",
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Targets_and_parameters_that_are_written_of_exist(string file)
    {
        var help = await BuildScript.RunAsync("--help");
        var (targets, options) = NamesIn(RepositoryFolder.Read(file.Split('/')));

        targets.Except(help.Targets.Select(target => target.Name)).Should().BeEmpty("./build.sh --help has no such targets");
        options.Except(HelpOption().Matches(help.Output).Select(match => match.Groups["name"].Value)).Should().BeEmpty("./build.sh --help has no such parameters");
    }

    [Theory]
    [InlineData("It is `./build.sh Report --open` that shows --nothing else.", "Report", "--open")]
    [InlineData("run: ./build.sh Promote --stage \"$STAGE\" \\\n  ${key:+--ssh-key \"$key\"} 2>&1 | tee --append log", "Promote", "--stage --ssh-key")]
    [InlineData("check \"x\" \"$clone/build.sh\" Promote --registry 127.0.0.1:5000", "Promote", "--registry")]
    [InlineData("`./build.sh Approve|Reject --stage S [--yes]`", "Approve Reject", "--stage --yes")]
    [InlineData("NUKE_PORT=1 ./build.sh --help && dotnet test --project x", "", "--help")]
    [InlineData("A person runs ./build.sh Rollback on their machine.", "Rollback", "")]
    public void Names_are_read_from_all_ways_of_writing_a_command(string text, string targets, string options)
    {
        var names = NamesIn(text);

        string.Join(' ', names.Targets).Should().Be(targets);
        string.Join(' ', names.Options).Should().Be(options);
    }

    private static (List<string> Targets, List<string> Options) NamesIn(string text)
    {
        var commands = Command().Matches(text.Replace("\\\n", " ", StringComparison.Ordinal)).Select(match => match.Groups["rest"].Value).ToList();
        var targets = commands.SelectMany(command => command.Split(' ', '|').TakeWhile(word => TargetName().IsMatch(word)).Select(word => word.TrimEnd('.', ',', ':')));
        return ([.. targets.Distinct()], [.. commands.SelectMany(command => Option().Matches(command).Select(match => match.Value)).Distinct()]);
    }

    /// <summary>Up to the end of the line, the code or the command.</summary>
    [GeneratedRegex(@"/build\.sh""? (?<rest>(?:(?! (?:\||\|\||&&) |[`;\n)]).)*)")]
    private static partial Regex Command();

    [GeneratedRegex(@"^[A-Z][A-Za-z]+[.,:]?$")]
    private static partial Regex TargetName();

    [GeneratedRegex(@"(?<![\w-])--[a-z][a-z-]*")]
    private static partial Regex Option();

    [GeneratedRegex(@"^  (?<name>--[a-z-]+) ", RegexOptions.Multiline)]
    private static partial Regex HelpOption();
}
