using System.Globalization;
using System.Text;
using Pipeline.Delivery.Evaluation;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>Which class is taken for which, as a table whose cells are the darker the greater their share of the class is.</summary>
internal static class ConfusionTable
{
    private const int NameWidth = 24;
    private const string Others = "all others";

    // Least shares of the tints; below the first there is none.
    private static readonly double[] Tints = [0.01, 0.1, 0.25, 0.5, 0.75];

    public static string Render(ClassConfusion confusion)
    {
        List<string> names = [.. confusion.Names.Select(name => Text(VisibleText.Name(name, NameWidth)))];
        names.AddRange(confusion.HasOthers ? [Others] : []);
        var html = new StringBuilder("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Rows by true and predicted class\"><table class=\"matrix\"><caption>A line is a true class, a column a predicted one; below each number its share of the line. Framed: predicted right.</caption><thead><tr><td></td>");
        html.AppendJoin(string.Empty, names.Select(name => $"<th scope=\"col\">{name}</th>")).Append("</tr></thead><tbody>\n");
        foreach (var (actual, line) in confusion.Counts.Index())
        {
            var rows = line.Sum();
            html.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{names[actual]}</th>");
            foreach (var (predicted, count) in line.Index())
            {
                // Of the others it is not known here which are right.
                html.Append(Cell(count, rows, isRight: actual == predicted && actual < confusion.Names.Count));
            }

            html.Append("</tr>\n");
        }

        return html.Append("</tbody></table></div>").ToString();
    }

    private static string Cell(long count, long rows, bool isRight)
    {
        if (count == 0)
        {
            return isRight ? "<td class=\"right\">0</td>" : "<td>0</td>";
        }

        var share = (double)count / rows;
        var tint = Tints.Count(least => share >= least);
        string[] classes = [.. tint > 0 ? [string.Create(CultureInfo.InvariantCulture, $"t{tint}")] : Array.Empty<string>(), .. isRight ? ["right"] : Array.Empty<string>()];
        return $"<td{(classes.Length > 0 ? $" class=\"{string.Join(' ', classes)}\"" : string.Empty)}>{Number(count)}<small>{(share * 100).ToString("0.#", CultureInfo.InvariantCulture)} %</small></td>";
    }
}
