namespace Nuke.Common;

/// <summary>What a target is made of.</summary>
public interface ITargetDefinition
{
    ITargetDefinition Description(string description);

    /// <summary>The work; run to its end before the next target starts.</summary>
    ITargetDefinition Executes(Func<Task> action);

    /// <summary>Leaves the target out, with what only it needs, where the condition does not hold when the run begins.</summary>
    ITargetDefinition OnlyWhenStatic(Func<bool> condition);

    /// <summary>Pulls the targets in, before this one.</summary>
    ITargetDefinition DependsOn(params Target[] targets);

    /// <summary>Orders only.</summary>
    ITargetDefinition Before(params Target[] targets);

    /// <summary>Orders only.</summary>
    ITargetDefinition After(params Target[] targets);
}
