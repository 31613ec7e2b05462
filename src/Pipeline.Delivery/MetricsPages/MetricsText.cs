using System.Globalization;
using System.Text.RegularExpressions;

namespace Pipeline.Delivery.MetricsPages;

/// <summary>
/// Reads Prometheus' text format (version 0.0.4) more strictly than Prometheus does: what this accepts, every scraper does.
/// Format: https://prometheus.io/docs/instrumenting/exposition_formats/.
/// </summary>
public sealed partial class MetricsText
{
    private static readonly string[] Types = ["counter", "gauge", "histogram", "summary", "untyped"];

    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);
    private readonly HashSet<string> _helped = new(StringComparer.Ordinal);
    private readonly HashSet<string> _finished = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MetricSample> _samples = new(StringComparer.Ordinal);
    private string? _family;

    private MetricsText()
    {
    }

    /// <summary>Every sample, in order.</summary>
    public IReadOnlyCollection<MetricSample> Samples => _samples.Values;

    /// <exception cref="InvalidDataException">A line is not of the format; the message has its number.</exception>
    public static MetricsText Parse(string text)
    {
        var result = new MetricsText();
        if (text.Length == 0 || !text.EndsWith('\n'))
        {
            throw new InvalidDataException("the last line does not end with a line feed");
        }

        var lines = text.Split('\n');
        for (var number = 1; number < lines.Length; number++)
        {
            try
            {
                result.Read(lines[number - 1]);
            }
            catch (FormatException e)
            {
                throw new InvalidDataException($"line {number} ({e.Message}): {lines[number - 1]}", e);
            }
        }

        result.CheckHistograms();
        return result;
    }

    /// <summary>The sum over a counter's series.</summary>
    /// <param name="isWanted">By family name.</param>
    public double SumOfCounters(Predicate<string> isWanted) =>
        Samples.Where(sample => _types.GetValueOrDefault(sample.Name) == "counter" && isWanted(sample.Name)).Sum(sample => sample.Value);

    private void Read(string line)
    {
        if (line.Length == 0)
        {
            return;
        }

        if (line.StartsWith('#'))
        {
            ReadComment(line);
            return;
        }

        var match = SamplePattern().Match(line);
        if (!match.Success)
        {
            throw new FormatException("not a sample");
        }

        var name = match.Groups["name"].Value;
        Enter(FamilyOf(name));
        var labels = ReadLabels(match.Groups["labels"]);
        var series = name + "{" + string.Join(',', labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}")) + "}";
        if (!_samples.TryAdd(series, new MetricSample(name, labels.ToDictionary(label => label.Key, label => Unescape(label.Value), StringComparer.Ordinal), ReadValue(match.Groups["value"].Value))))
        {
            throw new FormatException("the series is there twice");
        }
    }

    private void ReadComment(string line)
    {
        var parts = line.Split(' ', 4);
        if (parts is not ["#", "HELP" or "TYPE", var name, ..])
        {
            return;
        }

        if (!NamePattern().IsMatch(name))
        {
            throw new FormatException("not a metric name");
        }

        Enter(name);
        if (_samples.Values.Any(sample => FamilyOf(sample.Name) == name))
        {
            throw new FormatException($"{parts[1]} comes after the family's samples");
        }

        var isNew = parts[1] == "HELP" ? _helped.Add(name) : _types.TryAdd(name, TypeOf(parts));
        if (!isNew)
        {
            throw new FormatException($"a second {parts[1]} for {name}");
        }
    }

    private static string TypeOf(string[] parts) => parts is [_, _, _, var type] && Types.Contains(type) ? type : throw new FormatException("unknown type");

    /// <summary>A family's lines must stand together.</summary>
    private void Enter(string family)
    {
        if (family == _family)
        {
            return;
        }

        if (_family is not null)
        {
            _finished.Add(_family);
        }

        if (_finished.Contains(family))
        {
            throw new FormatException($"the lines of {family} do not stand together");
        }

        _family = family;
    }

    private string FamilyOf(string name)
    {
        foreach (var suffix in (ReadOnlySpan<string>)["_bucket", "_sum", "_count"])
        {
            if (name.EndsWith(suffix, StringComparison.Ordinal) && _types.TryGetValue(name[..^suffix.Length], out var type) && type is "histogram" or "summary")
            {
                return name[..^suffix.Length];
            }
        }

        return name;
    }

    private static Dictionary<string, string> ReadLabels(Group group)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (Match label in LabelPattern().Matches(group.Value))
        {
            if (!labels.TryAdd(label.Groups["name"].Value, label.Groups["value"].Value))
            {
                throw new FormatException("a label is there twice");
            }
        }

        return labels;
    }

    private static string Unescape(string text) =>
        text.Contains('\\', StringComparison.Ordinal) ? EscapePattern().Replace(text, match => match.Value == "\\n" ? "\n" : match.Value[1..]) : text;

    private static double ReadValue(string text) => text switch
    {
        "NaN" => double.NaN,
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ when char.IsAsciiDigit(text[^1]) || text[^1] == '.' => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
        _ => throw new FormatException("not a number"),
    };

    private void CheckHistograms()
    {
        foreach (var (family, _) in _types.Where(type => type.Value == "histogram"))
        {
            var counts = Samples.Where(sample => sample.Name == family + "_count").ToDictionary(SeriesOf, sample => sample.Value);
            foreach (var series in Samples.Where(sample => sample.Name == family + "_bucket").GroupBy(SeriesOf))
            {
                CheckBuckets(family, [.. series], counts.GetValueOrDefault(series.Key, double.NaN));
            }
        }
    }

    private static void CheckBuckets(string family, IReadOnlyList<MetricSample> buckets, double count)
    {
        var bounds = buckets.Select(bucket => bucket.Labels.TryGetValue("le", out var le) ? ReadValue(le) : throw new InvalidDataException($"a bucket of {family} has no label le")).ToList();
        var isOrdered = bounds.Zip(bounds.Skip(1), (a, b) => a < b).All(x => x) && buckets.Zip(buckets.Skip(1), (a, b) => a.Value <= b.Value).All(x => x);
        if (!isOrdered || !double.IsPositiveInfinity(bounds[^1]) || !buckets[^1].Value.Equals(count))
        {
            throw new InvalidDataException($"the buckets of {family} are not cumulative up to +Inf = {family}_count");
        }
    }

    private static string SeriesOf(MetricSample sample) =>
        string.Join(',', sample.Labels.Where(label => label.Key != "le").OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));

    [GeneratedRegex(@"\\.")]
    private static partial Regex EscapePattern();

    [GeneratedRegex(@"^[a-zA-Z_:][a-zA-Z0-9_:]*\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(?<labels>(?:[a-zA-Z_][a-zA-Z0-9_]*=""(?:[^""\\]|\\[\\""n])*"")(?:,[a-zA-Z_][a-zA-Z0-9_]*=""(?:[^""\\]|\\[\\""n])*"")*,?)?\})? (?<value>\S+)(?: -?[0-9]+)?\z")]
    private static partial Regex SamplePattern();

    [GeneratedRegex(@"(?<name>[a-zA-Z_][a-zA-Z0-9_]*)=""(?<value>(?:[^""\\]|\\[\\""n])*)""")]
    private static partial Regex LabelPattern();
}
