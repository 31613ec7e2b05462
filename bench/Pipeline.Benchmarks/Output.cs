using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Pipeline.Benchmarks;

/// <summary>The process's own streams: results on standard output, reasons on standard error.</summary>
[SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "The one place of the benchmarks that touches the console.")]
internal static class Output
{
    public static void Line(FormattableString text) => Write(Console.OpenStandardOutput(), FormattableString.Invariant(text));

    public static void Error(string text) => Write(Console.OpenStandardError(), text);

    private static void Write(Stream stream, string text)
    {
        using (stream)
        {
            stream.Write(Encoding.UTF8.GetBytes(text + "\n"));
        }
    }
}
