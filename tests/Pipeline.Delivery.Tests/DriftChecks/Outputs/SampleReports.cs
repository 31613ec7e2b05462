using System.Globalization;
using Pipeline.Delivery.DriftChecks;
using Pipeline.Drift;
using Pipeline.Drift.Verdicts;

namespace Pipeline.Delivery.Tests.DriftChecks.Outputs;

/// <summary>Reports as checks give them, and as they might at worst.</summary>
internal static class SampleReports
{
    public const string NewLineName = "two\nlines\r\n\u001b[31mred";
    public const string ScriptName = "<script>alert('x')</script>";
    public const string QuoteName = "\"quoted\" | `code` \\ & 'single' *bold* _it_ [link](https://evil.example) @team #12";
    public const string EmojiName = "👩‍👩‍👧 départ ✈️";
    public const string RightToLeftName = "\u202Eתאריך תעופה\u202C";
    public const string BrokenName = "a\uD800b\u0000c\uFFFEd";
    public static readonly string LongName = string.Concat(Enumerable.Repeat("very long category ", 600));

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Carriers = ["WN", "DL", "AA", "UA", "B6", "AS", "NK", "ZZ", "other"];
    private static readonly long[] CarrierReference = [21_400, 18_100, 17_300, 12_800, 6_200, 5_100, 3_000, 3, 97];

    public static DriftReport Drifted { get; } = Report(
        DriftVerdict.Drift,
        "3 of the last 3 windows drifted: dep_hour (adjusted PSI 0.43), carrier, distance (missing 0.1 % → 6.2 %).",
        [.. Enumerable.Range(0, 12).Select(day => Window(day, day < 5 ? 0 : (day - 4) * 0.19))],
        new Dictionary<string, double> { ["dep_hour"] = 0.112, ["carrier"] = 0.034, ["distance"] = 0.021, ["origin"] = 0.018, ["day_of_week"] = 0.004 },
        ["No importance is known of 0 features.", "Two replicas restarted in the last window; their counters were read up to the restart."]);

    public static DriftReport AllOk { get; } = Report(DriftVerdict.Ok, "No subject drifted in the last 3 windows.", [Window(0, 0), Window(1, 0), Window(2, 0)], new Dictionary<string, double>(), []);

    public static DriftReport NoRows { get; } = Report(
        DriftVerdict.Insufficient,
        "The window has no row.",
        [new WindowReport(
            new WindowDrift(null, null, 0, DriftVerdict.Insufficient, "No row came.", [SampleSubject.Of("dep_hour", SampleSubject.Deciles, [.. Enumerable.Repeat(1_000L, 10)], new long[10]), SampleSubject.Of("carrier", Carriers, CarrierReference, new long[9])]),
            null,
            [],
            ["Nobody asked the service."])],
        new Dictionary<string, double>(),
        []);

    public static DriftReport Nasty { get; } = Report(
        DriftVerdict.Drift,
        $"Drift of {ScriptName} and {NewLineName}.",
        [NastyWindow(0), NastyWindow(1)],
        new Dictionary<string, double> { [ScriptName] = 0.1, [EmojiName] = -0.01, [LongName] = 0.02 },
        [QuoteName, RightToLeftName, LongName, BrokenName]) with
    {
        Stage = "prod \"eu\"\n",
        Source = QuoteName,
    };

