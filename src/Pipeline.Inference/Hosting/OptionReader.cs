using System.Globalization;
using System.Net;
using Pipeline.Inference.Access;
using ModelDigest = Pipeline.ModelPackage.Digest;

namespace Pipeline.Inference.Hosting;

/// <summary>Takes options off a command line one by one and notes what is wrong with them; what is left at the end is unknown.</summary>
internal sealed class OptionReader(IReadOnlyList<string> arguments, Func<string, string?> environment)
{
    private readonly List<string> _rest = [.. arguments];
    private readonly List<string> _known = [];
    private readonly List<string> _faults = [];

    public bool Flag(string name)
    {
        _known.Add(name);
        return _rest.RemoveAll(argument => argument == name) > 0;
    }

    /// <summary>Set by the option or by the variable's value true or 1.</summary>
    public bool Flag(string name, string variable)
    {
        var flag = Flag(name);
        switch (environment(variable))
        {
            case null or "" or "false" or "0":
                return flag;
            case "true" or "1":
                return true;
            case var text:
                _faults.Add($"{variable} must be true or false, not '{text}'.");
                return flag;
        }
    }

    /// <summary>Whether a variable has a value that somebody else reads.</summary>
    public bool IsSet(string variable) => environment(variable) is { Length: > 0 };

    /// <summary>The keys that a variable lists. There is no option for it: a command line is no place for secrets.</summary>
    public KeyHashes Keys(string variable)
    {
        if (environment(variable) is not { Length: > 0 } text)
        {
            return KeyHashes.None;
        }

        try
        {
            return KeyHashes.Parse(text, ',', variable);
        }
        catch (InvalidDataException e)
        {
            _faults.Add(e.Message);
            return KeyHashes.None;
        }
    }

    /// <summary>The option's value, else the variable's, else null. An empty variable counts as not set.</summary>
    public string? Text(string name, string variable) => Take(name) ?? (environment(variable) is { Length: > 0 } value ? value : null);

    public int Number(string name, string variable, int minimum, int maximum, int byDefault) => Number(name, variable, minimum, maximum) ?? byDefault;

    /// <summary>Null if neither the option nor the variable is set.</summary>
    public int? Number(string name, string variable, int minimum, int maximum)
    {
        if (Text(name, variable) is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum)
        {
            return number;
        }

        _faults.Add($"{name} ({variable}) must be a whole number from {minimum} to {maximum}, not '{text}'.");
        return null;
    }

    /// <summary>A share from 0 to 1.</summary>
    public double Share(string name, string variable, double byDefault)
    {
        if (Text(name, variable) is not { } text)
        {
            return byDefault;
        }

        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1)
        {
            return share;
        }

        _faults.Add($"{name} ({variable}) must be a number from 0 to 1, not '{text}'.");
        return byDefault;
    }

    /// <summary>The index of the value in a list of choices; 0, the default, if it is not given.</summary>
    public int Choice(string name, string variable, params IReadOnlyList<string> choices)
    {
        if (Text(name, variable) is not { } text)
        {
            return 0;
        }

        for (var index = 0; index < choices.Count; index++)
        {
            if (choices[index] == text)
            {
                return index;
            }
        }

        _faults.Add($"{name} ({variable}) must be {string.Join(" or ", choices)}, not '{text}'.");
        return 0;
    }

    public IPAddress? Address(string name, string variable)
    {
        var text = Text(name, variable);
        if (text is null or "localhost")
        {
            return text is null ? null : IPAddress.Loopback;
        }

        if (!IPAddress.TryParse(text, out var address))
        {
            _faults.Add($"{name} ({variable}) must be an IP address such as 127.0.0.1, not '{text}'.");
        }

        return address;
    }

    public ModelDigest? Digest(string name, string variable)
    {
        if (Text(name, variable) is not { } text)
        {
            return null;
        }

        if (!ModelDigest.TryParse(text, out var digest))
        {
            _faults.Add($"{name} ({variable}) must be sha256: and 64 lower-case hex digits, not '{text}'.");
        }

        return digest;
    }

    /// <summary>Every fault so far, and each argument that no option has taken.</summary>
    public IReadOnlyList<string> Faults() => [.. _faults, .. _rest.Select(argument => $"Unknown option '{argument}'; the options are {string.Join(", ", _known)}.").Take(1)];

    private string? Take(string name)
    {
        _known.Add(name);
        string? value = null;
        for (var index = _rest.IndexOf(name); index >= 0; index = _rest.IndexOf(name))
        {
            if (index + 1 == _rest.Count || _rest[index + 1].StartsWith("--", StringComparison.Ordinal))
            {
                _faults.Add($"{name} needs a value.");
                _rest.RemoveAt(index);
                continue;
            }

            if (value is not null)
            {
                _faults.Add($"{name} is given twice.");
            }

            value = _rest[index + 1];
            _rest.RemoveRange(index, 2);
        }

        return value;
    }
}
