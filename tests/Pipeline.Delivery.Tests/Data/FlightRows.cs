using System.Globalization;
using System.Text;

namespace Pipeline.Delivery.Tests.Data;

/// <summary>Made-up flights from January to June 2001, one every six hours, as CSV.</summary>
internal static class FlightRows
{
    public const string Header = "departure,late,hour,origin\n";

    public static IReadOnlyList<string> Lines { get; } = [.. Enumerable.Range(0, 181 * 4).Select(Line)];

    public static string Csv => Header + string.Concat(Lines);

    public static string CsvOf(IEnumerable<string> lines) => new StringBuilder(Header).AppendJoin(string.Empty, lines).ToString();

    private static string Line(int i)
    {
        var time = new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Unspecified).AddHours(i * 6);
        return string.Create(CultureInfo.InvariantCulture, $"{time:yyyy-MM-dd HH:mm:ss},{(i % 5 == 0 ? "true" : "false")},{time.Hour},{"ABC"[i % 3]}{"XY"[i % 2]}\n");
    }
}
