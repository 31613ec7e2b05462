using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Pipeline.Inference.Hosting;

/// <summary>The process's own streams, for what happens before there is a logger or after it is gone.</summary>
[SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "The one place of the service that touches the console.")]
internal static class StandardStreams
{
    /// <summary>Writes one line to standard error; line breaks within the message become spaces.</summary>
    public static void WriteError(string message)
    {
        var line = string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        using var stream = Console.OpenStandardError();
        stream.Write(Encoding.UTF8.GetBytes($"inference: {line}\n"));
    }

    public static Stream OpenInput() => Console.OpenStandardInput();
}
