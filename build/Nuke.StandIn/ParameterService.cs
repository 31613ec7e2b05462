using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Nuke.Common.Execution;

/// <summary>Values of parameters: command line, then environment, then .nuke/parameters.json.</summary>
internal sealed class ParameterService(IReadOnlyList<string> arguments, string rootDirectory)
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.FlattenHierarchy;

    /// <summary>Dashes and case do not count in names.</summary>
    public static bool IsSameName(string typed, string name) => string.Equals(typed.Replace("-", string.Empty, StringComparison.Ordinal), name, StringComparison.OrdinalIgnoreCase);

    public static string DashedName(string name) => string.Concat(name.Select((letter, index) => index > 0 && char.IsUpper(letter) ? $"-{letter}" : $"{letter}")).ToLowerInvariant();

    public static string NameOf(MemberInfo member) => member.GetCustomAttribute<ParameterAttribute>()!.Name ?? member.Name;

    public static IReadOnlyList<MemberInfo> MembersOf(Type type) =>
        [.. type.GetMembers(Members).Where(member => member.IsDefined(typeof(ParameterAttribute))).OrderBy(NameOf, StringComparer.CurrentCulture)];

    /// <summary>Sets every field that has a value somewhere; the others keep their initialisers.</summary>
    public void Inject(object build)
    {
        foreach (var field in MembersOf(build.GetType()).OfType<FieldInfo>())
        {
            if (Find(NameOf(field)) is { } values)
            {
                field.SetValue(build, Convert(values, field.FieldType));
            }
        }
    }

    /// <summary>Targets named before the first option, or after --target.</summary>
    public IReadOnlyList<string> InvokedTargets => Split(FromArguments("Target") ?? [.. arguments.TakeWhile(argument => !IsOption(argument))]);

    /// <summary>Null if nothing is skipped; empty if everything is that was not invoked.</summary>
    public IReadOnlyList<string>? SkippedTargets => FromArguments("Skip") is { } names ? Split(names) : null;

    public T Get<T>(string name, T otherwise) => Find(name) is { } values ? (T)Convert(values, typeof(T))! : otherwise;

    private static string[] Split(IEnumerable<string> names) => [.. names.SelectMany(name => name.Split('+'))];

    private static bool IsOption(string argument) => argument.StartsWith('-');

    private static object? Convert(IReadOnlyList<string> values, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return values is [] && type == typeof(bool) ? true : TypeDescriptor.GetConverter(type).ConvertFromString(null, CultureInfo.InvariantCulture, values.Single());
    }

    private IReadOnlyList<string>? Find(string name) => FromArguments(name) ?? FromEnvironment(name) ?? FromFile(name);

    private string[]? FromArguments(string name)
    {
        var index = arguments.ToList().FindLastIndex(argument => IsOption(argument) && IsSameName(argument, name));
        return index < 0 ? null : [.. arguments.Skip(index + 1).TakeWhile(argument => !IsOption(argument))];
    }

    private static string[]? FromEnvironment(string name)
    {
        var found = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Where(entry => string.Concat(((string)entry.Key).Where(char.IsLetterOrDigit)) is var key && (IsSameName(key, name) || IsSameName(key, "NUKE" + name)))
            .ToList();
        return found is [var single] ? [(string)single.Value!] : null;
    }

    private string[]? FromFile(string name)
    {
        var file = Path.Combine(rootDirectory, ".nuke", "parameters.json");
        if (!File.Exists(file))
        {
            return null;
        }

        using var document = JsonDocument.Parse(File.ReadAllText(file));
        return document.RootElement.TryGetProperty(name, out var value) ? [value.ToString()] : null;
    }
}
