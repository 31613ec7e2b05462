using Serilog.Core;
using Serilog.Events;

namespace Pipeline.Integration.Tests;

internal sealed class TextSink(TextWriter output) : ILogEventSink
{
    // RunLog writes one thing at a time.
    public void Emit(LogEvent logEvent) => output.WriteLine(logEvent.RenderMessage(System.Globalization.CultureInfo.InvariantCulture));
}
