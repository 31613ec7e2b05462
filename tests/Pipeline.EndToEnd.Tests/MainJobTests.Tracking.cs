using Pipeline.Engine;

namespace Pipeline.EndToEnd.Tests;

/// <content>Logged runs as a newcomer sees them, without a server and with one that is down.</content>
public sealed partial class MainJobTests
{
    [Fact]
    public async Task With_a_tracking_server_that_is_down_the_model_is_promoted_and_the_run_is_kept_here()
    {
        SmallModel.AddTo(clone, Logged);
        (string, string)[] down = [("MLFLOW_TRACKING_URI", "http://user:geheim@127.0.0.1:9"), ("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")];

        var promoted = await BuildAsync(down, "Promote");
        var synchronized = await BuildAsync(down, "SyncTracking");

        promoted.ExitCode.Should().Be(0, promoted.Output);
        promoted.Output.Should().Contain("./build.sh SyncTracking").And.Contain("127.0.0.1:9").And.NotContain("geheim");
        synchronized.ExitCode.Should().Be((int)ExitCode.ToolError, synchronized.Output);
        synchronized.Output.Should().Contain("127.0.0.1:9").And.NotContain("geheim");
        var runs = await BuildAsync([], "Runs");
        runs.ExitCode.Should().Be(0, runs.Output);
        runs.Output.Should().Contain("★").And.Contain("finished").And.Contain("dev").And.Contain("pass");
        StatusWithoutAddedModels().Should().BeEmpty("the store is this machine's");
        Directory.EnumerateFiles(Path.Combine(clone.Path, "mlruns"), "meta.yaml", SearchOption.AllDirectories).Should().BeEmpty("MLflow would take mlruns for its store");
    }

    [Fact]
    public async Task SyncTracking_without_a_server_and_an_address_that_is_none_are_wrong_usage()
    {
        SmallModel.AddTo(clone, Logged);
        (string, string)[] elsewhere = [("MLFLOW_TRACKING_URI", "databricks")];

        var without = await BuildAsync([], "SyncTracking");
        var wrong = await BuildAsync(elsewhere, "Promote");
        var untracked = await BuildAsync(elsewhere, "PrepareData", "--no-tracking");

        without.ExitCode.Should().Be((int)ExitCode.Usage, without.Output);
        without.Output.Should().Contain("MLFLOW_TRACKING_URI");
        wrong.ExitCode.Should().Be((int)ExitCode.Usage, wrong.Output);
        wrong.Output.Should().Contain("MLFLOW_TRACKING_URI").And.NotContain("PrepareData: done");
        untracked.ExitCode.Should().Be(0, untracked.Output);
    }

    private async Task<RunResult> BuildAsync((string Name, string Value)[] variables, params string[] arguments)
    {
        try
        {
            foreach (var (name, value) in variables)
            {
                clone.Variables[name] = value;
            }

            return await clone.BuildAsync([.. arguments, "--model", Logged]);
        }
        finally
        {
            clone.Variables.Clear();
        }
    }
}
