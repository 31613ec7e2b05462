using System.Globalization;
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

    /// <summary>Those that hold and that no row needs.</summary>
    internal IEnumerable<Waiver> NotNeeded(IReadOnlyList<GateRow> rows) => Holding.Where(waiver => rows.All(row => row.Waiver?.Name != waiver.Name));

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
