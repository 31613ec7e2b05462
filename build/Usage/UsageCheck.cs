using System.Collections;
using System.Reflection;
using System.Text.Json;
using Nuke.Common;

/// <summary>
/// Checks targets, options and values before NUKE starts, wherever they come from: NUKE ignores unknown options and only warns of bad values.
/// Must not touch NukeBuild's static members, since its static constructor reads the values that are checked here.
/// </summary>
static class UsageCheck
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
    private const string ParametersFile = ".nuke/parameters.json";

    private static readonly string[] Targets = [.. typeof(Build).GetProperties(Declared).Where(property => property.PropertyType == typeof(Target)).Select(property => property.Name)];

    private static readonly CommandOption[] Options = [.. OwnOptions(), .. ParameterRules.BuiltIn];

    /// <summary>One line that says what is wrong and what is nearest to it; null if nothing is.</summary>
    public static string? FindFault(IReadOnlyList<string> arguments)
    {
        var fault = FaultOfArguments(arguments, out var given) ?? FaultOfEnvironment(given) ?? FaultOfFile(given);
        return fault is null ? null : $"{fault} See ./build.sh --help.";
    }

    private static IEnumerable<CommandOption> OwnOptions() =>
        from field in typeof(Build).GetFields(Declared)
        let parameter = field.GetCustomAttribute<ParameterAttribute>()
        where parameter is not null
        let name = parameter.Name ?? field.Name
        select new CommandOption(name, field.FieldType == typeof(bool) ? Arity.Switch : Arity.One, ParameterRules.For(name, field.FieldType));

    private static string? FaultOfArguments(IReadOnlyList<string> arguments, out HashSet<CommandOption> given)
    {
        given = [];
        var targets = arguments.TakeWhile(argument => !IsOption(argument)).ToList();
        var fault = FaultOfTargets(targets);
        for (var i = targets.Count; i < arguments.Count && fault is null;)
        {
            var values = arguments.Skip(i + 1).TakeWhile(argument => !IsOption(argument)).ToList();
            var option = Array.Find(Options, option => option.IsNamed(arguments[i]));
            fault = option is null ? UnknownOption(arguments[i]) : FaultOfValues(option, arguments[i], values);
            if (option is not null)
            {
                given.Add(option);
            }

            i += 1 + values.Count;
        }

        return fault;
    }

    private static bool IsOption(string argument) => argument.StartsWith('-');

    private static string? FaultOfTargets(IEnumerable<string> names)
    {
        var unknown = names.SelectMany(name => name.Split('+'))
            .FirstOrDefault(name => !Targets.Contains(name.Replace("-", string.Empty, StringComparison.Ordinal), StringComparer.OrdinalIgnoreCase));
        return unknown is null ? null : $"There is no target '{unknown}'; {ParameterRules.Suggest(unknown, Targets) ?? $"there are {string.Join(", ", Targets)}."}";
    }

    private static string UnknownOption(string argument)
    {
        if (argument.IndexOf('=', StringComparison.Ordinal) is > 0 and var sign && Array.Find(Options, option => option.IsNamed(argument[..sign])) is { } meant)
        {
            return $"'{argument}' is written as '{meant.DashedName} {argument[(sign + 1)..]}'.";
        }

        return $"There is no option '{argument}'; {ParameterRules.Suggest(argument, [.. Options.Select(option => option.DashedName)]) ?? $"there are {string.Join(", ", Options.Select(option => option.DashedName))}."}";
    }

    private static string? FaultOfValues(CommandOption option, string typed, IReadOnlyList<string> values) => (option.Arity, values) switch
    {
        (Arity.Targets, _) => option.Name == "Target" && values.Count == 0 ? $"{typed} needs the name of a target." : FaultOfTargets(values),
        (Arity.Switch, []) => null,
        (Arity.One, []) or (_, [""]) => $"{typed} needs a value.",
        (_, [_, var second, ..]) when FaultOfTargets([second]) is not null => $"{typed} takes one value; '{second}' is one too many.",
        (_, [_, var second, ..]) => $"'{second}' stands after the value of {typed}; targets come first: ./build.sh {second} {typed} {values[0]}.",
        (Arity.Switch, [var value]) when Targets.Contains(value, StringComparer.OrdinalIgnoreCase) => $"'{value}' stands after {typed}; targets come first: ./build.sh {value} {typed}.",
        (_, [var value]) => FaultOfValue(option, typed, value),
        _ => null,
    };

    private static string? FaultOfValue(CommandOption option, string source, string value) =>
        option.FindFault(value) is { } fault ? $"{source} '{value}': {fault}{(fault.EndsWith('?') ? string.Empty : ".")}" : null;

    private static string? FaultOfEnvironment(HashSet<CommandOption> given)
    {
        foreach (var option in Options.Where(option => !given.Contains(option) && option.Arity != Arity.Targets))
        {
            var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => ((string)entry.Key, (string?)entry.Value)).Where(entry => IsVariableOf(option, entry.Item1)).ToList();
            foreach (var (name, _) in variables.Where(entry => string.IsNullOrWhiteSpace(entry.Item2)))
            {
                // CI systems pass unset variables as empty ones.
                Environment.SetEnvironmentVariable(name, null);
            }

            var set = variables.Where(entry => !string.IsNullOrWhiteSpace(entry.Item2)).ToList();
            if (set is [var (first, _), var (second, _), ..])
            {
                // NUKE would take neither.
                return $"The environment variables {first} and {second} both set {option.DashedName}; unset one.";
            }

            if (set is [var (name1, value)])
            {
                given.Add(option);
                if (FaultOfValue(option, $"The environment variable {name1}", value!) is { } fault)
                {
                    return fault;
                }
            }
        }

        return null;
    }

    /// <summary>As NUKE looks variables up: only letters and digits count, in any case, with NUKE before them or without.</summary>
    private static bool IsVariableOf(CommandOption option, string variable)
    {
        var name = string.Concat(variable.Where(char.IsLetterOrDigit));
        return string.Equals(name, option.Name, StringComparison.OrdinalIgnoreCase) || string.Equals(name, "NUKE" + option.Name, StringComparison.OrdinalIgnoreCase);
    }

    private static string? FaultOfFile(HashSet<CommandOption> given)
    {
        if (!File.Exists(ParametersFile))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(ParametersFile));
            return document.RootElement.EnumerateObject()
                .Where(property => property.Name != "$schema")
                .Select(property => FaultOfProperty(property, given))
                .FirstOrDefault(fault => fault is not null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return $"{ParametersFile} is not a JSON object: {e.Message}";
        }
    }

    private static string? FaultOfProperty(JsonProperty property, HashSet<CommandOption> given)
    {
        var option = Array.Find(Options, option => option.Name == property.Name && option.Arity != Arity.Targets);
        if (option is null)
        {
            return $"{ParametersFile}: there is no parameter '{property.Name}'; {ParameterRules.Suggest(property.Name, [.. Options.Select(option => option.Name)]) ?? "remove it."}";
        }

        return given.Contains(option) ? null : FaultOfValue(option, $"{ParametersFile}: {property.Name}", property.Value.ToString());
    }
}
