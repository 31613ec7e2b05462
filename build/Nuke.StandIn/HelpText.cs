using System.Reflection;
using System.Text;

namespace Nuke.Common.Execution;

/// <summary>What --help prints.</summary>
internal static class HelpText
{
    public static string Of(NukeBuild build, IReadOnlyList<ExecutableTarget> targets)
    {
        var text = new StringBuilder().AppendLine("Targets (with their direct dependencies):").AppendLine();
        var width = Math.Max(targets.Max(target => target.Name.Length), 20);
        foreach (var target in targets)
        {
            var dependencies = target.ExecutionDependencies.Count == 0 ? string.Empty : $" -> {string.Join(", ", target.ExecutionDependencies.Select(dependency => dependency.Name))}";
            text.AppendLine((target.Name + (target.IsDefault ? " (default)" : string.Empty)).PadRight(width).Insert(0, "  ") + dependencies);
            text.AppendLine($"    {target.Description}");
        }

        var parameters = ParameterService.MembersOf(build.GetType()).ToLookup(member => member.DeclaringType == typeof(NukeBuild));
        text.AppendLine().AppendLine("Parameters:").AppendLine();
        var defaultTarget = string.Join(", ", targets.Where(target => target.IsDefault).Select(target => target.Name));
        AppendParameters(text, parameters[false]);
        text.AppendLine();
        AppendParameters(text, parameters[true]);
        return text.Replace("{default_target}", defaultTarget).ToString();
    }

    private static void AppendParameters(StringBuilder text, IEnumerable<MemberInfo> members)
    {
        foreach (var member in members)
        {
            text.AppendLine($"  --{ParameterService.DashedName(ParameterService.NameOf(member)),-16}   {member.GetCustomAttribute<ParameterAttribute>()!.Description!.TrimEnd('.')}.");
        }
    }
}
