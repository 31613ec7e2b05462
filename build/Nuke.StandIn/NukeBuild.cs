using System.Linq.Expressions;
using System.Reflection;
using System.Text;
using Nuke.Common.Execution;
using Nuke.Common.IO;
using Nuke.Common.Tooling;
using Serilog;

namespace Nuke.Common;

/// <summary>Base of a build: targets are its properties, parameters its fields. Runs targets one after the other.</summary>
public abstract class NukeBuild
{
    private const int Failure = -1;

    private static readonly string[] Arguments = Environment.GetCommandLineArgs()[1..];

    [Parameter("Folder that holds .nuke. Default is the nearest one upwards", Name = "Root")]
    public static AbsolutePath RootDirectory { get; } = FindRoot();

    [Parameter("Shows the order in which targets would run")]
    public bool Plan { get; private set; }

    [Parameter("Shows this text")]
    public bool Help { get; private set; }

    [Parameter("Leaves out the first line")]
    public bool NoLogo { get; private set; }

    [Parameter("Log lines to show: quiet, minimal, normal, verbose. Default is normal")]
    public static Verbosity Verbosity { get; private set; } = Verbosity.Normal;

    [Parameter("Host that the output is for: Terminal or GitHubActions. Default is found out")]
    public static Host Host { get; private set; } = new(Host.Detect());

    public int? ExitCode { get; set; }

    public IReadOnlyCollection<ExecutableTarget> ExecutionPlan { get; private set; } = [];

    [Parameter("Targets to run, as the words before the first option are. Default is '{default_target}'", Name = "Target")]
    public IReadOnlyCollection<ExecutableTarget> InvokedTargets => [.. ExecutionPlan.Where(target => target.IsInvoked)];

    [Parameter("Targets to skip. Without names all that were not invoked", Name = "Skip")]
    public IReadOnlyCollection<ExecutableTarget> SkippedTargets => [.. ExecutionPlan.Where(target => target.Status == ExecutionStatus.Skipped)];

    public IReadOnlyCollection<ExecutableTarget> RunningTargets => [.. ExecutionPlan.Where(target => target.Status == ExecutionStatus.Running)];

    public void ReportSummary(Configure<Dictionary<string, string>> configurator) => ExecutionPlan.Single(target => target.Status == ExecutionStatus.Running).Summary = configurator([]);

    protected static int Execute<T>(params Expression<Func<T, Target>>[] defaultTargetExpressions)
        where T : NukeBuild, new()
    {
        Console.OutputEncoding = Encoding.UTF8;
        var build = new T();
        try
        {
            return build.Execute([.. defaultTargetExpressions.Select(expression => expression.Compile()(build))]);
        }
        finally
        {
            Log.CloseAndFlush();
        }
    }

    protected virtual void OnBuildInitialized()
    {
    }

    private static string FindRoot()
    {
        var index = Array.FindLastIndex(Arguments, argument => ParameterService.IsSameName(argument, "Root"));
        if (index >= 0)
        {
            return Arguments[index + 1];
        }

        for (var directory = new DirectoryInfo(Environment.CurrentDirectory); directory is not null; directory = directory.Parent)
        {
            if (Directory.Exists(Path.Combine(directory.FullName, ".nuke")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException($"Could not locate '.nuke' directory/file while walking up from '{Environment.CurrentDirectory}'.");
    }

    private int Execute(IReadOnlyCollection<Target> defaultTargets)
    {
        var parameters = new ParameterService(Arguments, RootDirectory);
        parameters.Inject(this);
        Plan = parameters.Get("Plan", otherwise: false);
        Help = parameters.Get("Help", otherwise: false);
        NoLogo = parameters.Get("NoLogo", otherwise: false);
        Verbosity = parameters.Get("Verbosity", Verbosity.Normal);
        Host = new Host(parameters.Get("Host", Host.Detect()));
        Host.ConfigureLog(Verbosity);

        var targets = CreateTargets(defaultTargets);
        foreach (var target in targets)
        {
            target.IsInvoked = parameters.InvokedTargets.Any(name => ParameterService.IsSameName(name, target.Name));
        }

        if (!NoLogo)
        {
            Host.Debug("NUKE Execution Engine stand-in (build/Nuke.StandIn)");
            Host.Debug();
        }

        var plan = ExecutionPlanner.Plan(targets, parameters.InvokedTargets.Count > 0);
        ExecutionPlan = plan;
        if (Help || Plan)
        {
            Host.Debug(Help ? HelpText.Of(this, targets) : string.Join(Environment.NewLine, plan.Select(target => target.Name)));
            return 0;
        }

        OnBuildInitialized();
        if (parameters.SkippedTargets is { } skipped)
        {
            ExecutionPlanner.Skip(plan, skipped);
        }

        ExecutionPlanner.SkipByCondition(plan);

        var succeeded = Run(plan);
        Host.WriteOutcome(plan, succeeded);
        return ExitCode ?? (succeeded ? 0 : Failure);
    }

    private List<ExecutableTarget> CreateTargets(IReadOnlyCollection<Target> defaultTargets)
    {
        var targets = GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(property => property.PropertyType == typeof(Target))
            .Select(property => (property.Name, Factory: (Target)property.GetValue(this)!))
            .Select(pair => new ExecutableTarget(pair.Name, pair.Factory, defaultTargets.Contains(pair.Factory)))
            .ToList();
        targets.ForEach(target => target.Link(targets));
        return targets;
    }

    private static bool Run(IReadOnlyList<ExecutableTarget> plan)
    {
        foreach (var target in plan.Where(target => target.Status == ExecutionStatus.Scheduled))
        {
            if (!Run(target))
            {
                foreach (var rest in plan.Where(other => other.Status == ExecutionStatus.Scheduled))
                {
                    rest.Status = ExecutionStatus.NotRun;
                }

                return false;
            }
        }

        return true;
    }

    private static bool Run(ExecutableTarget target)
    {
        Host.StartTarget(target.Name);
        target.Status = ExecutionStatus.Running;
        target.Stopwatch.Start();
        try
        {
            target.Action().GetAwaiter().GetResult();
            target.Status = ExecutionStatus.Succeeded;
        }
        catch (Exception e)
        {
            // Whatever a target throws fails that target, and the rest does not run.
            if (target.Summary.Count == 0)
            {
                target.Summary.Add(e.GetType().Name, e.Message.ReplaceLineEndings("\n").Split('\n')[0]);
            }

            Log.Error(e, "Target {TargetName:l} has thrown an exception", target.Name);
            target.Status = ExecutionStatus.Failed;
        }
        finally
        {
            target.Stopwatch.Stop();
            Host.EndTarget();
        }

        return target.Status == ExecutionStatus.Succeeded;
    }
}
