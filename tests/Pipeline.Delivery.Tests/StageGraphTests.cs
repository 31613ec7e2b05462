using Pipeline.Engine;

namespace Pipeline.Delivery.Tests;

public sealed class StageGraphTests
{
    [Theory]
    [InlineData("PrepareData", "PrepareData Train Evaluate TrainAgain Gate Package Sign Bundle Image SmokeTest Push")]
    [InlineData("train", "Train Evaluate TrainAgain Gate Package Sign Bundle Image SmokeTest Push")]
    [InlineData("Gate", "Gate Package Sign Bundle Image SmokeTest Push")]
    [InlineData("Service", "Service Bundle Image SmokeTest Push")]
    [InlineData("Push", "Push")]
    public void What_follows_from_a_stage_is_forced_with_it(string from, string stages) =>
        StageGraph.From(from).Stages.Should().BeEquivalentTo(stages.Split(' '));

    [Theory]
    [InlineData("Trian", "*; did you mean 'Train'?")]
    [InlineData("xyzzy", "it must be one of PrepareData, Train, Evaluate, TrainAgain, Gate, Package, Sign, Service, Bundle, BaseImage, Image, SmokeTest, Push")]
    public void What_is_no_stage_is_refused_with_the_nearest_and_all(string name, string fault)
    {
        StageGraph.FaultOf(name).Should().Match(fault);
        FluentActions.Invoking(() => StageGraph.From(name)).Should().Throw<PipelineException>().Which.ExitCode.Should().Be(ExitCode.Usage);
    }
}
