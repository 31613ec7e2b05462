using System.Globalization;
using Pipeline.Engine;

namespace Pipeline.Delivery.Gates.Waivers;

/// <summary>What a user asks to be waived.</summary>
/// <param name="Gate">What the gate asks, as the verdict writes it, or enough of its beginning to tell it from others.</param>
/// <param name="Reason">Why.</param>
/// <param name="Expires">The first day on which the waiver no longer holds.</param>
public sealed record WaiveOptions(string Gate, string Reason, DateOnly Expires)
{
    private const string Example = "./build.sh Waive --waived-gate \"ece\" --reason \"the season changes; calibrated anew in May\" --expires 2026-05-01";

    /// <param name="gate">As typed; null if it was not.</param>
    /// <param name="reason">Likewise.</param>
    /// <param name="expires">Likewise.</param>
    /// <param name="today">In UTC.</param>
    /// <exception cref="PipelineException">Exit code 64: something is missing or at fault.</exception>
    public static WaiveOptions Parse(string? gate, string? reason, string? expires, DateOnly today)
    {
        if (gate is null || reason is null || expires is null)
        {
            throw new PipelineException(ExitCode.Usage, $"Waive needs a gate, a reason and a day: {Example}");
        }

        if (!DateOnly.TryParseExact(expires, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            throw new PipelineException(ExitCode.Usage, $"--expires '{expires}' must be a day such as 2026-05-01.");
        }

        return day > today && day.DayNumber - today.DayNumber <= Waiver.MaxDays
            ? new WaiveOptions(gate, reason, day)
            : throw new PipelineException(ExitCode.Usage, FormattableString.Invariant($"--expires {expires} must be after today ({today:yyyy-MM-dd}) and within {Waiver.MaxDays} days; what is to hold for longer is a changed gate in model.yaml."));
    }

    /// <summary>The one row that is meant, of those that did not pass.</summary>
    /// <exception cref="PipelineException">Exit code 64: none is, or several are.</exception>
    public GateRow Find(IReadOnlyList<GateRow> rows)
    {
        // A gate that the definition has twice is one to waive.
        var open = rows.Where(row => !row.Passed).DistinctBy(row => row.Check).ToList();
        var meant = open.Where(row => row.Check == Gate).ToList() is { Count: 1 } exact ? exact : [.. open.Where(row => row.Check.StartsWith(Gate, StringComparison.OrdinalIgnoreCase))];
        return meant.Count == 1
            ? meant[0]
            : throw new PipelineException(
                ExitCode.Usage,
                open.Count == 0
                    ? "Every gate is fulfilled; there is nothing to waive."
                    : $"--waived-gate '{Gate}' {(meant.Count == 0 ? "is none of the gates that said no" : "is the beginning of several gates that said no")}:\n  {string.Join("\n  ", (meant.Count == 0 ? open : meant).Select(row => row.Check))}");
    }
}
