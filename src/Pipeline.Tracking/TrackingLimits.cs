namespace Pipeline.Tracking;

/// <summary>What MLflow takes; longer values are cut, as its newer servers do, and older ones refuse. Source: MLflow's utils/validation.py.</summary>
public static class TrackingLimits
{
    /// <summary>Characters of a name of a parameter, metric or tag; a longer one is refused.</summary>
    public const int Name = 250;

    public const int ParameterValue = 6000;

    public const int TagValue = 5000;

    /// <summary>Of a registered model and its versions: description and tags.</summary>
    public const int RegistryText = 5000;

    public const string CutMark = "…";

    /// <summary>The text, or its beginning with <see cref="CutMark"/>; surrogate pairs stay whole.</summary>
    public static string Cut(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }

        var end = length - CutMark.Length;
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[end - 1]) ? end - 1 : end), CutMark);
    }

    /// <summary>Fails on a name that MLflow would refuse.</summary>
    /// <exception cref="TrackingException">It is empty, too long, has other characters than letters, digits, <c>_ - . / :</c> and blanks, or is no relative path.</exception>
    public static void CheckName(string name)
    {
        var isPath = name is { Length: > 0 and <= Name } && name.All(letter => char.IsLetterOrDigit(letter) || letter is '_' or '-' or '.' or ' ' or '/' or ':');
        if (!isPath || name.Split('/').Any(part => part is "" or "." or ".."))
        {
            throw new TrackingException(TrackingFault.Refused, $"'{name}' is no name that MLflow takes: letters, digits, _ - . / : and blanks, at most {Name}, no empty part and no '..' between slashes.");
        }
    }
}
