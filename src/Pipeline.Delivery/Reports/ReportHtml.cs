using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;

namespace Pipeline.Delivery.Reports;

/// <summary>What the HTML reports have in common: the page around them, their style, tables, and how text and numbers are written.</summary>
internal static class ReportHtml
{
    /// <summary>The style of every report.</summary>
    public static string Style { get; } = Resource("report.css");

    /// <summary>An offline page without a script.</summary>
    /// <param name="title">Plain text.</param>
    /// <param name="style">CSS.</param>
    /// <param name="body">HTML, which ends with a new line.</param>
    public static string Page(string title, string style, string body) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{Text(title)}</title>
        <style>
        {style}</style>
        </head>
        <body>
        <main>
        {body}</main>
        </body>
        </html>

        """;

    /// <summary>A table. Cells are HTML already.</summary>
    /// <param name="headers">Plain text; one that starts with # is of a column of numbers, which must be one of the first ten, one with ~ of intervals, the second to the sixth.</param>
    /// <param name="rows">A cell per header.</param>
    /// <param name="caption">Plain text, for those who do not see what stands above; null for none.</param>
    /// <param name="rowHeader">The column that names its row; null for none.</param>
    /// <param name="idPrefix">Rows get this and their number, from 0, as id; null for none.</param>
    public static string Table(IReadOnlyList<string> headers, IEnumerable<IReadOnlyList<string>> rows, string? caption = null, int? rowHeader = null, string? idPrefix = null)
    {
        var html = new StringBuilder("<div class=\"scroll\" tabindex=\"0\"");
        html.Append(caption is null ? ">" : $" role=\"region\" aria-label=\"{Text(caption)}\">");
        html.Append(CultureInfo.InvariantCulture, $"<table class=\"{NumberColumns(headers)}\">").Append(caption is null ? string.Empty : $"<caption>{Text(caption)}</caption>").Append("<thead><tr>");
        foreach (var header in headers)
        {
            html.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\">{Text(header.TrimStart('#', '~'))}</th>");
        }

        html.Append("</tr></thead><tbody>\n");
        foreach (var (index, row) in rows.Index())
        {
            html.Append(idPrefix is null ? "<tr>" : string.Create(CultureInfo.InvariantCulture, $"<tr id=\"{idPrefix}{index}\">"));
            html.AppendJoin(string.Empty, row.Select((cell, column) => column == rowHeader ? $"<th scope=\"row\">{cell}</th>" : $"<td>{cell}</td>"));
            html.Append("</tr>\n");
        }

        return html.Append("</tbody></table></div>").ToString();
    }

    /// <summary>A bar of so much of its cell.</summary>
    /// <param name="share">0 to 1.</param>
    public static string Bar(double share) => $"<span class=\"bar\" style=\"width:{(share * 100).ToString("0.0", CultureInfo.InvariantCulture)}%\"></span>";

    public static string Text(string text) => WebUtility.HtmlEncode(text);

    public static string Number(double value) => value.ToString("#,0.####", CultureInfo.InvariantCulture);

    /// <summary>A text file that is part of this assembly.</summary>
    public static string Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    // The style aligns columns by these: a class on each cell of a long table would be most of the page.
    private static string NumberColumns(IReadOnlyList<string> headers) =>
        string.Join(' ', headers.Index().Where(header => header.Item[..Math.Min(1, header.Item.Length)] is "#" or "~").Select(header => string.Create(CultureInfo.InvariantCulture, $"{(header.Item[0] == '#' ? 'n' : 'i')}{header.Index + 1}")));
}
