using System.Diagnostics;

namespace Nuke.Common.Execution;

/// <summary>A target of a build, as defined and as run.</summary>
public sealed class ExecutableTarget : ITargetDefinition
{
    private readonly List<Target> _dependsOn = [];
    private readonly List<Target> _before = [];
    private readonly List<Target> _after = [];

    internal ExecutableTarget(string name, Target factory, bool isDefault)
    {
        (Name, Factory, IsDefault) = (name, factory, isDefault);
        factory(this);
    }

    public string Name { get; }

    public string? Description { get; private set; }

    public ExecutionStatus Status { get; internal set; }

    internal Target Factory { get; }

    internal bool IsDefault { get; }

    internal bool IsInvoked { get; set; }

    internal Func<Task> Action { get; private set; } = () => Task.CompletedTask;

    /// <summary>Must all hold when the run begins.</summary>
    internal List<Func<bool>> StaticConditions { get; } = [];

    internal Stopwatch Stopwatch { get; } = new();

    internal Dictionary<string, string> Summary { get; set; } = [];

    /// <summary>Targets that this one pulls in.</summary>
    internal IReadOnlyList<ExecutableTarget> ExecutionDependencies { get; private set; } = [];

    /// <summary>Targets that come before this one if they run at all.</summary>
    internal IReadOnlyList<ExecutableTarget> AllDependencies { get; private set; } = [];

    ITargetDefinition ITargetDefinition.Description(string description)
    {
        Description = description;
        return this;
    }

    ITargetDefinition ITargetDefinition.Executes(Func<Task> action)
    {
        Action = action;
        return this;
    }

    ITargetDefinition ITargetDefinition.OnlyWhenStatic(Func<bool> condition)
    {
        StaticConditions.Add(condition);
        return this;
    }

    ITargetDefinition ITargetDefinition.DependsOn(params Target[] targets) => Add(_dependsOn, targets);

    ITargetDefinition ITargetDefinition.Before(params Target[] targets) => Add(_before, targets);

    ITargetDefinition ITargetDefinition.After(params Target[] targets) => Add(_after, targets);

    /// <summary>Turns factories into targets; call once all targets are made.</summary>
    internal void Link(IReadOnlyList<ExecutableTarget> all)
    {
        ExecutionDependencies = [.. _dependsOn.Select(factory => all.Single(target => target.Factory == factory))];
        AllDependencies = [.. ExecutionDependencies, .. all.Where(other => _after.Contains(other.Factory) || other._before.Contains(Factory))];
    }

    private ExecutableTarget Add(List<Target> list, Target[] targets)
    {
        list.AddRange(targets);
        return this;
    }
}
