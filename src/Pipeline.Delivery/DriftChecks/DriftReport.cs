using Pipeline.Drift.Verdicts;

namespace Pipeline.Delivery.DriftChecks;

/// <summary>What a drift check found: the content of drift.json, and what all of its other forms are made from.</summary>
/// <param name="SchemaVersion">Of this format.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Version">The package's version.</param>
/// <param name="PackageDigest">The package whose reference the rows are compared with, such as <c>sha256:…</c>.</param>
/// <param name="Stage">The stage that runs it; null if the package is in no stage.</param>
/// <param name="Source">Where the rows came from.</param>
/// <param name="CheckedAt">When.</param>
/// <param name="Policy">The rule that was applied.</param>
/// <param name="Verdict">Over the last windows.</param>
/// <param name="Reason">One sentence for people.</param>
/// <param name="Windows">Oldest first; the last one is what the verdict is about.</param>
/// <param name="Importance">By feature: how much worse the model does on the test rows when the feature's values are shuffled (of two classes the area under the ROC curve that it loses); empty if the package does not tell.</param>
/// <param name="Notes">What was not checked, and other sentences for a reader.</param>
public sealed record DriftReport(
    int SchemaVersion,
    string Model,
    string Version,
    string PackageDigest,
    string? Stage,
    string Source,
    DateTimeOffset CheckedAt,
    DriftPolicy Policy,
    DriftVerdict Verdict,
    string Reason,
    IReadOnlyList<WindowReport> Windows,
    IReadOnlyDictionary<string, double> Importance,
    IReadOnlyList<string> Notes)
{
    public const int CurrentSchemaVersion = 1;
}
