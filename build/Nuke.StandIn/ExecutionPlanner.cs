namespace Nuke.Common.Execution;

/// <summary>Puts targets in order.</summary>
internal static class ExecutionPlanner
{
    /// <summary>The invoked targets (else the default ones) with what they depend on, each after its dependencies. Ties fall as in NUKE: what is declared later runs first.</summary>
    /// <exception cref="InvalidOperationException">Targets depend on each other in a circle.</exception>
    public static IReadOnlyList<ExecutableTarget> Plan(IReadOnlyList<ExecutableTarget> targets, bool anyInvoked)
    {
        var remaining = targets.ToList();
        var plan = new List<ExecutableTarget>();
        while (remaining.Count > 0)
        {
            var last = remaining.Find(target => !remaining.Exists(other => other.AllDependencies.Contains(target)))
                ?? throw new InvalidOperationException($"Circular dependencies between targets: {string.Join(", ", remaining.Select(target => target.Name))}");
            remaining.Remove(last);
            if ((anyInvoked ? last.IsInvoked : last.IsDefault) || plan.Exists(target => target.ExecutionDependencies.Contains(last)))
            {
                plan.Insert(0, last);
            }
        }

        foreach (var target in plan)
        {
            target.Status = ExecutionStatus.Scheduled;
        }

        return plan;
    }

    /// <summary>Takes targets out, and what only they need.</summary>
    /// <param name="plan">In order.</param>
    /// <param name="names">None: everything that was not invoked.</param>
    public static void Skip(IReadOnlyList<ExecutableTarget> plan, IReadOnlyCollection<string> names)
    {
        foreach (var target in plan.Where(target => names.Count == 0 || names.Any(name => ParameterService.IsSameName(name, target.Name))))
        {
            Skip(plan, target);
        }
    }

    /// <summary>Takes out the targets whose conditions do not hold, invoked ones too, and what only they need.</summary>
    public static void SkipByCondition(IReadOnlyList<ExecutableTarget> plan)
    {
        foreach (var target in plan.Where(target => target.Status == ExecutionStatus.Scheduled && target.StaticConditions.Exists(condition => !condition())))
        {
            Skip(plan, target);
            target.Status = ExecutionStatus.Skipped;
        }
    }

    private static void Skip(IReadOnlyList<ExecutableTarget> plan, ExecutableTarget target)
    {
        if (target.Status != ExecutionStatus.Scheduled)
        {
            return;
        }

        if (!target.IsInvoked)
        {
            target.Status = ExecutionStatus.Skipped;
        }

        foreach (var dependency in target.ExecutionDependencies.Where(dependency =>
                     !plan.Any(other => other != target && other.Status == ExecutionStatus.Scheduled && other.ExecutionDependencies.Contains(dependency))))
        {
            Skip(plan, dependency);
        }
    }
}
