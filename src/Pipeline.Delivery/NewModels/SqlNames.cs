using System.Text.RegularExpressions;
using Pipeline.Delivery.Data;

namespace Pipeline.Delivery.NewModels;

/// <summary>Writes names of columns as a person would: in quotes only where they are needed.</summary>
internal sealed partial class SqlNames
{
    private readonly HashSet<string> _keywords = new(StringComparer.OrdinalIgnoreCase);

    public SqlNames(DuckDatabase database, CancellationToken cancellationToken) =>
        database.Read("SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category <> 'unreserved'", reader => _keywords.Add(reader.GetString(0)), cancellationToken);

    public string Of(string name) => Plain().IsMatch(name) && !_keywords.Contains(name) ? name : DuckDatabase.Identifier(name);

    /// <summary>False for a name that no text file can hold as it is.</summary>
    public static bool CanBeWritten(string text) => !text.Any(letter => char.IsControl(letter) || char.IsSurrogate(letter) || letter is '\u2028' or '\u2029' or '\uFEFF' or >= '\uFFFE');

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
