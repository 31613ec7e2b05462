using System.Globalization;
using System.Text.RegularExpressions;

namespace Pipeline.Delivery.Definition.Yaml;

/// <summary>A text, number, truth value or nothing, by the rules of YAML 1.2's core schema.</summary>
/// <param name="Text">As written, without quotes.</param>
/// <param name="IsQuoted">True if quotes or a block style make it a text whatever it looks like.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
public sealed partial record YamlScalar(string Text, bool IsQuoted, int Line, int Column) : YamlNode(Line, Column)
{
    public bool IsNull => !IsQuoted && (Text is "" or "~" or "null" or "Null" or "NULL");

    public bool? Boolean => IsQuoted ? null : Text switch
    {
        "true" or "True" or "TRUE" => true,
        "false" or "False" or "FALSE" => false,
        _ => null,
    };

    public long? WholeNumber => !IsQuoted && IntegerForm().IsMatch(Text) && long.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>A finite number; also set for an integer.</summary>
    public double? Number => !IsQuoted && NumberForm().IsMatch(Text) && double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;

    public bool IsText => IsQuoted || !(IsNull || Boolean is not null || NumberForm().IsMatch(Text));

    [GeneratedRegex(@"^[-+]?[0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex IntegerForm();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex NumberForm();
}
