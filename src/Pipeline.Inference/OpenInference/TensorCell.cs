using System.Text;
using System.Text.Unicode;
using Pipeline.Inference.Scoring;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.OpenInference;

/// <summary>Puts one element of a tensor into the rows, by the rules that all dialects share.</summary>
internal static class TensorCell
{
    /// <param name="exchange">Takes the value or the fault.</param>
    /// <param name="column">A categorical one.</param>
    /// <param name="row">The row.</param>
    /// <param name="text">Nothing escaped; need not be UTF-8.</param>
    public static void SetCategory(Exchange exchange, Column column, int row, ReadOnlySpan<byte> text)
    {
        var code = column.CodeOf(text);
        if (code >= 0)
        {
            exchange.Rows.SetCode(row, column.Slot, code);
        }
        else
        {
            SetUnseen(exchange, column, row, text, code);
        }
    }

    /// <summary>Sets the element to missing, or notes that it must not be.</summary>
    /// <param name="exchange">Takes the value or the fault.</param>
    /// <param name="column">The column.</param>
    /// <param name="row">The row.</param>
    /// <param name="got">How the client said so.</param>
    public static void SetMissing(Exchange exchange, Column column, int row, string got)
    {
        if (column.AllowsMissing)
        {
            column.SetMissing(exchange.Rows, row);
        }
        else
        {
            exchange.Faults.Add(row, column.Name, column.Expected, got);
        }
    }

    private static void SetUnseen(Exchange exchange, Column column, int row, ReadOnlySpan<byte> text, long code)
    {
        if (code == CategoryCode.Missing)
        {
            exchange.Faults.Add(row, column.Name, column.Expected, "U+FFFF, which stands for a missing value");
        }
        else if (!Utf8.IsValid(text))
        {
            exchange.Faults.Add(row, column.Name, "a string in UTF-8", "bytes that are no UTF-8");
        }
        else
        {
            exchange.Rows.SetCode(row, column.Slot, code);
            if (exchange.Rows.KeepsUnseen)
            {
                exchange.Rows.NoteUnseen(row, column.Slot, Encoding.UTF8.GetString(text));
            }
        }
    }
}