    /// <summary>Numbers that are written out, so that they have the same digits on every machine.</summary>
    public static DriftReport Small { get; } = Report(
        DriftVerdict.Warn,
        "carrier differs in 2 of the last 3 windows.",
        [new WindowReport(
            new WindowDrift(Start, Start.AddDays(1), 1_000, DriftVerdict.Warn, "carrier differs.",
            [
                new SubjectDrift(
                    "carrier", SubjectKind.Feature, false, DriftVerdict.Warn, "carrier differs: adjusted PSI 0.0812.", 4_000, 990,
                    new EffectSize(0.0825, 0.0812, 0.00126, 0.0044, 0.1, 0.14, 0.14),
                    new SignificanceTest("chi2", 62.5, 1, 1.25e-14, 2.5e-14, false),
                    [new BinDrift("WN", 2_000, 634, 0.5, 0.64, 0.0345), new BinDrift("other", 2_000, 356, 0.5, 0.36, 0.048)],
                    [new RateDrift(ValueState.NotFinite, 0, 10, 0, 0.01, new SignificanceTest("fisher", 0.01, null, 0.5, 0.75, true), DriftVerdict.Ok)],
                    new SampleDistance(0.14, 0.001, 2.5, null)),
                new SubjectDrift("predicted label", SubjectKind.PredictedLabel, false, DriftVerdict.Insufficient, "No answer was counted.", 4_000, 0, null, null, [], [], null),
            ]),
            0.96875,
            [new PerformanceEstimate("rocAuc", 0.75, 0.74, 0.72, 0.76, null, 0)],
            ["A replica came."])],
        new Dictionary<string, double> { ["carrier"] = 0.034 },
        ["Labels are not known."]);

    /// <summary>Half of the features in bins of numbers, half with 50 categories; a sixth drifts.</summary>
    public static DriftReport Large(int features, int windows, int nameLength = 12)
    {
        var noise = new Random(7);
        var categories = Enumerable.Range(0, 50).Select(i => string.Create(CultureInfo.InvariantCulture, $"category {i} of a long column")).Append("other").ToArray();
        var references = Enumerable.Range(0, features).Select(f => SampleSubject.Counts(f % 2 == 0 ? 10 : 51, 0, 90_000, noise)).ToList();
        var reports = Enumerable.Range(0, windows).Select(day => new WindowReport(
            new WindowDrift(Start.AddDays(day), Start.AddDays(day + 1), 40_000, DriftVerdict.Drift, "Many features drifted.",
            [
                .. references.Select((reference, f) => SampleSubject.Of(
                    string.Create(CultureInfo.InvariantCulture, $"feature {f} ").PadRight(nameLength, 'x'),
                    f % 2 == 0 ? SampleSubject.Deciles : categories,
                    reference,
                    SampleSubject.Counts(reference.Length, f % 6 == 0 ? 0.2 + (f * day / 2_000d) : 0.02, 40_000, noise),
                    rates: [.. Enum.GetValues<ValueState>().Skip(1).Select(state => SampleSubject.Rate(state, 20, f % 10 == 0 ? 2_000 : 30, 90_000, 40_000))])),
            ]),
            0.99,
            [],
            [])).ToList();
        var importance = Enumerable.Range(0, features).ToDictionary(f => reports[0].Drift.Subjects[f].Name, f => 0.1 / (1 + f));
        return Report(DriftVerdict.Drift, "Many features drifted in the last 3 windows.", reports, importance, []);
    }

