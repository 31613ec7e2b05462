using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Images;
using Pipeline.Delivery.Packaging;
using Pipeline.Delivery.Publishing;
using Pipeline.Delivery.Signing;
using Pipeline.Delivery.SmokeTests;
using Pipeline.Delivery.Training;
using Pipeline.Engine;

namespace Pipeline.Delivery;

/// <summary>The stages whose outputs the run store keeps, and which of them take what others give. Promotions are none of them: their records are added once and never made again.</summary>
public static class StageGraph
{
    // In the order in which a run comes to them.
    private static readonly (string Name, string[] Takes)[] Stages =
    [
        (PrepareDataStage.Name, []),
        (TrainStage.Name, [PrepareDataStage.Name]),
        (EvaluateStage.Name, [TrainStage.Name]),
        (TrainStage.RepeatName, [TrainStage.Name]),
        (GateStage.Name, [EvaluateStage.Name, TrainStage.RepeatName]),
        (PackageStage.Name, [GateStage.Name]),
        (SignStage.Name, [PackageStage.Name]),
        (PublishServiceStage.Name, []),
        (BundleStage.Name, [PackageStage.Name, SignStage.Name, PublishServiceStage.Name]),
        (BaseImageStage.Name, []),
        (ContainerImageStage.Name, [PackageStage.Name, SignStage.Name, PublishServiceStage.Name, BaseImageStage.Name]),
        (SmokeTestStage.Name, [PackageStage.Name, SignStage.Name, PublishServiceStage.Name, ContainerImageStage.Name]),
        (PushStage.Name, [ContainerImageStage.Name, SmokeTestStage.Name]),
    ];

    /// <summary>Names of all stages.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Stages.Select(stage => stage.Name)];

    /// <summary>A stage and all that follow from it. What takes nothing of it, as the service takes nothing of a model, is not among them.</summary>
    /// <param name="name">Its name; case does not count.</param>
    /// <exception cref="PipelineException">Exit code 64: there is no such stage.</exception>
    public static ForcedStages From(string name)
    {
        if (FaultOf(name) is { } fault)
        {
            throw new PipelineException(ExitCode.Usage, $"--force '{name}': {fault}");
        }

        var first = Names.First(stage => string.Equals(stage, name, StringComparison.OrdinalIgnoreCase));
        var forced = new HashSet<string>(StringComparer.Ordinal) { first };
        foreach (var stage in Stages.Where(stage => stage.Takes.Any(forced.Contains)))
        {
            forced.Add(stage.Name);
        }

        return new ForcedStages(first, forced);
    }

    /// <summary>Why a name is that of no stage, with the nearest and all of them; null if it is one.</summary>
    public static string? FaultOf(string name)
    {
        if (Names.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            return null;
        }

        var hint = NearestName.Of(name, Names) is { } nearest ? $"; did you mean '{nearest}'?" : string.Empty;
        return $"it must be one of {string.Join(", ", Names)}{hint}";
    }
}
