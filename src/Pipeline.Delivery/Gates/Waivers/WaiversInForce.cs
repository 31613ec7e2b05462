using System.Globalization;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Gates.Waivers;

/// <summary>The waivers that are for one model, on one day.</summary>
/// <param name="Holding">Those that hold.</param>
/// <param name="Expired">Those that no longer do, or not yet.</param>
public sealed record WaiversInForce(IReadOnlyList<Waiver> Holding, IReadOnlyList<Waiver> Expired)
{
    public static WaiversInForce None { get; } = new([], []);

    /// <param name="waivers">Of the model's folder.</param>
    /// <param name="model">Digest of the candidate's model.onnx.</param>
    /// <param name="today">In UTC.</param>
    public static WaiversInForce Of(IReadOnlyList<Waiver> waivers, Digest model, DateOnly today)
    {
        var ofModel = waivers.Where(waiver => waiver.Model == model).ToList();
        return new WaiversInForce([.. ofModel.Where(waiver => waiver.Holds(today))], [.. ofModel.Where(waiver => !waiver.Holds(today))]);
    }

    /// <summary>Rows that did not pass and that a waiver is for become waived; what was seen stays in their reason.</summary>
    public IReadOnlyList<GateRow> Apply(IReadOnlyList<GateRow> rows) => [.. rows.Select(Apply)];

    /// <summary>Parts of a key: a verdict by a waiver ends when that does.</summary>
    internal IEnumerable<(string Name, string Value)> KeyParts() => Holding.Count == 0 && Expired.Count == 0 ? [] : [("waivers", Digest.Of(PackageJson.Serialize(this)).ToString())];

    /// <summary>Tells of those that hold and that no row needs.</summary>
    /// <param name="log">Where.</param>
    /// <param name="stage">That judged the rows.</param>
    /// <param name="rows">Every row of that stage.</param>
    /// <param name="areOfOperations">Whether they are of operation gates: what SmokeTest judges, Gate knows nothing of, and the other way round.</param>
    internal void TellNotNeeded(RunLog log, string stage, IReadOnlyList<GateRow> rows, bool areOfOperations)
    {
        foreach (var waiver in Holding.Where(waiver => waiver.IsOfOperation() == areOfOperations && rows.All(row => row.Waiver?.Name != waiver.Name)))
        {
            log.Warn($"{stage}: the waiver {waiver.Name} is not needed: '{waiver.Gate}' is fulfilled, or no longer asked. Remove it.");
        }
    }

    private GateRow Apply(GateRow row)
    {
        if (row.Outcome == GateOutcome.Pass)
        {
            return row;
        }

        if (Holding.FirstOrDefault(waiver => waiver.Gate == row.Check) is { } holding)
        {
            var reason = string.Create(CultureInfo.InvariantCulture, $"{row.Reason}; waived by {holding.ApprovedBy} until {holding.Expires.AddDays(-1):yyyy-MM-dd}: {holding.Reason}");
            return row with { Outcome = GateOutcome.Waived, Reason = reason, Waiver = holding };
        }

        return Expired.FirstOrDefault(waiver => waiver.Gate == row.Check) is { } expired
            ? row with { Reason = string.Create(CultureInfo.InvariantCulture, $"{row.Reason}; its waiver {expired.Name} held from {expired.From:yyyy-MM-dd} to {expired.Expires.AddDays(-1):yyyy-MM-dd}") }
            : row;
    }
}
