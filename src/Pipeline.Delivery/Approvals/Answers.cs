using Pipeline.Engine;

namespace Pipeline.Delivery.Approvals;

/// <summary>What a person answers at a terminal, or said beforehand on the command line.</summary>
internal static class Answers
{
    /// <exception cref="PipelineException">Exit code 64: none was given, and there is nobody to ask.</exception>
    public static string Reason(RunLog log, string verb, DecisionOptions options)
    {
        var reason = options.Reason ?? (log.IsInteractive ? log.Ask($"{verb}: why?") : null);
        return string.IsNullOrWhiteSpace(reason)
            ? throw new PipelineException(ExitCode.Usage, $"{verb} needs a reason, which goes on record: ./build.sh {verb} … --reason \"…\"; nothing was recorded.")
            : reason.Trim();
    }

    /// <exception cref="PipelineException">Exit code 64: it was not confirmed, or there is nobody to ask.</exception>
    public static void Confirm(RunLog log, string verb, string what, DecisionOptions options)
    {
        if (options.Yes)
        {
            return;
        }

        if (!log.IsInteractive)
        {
            throw new PipelineException(ExitCode.Usage, $"{verb} is to be confirmed, and there is no terminal to ask at. Give --yes; nothing was recorded.");
        }

        if (!string.Equals(log.Ask($"{what}? Type yes to sign:").Trim(), "yes", StringComparison.OrdinalIgnoreCase))
        {
            throw new PipelineException(ExitCode.Usage, $"{verb}: it was not confirmed; nothing was recorded.");
        }
    }
}
