using System.Text.RegularExpressions;

namespace Pipeline.Tracking.MlflowRest;

/// <summary>Names that the registries of all versions of MLflow take: some let pass what others, or their web pages, then cannot find.</summary>
internal static partial class MlflowNames
{
    /// <exception cref="TrackingException">It is none.</exception>
    public static void CheckModel(string model)
    {
        if (model.Length is 0 or > 256 || model.AsSpan().IndexOfAny("/:%") >= 0 || model.Any(char.IsControl))
        {
            throw new TrackingException(TrackingFault.Refused, $"'{model}' is no name of a model that MLflow takes: 1 to 256 characters, without / : % and line ends. Name it otherwise.");
        }
    }

    /// <exception cref="TrackingException">It is none.</exception>
    public static void CheckAlias(string aliasName)
    {
        if (!AliasPattern().IsMatch(aliasName) || ReservedPattern().IsMatch(aliasName))
        {
            throw new TrackingException(TrackingFault.Refused, $"'{aliasName}' is no alias that MLflow takes: 1 to 255 letters, digits, _ and -; not 'latest', and not 'v' with a number. Name it otherwise.");
        }
    }

    [GeneratedRegex(@"^[\w\-]{1,255}\z")]
    private static partial Regex AliasPattern();

    [GeneratedRegex(@"^(latest|v[0-9]+)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ReservedPattern();
}
