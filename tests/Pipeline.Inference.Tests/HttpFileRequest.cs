using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Pipeline.Inference.Tests;

/// <summary>One request of an .http file.</summary>
/// <param name="Title">What stands behind ###.</param>
/// <param name="Method">The method.</param>
/// <param name="Url">The address, variables filled in.</param>
/// <param name="Headers">Name and value of each header.</param>
/// <param name="Body">The body; empty if there is none.</param>
internal sealed partial record HttpFileRequest(string Title, string Method, string Url, IReadOnlyList<(string Name, string Value)> Headers, string Body)
{
    /// <summary>The error that the title announces; null if the request should be answered.</summary>
    public int? WantedError => Announced().Match(Title) is { Success: true } match ? int.Parse(match.Groups["status"].Value, CultureInfo.InvariantCulture) : null;

    /// <param name="text">The file.</param>
    /// <param name="variables">Values that win over those in the file.</param>
    public static IReadOnlyList<HttpFileRequest> Parse(string text, IReadOnlyDictionary<string, string> variables)
    {
        var parts = Separator().Split(text.ReplaceLineEndings("\n"));
        var values = Variable().Matches(parts[0]).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value);
        foreach (var (name, value) in variables)
        {
            values[name] = value;
        }

        return [.. parts.Skip(1).Select(part => ParseOne(Use().Replace(part, match => values[match.Groups["name"].Value])))];
    }

    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(new HttpMethod(Method), Url);
        if (Body.Length > 0)
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body));
        }

        foreach (var (name, value) in Headers)
        {
            (message.Headers.TryAddWithoutValidation(name, value) || message.Content!.Headers.TryAddWithoutValidation(name, value)).Should().BeTrue(name);
        }

        return message;
    }

    private static HttpFileRequest ParseOne(string part)
    {
        var halves = part.Trim('\n').Split("\n\n", 2);
        string[] lines = [.. halves[0].Split('\n').Where((line, index) => index == 0 || !line.StartsWith('#'))];
        var start = lines[1].Split(' ');
        var headers = lines.Skip(2).Select(line => line.Split(": ", 2)).Select(header => (header[0], header[1]));
        return new HttpFileRequest(lines[0].Trim(), start[0], start[1], [.. headers], halves.Length > 1 ? halves[1].Trim() : string.Empty);
    }

    [GeneratedRegex("^###", RegexOptions.Multiline)]
    private static partial Regex Separator();

    [GeneratedRegex("^@(?<name>[a-z]+) = (?<value>.+)$", RegexOptions.Multiline)]
    private static partial Regex Variable();

    [GeneratedRegex(@"\{\{(?<name>[a-z.$]+)\}\}")]
    private static partial Regex Use();

    [GeneratedRegex(@"Answers (?<status>\d{3})$")]
    private static partial Regex Announced();
}