    private static WindowReport Window(int day, double shift)
    {
        var noise = new Random(day + 1);
        var m = 8_000 + (day * 130);
        var carriers = SampleSubject.Counts(9, 0, 0, noise).Select((_, i) => (long)Math.Round(CarrierReference[i] * m / 84_000d * (i == 1 ? 1 + shift : i == 2 ? 1 / (1 + shift) : 1))).ToArray();
        carriers[7] = 2;
        var missing = shift > 0.9 ? 500L : 8L;
        SubjectDrift[] subjects =
        [
            SampleSubject.Of("dep_hour", SampleSubject.Deciles, [.. Enumerable.Repeat(8_400L, 10)], SampleSubject.Counts(10, shift, m, noise), isCritical: true),
            SampleSubject.Of("carrier", Carriers, CarrierReference, carriers, rates: [SampleSubject.Rate(ValueState.Missing, 0, 0, 84_000, m), SampleSubject.Rate(ValueState.Unseen, 0, day == 11 ? 31 : 0, 84_000, m)]),
            SampleSubject.Of("distance", SampleSubject.Deciles, [.. Enumerable.Repeat(8_390L, 10)], SampleSubject.Counts(10, 0.02, m - missing, noise), rates: [SampleSubject.Rate(ValueState.Missing, 100, missing, 84_000, m), SampleSubject.Rate(ValueState.AboveRange, 0, 4, 84_000, m)]),
            SampleSubject.Of("origin", ["ATL", "ORD", "DFW", "DEN", "other"], [30_000, 22_000, 16_000, 12_000, 4_000], [.. new[] { 30d, 22, 16, 12, 4 }.Select(share => (long)Math.Round(share / 84 * m))]),
            SampleSubject.Of("day_of_week", ["1", "2", "3", "4", "5", "6", "7", "other"], [12_000, 12_000, 12_000, 12_000, 12_000, 12_000, 12_000, 0], [.. Enumerable.Range(0, 7).Select(_ => (long)(m / 7)), 0]),
            SampleSubject.Of("prediction", SampleSubject.Deciles, [.. Enumerable.Repeat(2_000L, 10)], SampleSubject.Counts(10, shift * 0.8, m, noise), SubjectKind.Prediction),
            SampleSubject.Of("predicted label", ["late", "on time"], [4_000, 16_000], [(long)(m * (0.2 + (shift * 0.08))), (long)(m * (0.8 - (shift * 0.08)))], SubjectKind.PredictedLabel),
        ];
        var verdict = subjects.Any(subject => subject.Verdict == DriftVerdict.Drift) ? DriftVerdict.Drift : subjects.Any(subject => subject.Verdict == DriftVerdict.Warn) ? DriftVerdict.Warn : DriftVerdict.Ok;
        var drifted = subjects.Where(subject => subject.Verdict == DriftVerdict.Drift).Select(subject => subject.Name).ToList();
        var reason = drifted.Count == 0 ? "No subject drifted." : $"Drifted: {string.Join(", ", drifted)}.";
        PerformanceEstimate[] performance =
        [
            new("rocAuc", 0.7412, 0.7412 - (shift * 0.02), 0.7262 - (shift * 0.02), 0.7562 - (shift * 0.02), 0.7311 - (shift * 0.04), 1_204),
            new("accuracy", 0.8123, 0.8123 - (shift * 0.03), 0.8003 - (shift * 0.03), 0.8243 - (shift * 0.03), 0.8011 - (shift * 0.03), 1_204),
            new("logLoss", 0.4402, null, null, null, null, 0),
        ];
        return new WindowReport(new WindowDrift(Start.AddDays(day), Start.AddDays(day + 1), m, verdict, reason, subjects), 0.98, performance, []);
    }

    private static WindowReport NastyWindow(int day)
    {
        string[] names = [ScriptName, QuoteName, EmojiName, RightToLeftName, LongName, NewLineName, BrokenName];
        string[] categories = [.. names, "≤ 5", "> 7", "2nd rare", "other"];
        long[] reference = [900, 800, 700, 600, 500, 400, 300, 200, 3, 2, 0];
        var subjects = names.Select((name, i) => SampleSubject.Of(name, categories, reference, [.. reference.Reverse()], rates: [SampleSubject.Rate(ValueState.Unseen, 0, 4_000, 4_405, 4_405), SampleSubject.Rate(ValueState.NotFinite, 0, 0, 4_405, 4_405)]));
        return new WindowReport(
            new WindowDrift(Start.AddDays(day), Start.AddDays(day + 1), 4_405, DriftVerdict.Drift, NewLineName, [.. subjects, SampleSubject.Of("label", [ScriptName, "no"], [5, 10], [500, 20], SubjectKind.Label)]),
            null,
            [new PerformanceEstimate(ScriptName, null, null, null, null, null, 0)],
            [QuoteName]);
    }

    private static DriftReport Report(DriftVerdict verdict, string reason, IReadOnlyList<WindowReport> windows, IReadOnlyDictionary<string, double> importance, IReadOnlyList<string> notes) => new(
        DriftReport.CurrentSchemaVersion,
        "flight-delay",
        "3f2a9c81d4e7",
        $"sha256:{new string('a', 64)}",
        "staging",
        "prometheus at prometheus:9090",
        new DateTimeOffset(2026, 3, 13, 6, 30, 0, TimeSpan.FromHours(2)),
        DriftPolicy.Default with { CriticalFeatures = ["dep_hour"] },
        verdict,
        reason,
        windows,
        importance,
        notes);
}
