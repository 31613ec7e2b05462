using System.Globalization;
using System.Text.RegularExpressions;
using Serilog.Core;
using Serilog.Events;

namespace Pipeline.TrainingBenchmarks;

/// <summary>Reads off the log what the trainers' own fitting took.</summary>
internal sealed partial class FitTimes : ILogEventSink
{
    /// <summary>Of all trainers together, in seconds.</summary>
    public double Seconds { get; private set; }

    /// <summary>How many.</summary>
    public int Count { get; private set; }

    public void Emit(LogEvent logEvent)
    {
        if (Fitted().Match(logEvent.RenderMessage(CultureInfo.InvariantCulture)) is { Success: true } match)
        {
            Seconds += double.Parse(match.Groups["seconds"].Value, CultureInfo.InvariantCulture);
            Count++;
        }
    }

    [GeneratedRegex("fitted in (?<seconds>[0-9.]+) s$", RegexOptions.CultureInvariant)]
    private static partial Regex Fitted();
}
