using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Pipeline.WorkflowReplay;

/// <summary>The process's own streams.</summary>
[SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "The one place of the replay that touches the console.")]
internal static class Streams
{
    public static StreamWriter Output() => Writer(Console.OpenStandardOutput());

    public static StreamWriter Error() => Writer(Console.OpenStandardError());

    private static StreamWriter Writer(Stream stream) => new(stream, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
}
