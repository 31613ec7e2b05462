namespace Pipeline.Repository.Tests;

/// <summary>Wrong usage ends before anything runs: one line, exit code 64, the nearest right name.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("Promot", "There is no target 'Promot'; did you mean 'Promote'?")]
    [InlineData("smoke-tset", "There is no target 'smoke-tset'; did you mean 'SmokeTest'?")]
    [InlineData("xyzzy", "There is no target 'xyzzy'; there are New, PrepareData, Train,")]
    [InlineData("New --model Churn --from a.csv --label churned", "--model 'Churn': it must be at most 63 lower-case letters, digits and dashes, with no dash first or last.")]
    [InlineData("New --model churn --from a.csv --label churned --task binray", "--task 'binray': did you mean 'binary'?")]
    [InlineData("Train --model churn", "--model 'churn': there are: flight-delay.")]
    [InlineData("Train --modle flight-delay", "There is no option '--modle'; did you mean '--model'?")]
    [InlineData("Train --skip Prepare", "There is no target 'Prepare'; did you mean 'PrepareData'?")]
    [InlineData("Train --no-dockr", "There is no option '--no-dockr'; did you mean '--no-docker'?")]
    [InlineData("Promote --stage stagin", "--stage 'stagin': did you mean 'staging'?")]
    [InlineData("Serve --port abc", "--port 'abc': it must be a port, 1 to 65535.")]
    [InlineData("Serve --port 70000", "--port '70000': it must be a port, 1 to 65535.")]
    [InlineData("Serve --port", "--port needs a value.")]
    [InlineData("Serve --port=8081", "'--port=8081' is written as '--port 8081'.")]
    [InlineData("Serve --package no/such/folder", "--package 'no/such/folder': there is no such file or folder.")]
    [InlineData("Package --model-signing-key no/such/key.pem", "--model-signing-key 'no/such/key.pem': there is no such file.")]
    [InlineData("Push --registry http://127.0.0.1:5000", "--registry 'http://127.0.0.1:5000': write it as HOST:PORT, without a scheme.")]
    [InlineData("--no-docker Promote", "'Promote' stands after --no-docker; targets come first: ./build.sh Promote --no-docker.")]
    [InlineData("Train --verbosity lout", "--verbosity 'lout': it must be one of Verbose, Normal, Minimal, Quiet.")]
    [InlineData("DriftCheck --source kafka:events", "--source 'kafka:events': is none of production, file:GLOB[,GLOB…], prometheus:URL or service:URL[,URL…]. See")]
    [InlineData("DriftCheck --window yesterday", "--window 'yesterday': it must be a duration such as 30m, 24h, 7d or 2w, from a minute to 52 weeks.")]
    [InlineData("DriftCheck --on-drift retain", "--on-drift 'retain': did you mean 'retrain'?")]
    [InlineData("Train --force Trian", "--force 'Trian': it must be one of PrepareData, Train, Evaluate, TrainAgain, Gate, Package, Sign, Service, Bundle, BaseImage, Image, SmokeTest, Push; did you mean 'Train'?")]
    [InlineData("Plan --force Promote", "--force 'Promote': it must be one of PrepareData, Train, Evaluate, TrainAgain, Gate, Package, Sign, Service, Bundle, BaseImage, Image, SmokeTest, Push")]
    [InlineData("Prune --keep much", "--keep 'much': it must be a size such as 500MB, 2GiB or 0.")]
    [InlineData("Prune --dry-run perhaps", "--dry-run 'perhaps': it must be true or false.")]
    [InlineData("Train --no-such-model-is-there x", "There is no option '--no-such-model-is-there'; there are --model,")]
    public async Task Wrong_command_line_is_one_clear_line_and_exit_code_64(string arguments, string message)
    {
        var result = await BuildScript.RunAsync(arguments.Split(' '));

        ShouldRefuse(result, message);
    }

    [Theory]
    [InlineData("NUKE_PORT", "eighty", "The environment variable NUKE_PORT 'eighty': it must be a port, 1 to 65535.")]
    [InlineData("NUKE_NO_DOCKER", "perhaps", "The environment variable NUKE_NO_DOCKER 'perhaps': it must be true or false.")]
    [InlineData("NUKE_VERBOSITY", "loud", "The environment variable NUKE_VERBOSITY 'loud': it must be one of")]
    [InlineData("NUKE_ENGINE", "turbo", "build.sh: NUKE_ENGINE is 'turbo'; it must be 'package' or 'standin'.")]
    public async Task Wrong_environment_is_one_clear_line_and_exit_code_64(string variable, string value, string message)
    {
        var result = await BuildScript.RunAsync(RepositoryFolder.Root, RepositoryFolder.Root, new() { [variable] = value }, ["--help"]);

        ShouldRefuse(result, message);
    }

    [Fact]
    public async Task Command_line_wins_over_a_wrong_environment()
    {
        var result = await BuildScript.RunAsync(RepositoryFolder.Root, RepositoryFolder.Root, new() { ["NUKE_PORT"] = "eighty" }, ["--help", "--port", "8081"]);

        result.ExitCode.Should().Be(0, result.Error);
    }

    [Fact]
    public async Task Empty_environment_variable_counts_as_unset()
    {
        var result = await BuildScript.RunAsync(RepositoryFolder.Root, RepositoryFolder.Root, new() { ["NUKE_PORT"] = string.Empty }, ["--help"]);

        result.ExitCode.Should().Be(0, result.Error);
    }

    internal static void ShouldRefuse(ScriptResult result, string message)
    {
        result.ExitCode.Should().Be(64, result.Output + result.Error);
        result.Output.Should().BeEmpty();
        result.Error.TrimEnd().Should().StartWith(message).And.NotContain("\n");
    }
}
