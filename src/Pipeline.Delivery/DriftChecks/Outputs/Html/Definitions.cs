using Pipeline.Drift.Verdicts;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.DriftChecks.Outputs.Html;

/// <summary>What every number on the page means, by which rule the verdict was reached, and what no number on it can tell.</summary>
internal static class Definitions
{
    public static string Render(DriftPolicy policy)
    {
        var critical = policy.CriticalFeatures.Count == 0 ? string.Empty : $" or any of {string.Join(", ", policy.CriticalFeatures.Take(20).Select(DriftPage.Name))}{(policy.CriticalFeatures.Count > 20 ? " and others" : string.Empty)}";
        var share = policy.MaxDriftedShare == 0 ? "when any feature does" : $"when more than {DriftPage.Share(policy.MaxDriftedShare)} of the features do{critical}";
        return $"""
            <h2>Not checked here</h2>
            <ul>
            <li>Each subject is judged by itself: a change of how columns go together, with each as it was, leaves no trace here.</li>
            <li>Without labels no check sees that the same rows now mean something else (concept drift).</li>
            <li>The reference is the training rows as a whole, unless a window’s notes name another one: a season or a weekday that differs from them counts as drift.</li>
            <li>Within a bin a distribution may move unseen.</li>
            </ul>
            <h2>What the numbers mean</h2>
            <dl class="words">
            <dt>Verdict</dt><dd>Drift: significant (adjusted p at most {Number(policy.FalseDiscoveryRate)}) and an adjusted PSI of at least {Number(policy.DriftPsi)}; warning from {Number(policy.WarnPsi)}. A rate drifts if significant and at least {DriftPage.Share(policy.RateFloor)} of rows apart. Below {NumberText.Count(policy.MinRows)} rows nothing is judged. A window drifts {share}; the check says so when {policy.AlarmWindows} of the last {policy.OfWindows} windows do.</dd>
            <dt>n, m</dt><dd>Values in bins: of the reference (training rows), of the window.</dd>
            <dt>PSI</dt><dd>Population stability index: the sum over bins of (q − p) · ln(q / p), p and q being the bin's shares in the reference and in the window; shares below 0.0001 are raised to it. A bin's part is its term.</dd>
            <dt>Adjusted PSI</dt><dd>The same of Jeffreys shares, (count + ½) / (rows + ½ · bins), less the noise floor. About 0 without drift, at whatever number of rows; the verdict is by it.</dd>
            <dt>Noise floor</dt><dd>The PSI that chance alone gives: (1/n + 1/m) · (bins − 1).</dd>
            <dt>Smallest detectable</dt><dd>The least adjusted PSI that would be found with these numbers of rows and bins. Where it is above the threshold, “ok” means little.</dd>
            <dt>p (adjusted)</dt><dd>How probable so large a difference is if both sides follow one law, by Kolmogorov and Smirnov's test, χ² or Fisher's exact test; corrected for the number of tests in the window after Benjamini and Hochberg.</dd>
            <dt>Jensen-Shannon; greatest difference; total variation</dt><dd>Distance of the shares, base 2, 0 to 1; the largest difference of a bin's shares; half the sum of all differences.</dd>
            <dt>Wasserstein; σ</dt><dd>How far values moved on average, in the feature's own unit; and in standard deviations of the reference.</dd>
            <dt>{PublishedReport.RareLabel}</dt><dd>Values and categories with 1 to {PublishedReport.LeastRows - 1} rows on a side, which are not named.</dd>
            </dl>

            """;
    }

}
