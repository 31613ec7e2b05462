using System.Globalization;
using System.Text;
using Pipeline.Delivery.Definition;
using Pipeline.Drift.Verdicts;
using Pipeline.Engine;

namespace Pipeline.Delivery.Tests.Definition;

public sealed class ModelDefinitionReaderTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("a definition's ");

    private string Folder => Directory.CreateDirectory(Path.Combine(_root.FullName, "flights")).FullName;

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("de-DE")]
    [InlineData("tr-TR")]
    public void A_definition_without_fault_is_read_in_any_culture(string culture)
    {
        using var _ = new CultureScope(culture);

        var definition = Read(DefinitionText.Good);

        definition.Should().BeEquivalentTo(new ModelDefinition(
            Folder,
            "flights",
            "Late flights.",
            "binary",
            new DataSettings(["data/*.csv"], "SELECT * FROM source", "late", "departure", 50),
            new TimeSplits(Range(1, 4), Range(4, 5), Range(5, 6), Range(6, 7)),
            new BinaryOutputSettings("late", "on time", 0.25f),
            new TrainingSettings(7, "logLoss", [new("lightgbm", 10, 8, 0.2, 5, 0.01), new("logistic-regression", 100, 31, 0.1, 20, 0.5)]),
            new EvaluationSettings(200, 30, 500),
            [new MetricGateSettings("rocAuc", 0.6, null, null), new MetricGateSettings("logLoss", null, null, 0.01)],
            new DriftSettings(TimeSpan.FromHours(6), DriftSeason.Weekly, new DriftPolicy(0.05, 0.08, 0.2, 0.02, 200, ["origin"], 0.25, 3, 5)),
            [new("dev", false, null), new("production", true, ApprovalSettings.Of(2))]));
    }

    [Fact]
    public void Who_must_approve_and_when_a_stage_is_closed_are_read()
    {
        var text = DefinitionText.With("approvals: 2", """
            approvals: { people: 2, signers: release-managers, barred: [author, trainer], expires: 3d, github: { ada-gh: ada@example.com } },
                  freezes: [{ name: month-end, start: 2026-01-30T18:00, lasts: 62h, rule: FREQ=MONTHLY;BYMONTHDAY=-2, timeZone: Europe/Berlin }, { name: move, start: 2026-05-01T00:00, lasts: 2d }]
            """);

        var (definition, faults) = ModelDefinitionReader.Parse(text, "/models/flights");

        faults.Should().BeEmpty();
        definition!.Stages[1].Approvals.Should().BeEquivalentTo(new ApprovalSettings(2, "release-managers", ["author", "trainer"], TimeSpan.FromDays(3), new Dictionary<string, string> { ["ada-gh"] = "ada@example.com" }));
        definition.Stages[1].Freezes.Should().Equal(
            new FreezeSettings("month-end", new DateTime(2026, 1, 30, 18, 0, 0), TimeSpan.FromHours(62), "FREQ=MONTHLY;BYMONTHDAY=-2", "Europe/Berlin"),
            new FreezeSettings("move", new DateTime(2026, 5, 1), TimeSpan.FromDays(2), null, "UTC"));
    }

    [Theory]
    [InlineData("approvals: { people: 0 }", "stages[1].approvals.people: must be a whole number from 1 to 20; it is '0'")]
    [InlineData("approvals: { barred: [autor] }", "stages[1].approvals.barred: 'autor' is not a part that somebody can have in it; did you mean 'author'?")]
    [InlineData("approvals: { signers: ../approvers }", "stages[1].approvals.signers: '../approvers' must be the name of a file beside model.yaml")]
    [InlineData("approvals: { expires: soon }", "stages[1].approvals.expires: must be a duration*")]
    [InlineData("approvals: { persons: 2 }", "stages[1].approvals.persons: is not a setting*")]
    [InlineData("freezes: [{ name: x, start: 2026-01-30, lasts: 1d }]", "*freezes[0].start: must be a day and a time such as 2026-10-30T18:00; it is '2026-01-30'")]
    [InlineData("freezes: [{ name: x, start: 2026-01-30T18:00 }]", "*freezes[0].lasts: is missing; add it, such as 62h")]
    [InlineData("freezes: [{ name: x, start: 2026-01-30T18:00, lasts: 1d, rule: every month }]", "*freezes[0].rule: 'every month' is not a rule of RFC 5545 such as FREQ=MONTHLY;BYMONTHDAY=-1*")]
    [InlineData("freezes: [{ name: x, start: 2026-01-30T18:00, lasts: 1d, rule: FREQ=HOURLY }]", "*freezes[0].rule: 'FREQ=HOURLY' comes more often than once a day; a freeze is for days")]
    [InlineData("freezes: [{ name: x, start: 2026-01-30T18:00, lasts: 1d, timeZone: Berlin }]", "*freezes[0].timeZone: 'Berlin' is not a time zone of the IANA database, such as Europe/Berlin")]
    public void A_fault_in_a_stages_policy_is_told(string replacement, string fault) =>
        ModelDefinitionReader.Parse(DefinitionText.With("approvals: 2", replacement), "/models/flights").Faults.Select(found => $"{found}").Should().ContainMatch($"*{fault}");

    [Fact]
    public void The_first_stage_takes_no_approvals_as_nothing_is_before_it() =>
        ModelDefinitionReader.Parse(DefinitionText.With("- { name: dev }", "- { name: dev, approvals: 1 }"), "/models/flights").Faults
            .Should().ContainSingle().Which.Message.Should().Be("is for what an earlier stage runs; put a stage before this one");

    [Fact]
    public void Slices_and_every_kind_of_gate_are_read()
    {
        var text = DefinitionText.With("  - { metric: rocAuc, min: 0.6 }\n", """
              - { metric: rocAuc, min: 0.55, slices: [origin, night] }
              - { metric: rocAuc, minGain: 0.02, over: prior }
              - { fairness: disparateImpactRatio, by: origin, min: 0.8 }
              - { operation: latencyP99Ms, maxRelativeRegression: 0.1 }
              - { reproducible: true }

            """).Replace("resamples: 500", "resamples: 500, slices: [{ column: origin }, { name: night, where: hour > 20 }], minSliceRows: 50, worstSlices: 3", StringComparison.Ordinal)
            .Replace("maxCategories: 50", "attributes: [carrier]", StringComparison.Ordinal);

        var (definition, faults) = ModelDefinitionReader.Parse(text, "/models/flights");

        faults.Should().BeEmpty();
        definition!.Data.Attributes.Should().Equal("carrier");
        definition.Evaluation.Slices.Should().Equal(new SliceSettings("origin", "origin", null), new SliceSettings("night", null, "hour > 20"));
        (definition.Evaluation.MinSliceRows, definition.Evaluation.WorstSlices).Should().Be((50, 3));
        definition.Gates.Select(gate => gate.GetType()).Should().Equal(
            typeof(MetricGateSettings), typeof(MetricGateSettings), typeof(FairnessGateSettings), typeof(OperationGateSettings), typeof(ReproducibilityGateSettings), typeof(MetricGateSettings));
        definition.Gates.OfType<MetricGateSettings>().Should().BeEquivalentTo<MetricGateSettings>(
            [
                new("rocAuc", 0.55, null, null) { Slices = ["origin", "night"] },
                new("rocAuc", null, null, null) { MinGain = 0.02, Over = BaselineNames.Prior },
                new("logLoss", null, null, 0.01),
            ],
            options => options.WithStrictOrdering());
        definition.Gates[2].Should().Be(new FairnessGateSettings(FairnessMeasures.DisparateImpactRatio, "origin", 0.8, null));
        definition.Gates[3].Should().Be(new OperationGateSettings(OperationMeasures.LatencyP99, null, 0.1));
    }

    [Fact]
    public void Settings_left_out_have_their_defaults()
    {
        var text = DefinitionText.Good
            .Replace("description: Late flights.\n", string.Empty, StringComparison.Ordinal)
            .Replace("  maxCategories: 50\n", string.Empty, StringComparison.Ordinal)
            .Replace("  production: { from: 2001-06-01, before: 2001-07-01 }\n", string.Empty, StringComparison.Ordinal)
            .Replace("  threshold: 0.25\n", string.Empty, StringComparison.Ordinal)
            .Replace("  seed: 7\n  metric: logLoss\n", string.Empty, StringComparison.Ordinal)
            .Replace(DefinitionText.Drift, string.Empty, StringComparison.Ordinal)
            .Replace(DefinitionText.Evaluation, string.Empty, StringComparison.Ordinal)
            .Replace("lightgbm, trees: 10, leaves: 8, learningRate: 0.2, minExamplesPerLeaf: 5", "lightgbm", StringComparison.Ordinal);

        var definition = Read(text);

        definition.Description.Should().BeEmpty();
        definition.Data.MaxCategories.Should().Be(500);
        definition.Splits.Should().BeOfType<TimeSplits>().Which.Production.Should().BeNull();
        definition.Outputs.Should().BeOfType<BinaryOutputSettings>().Which.Threshold.Should().Be(0.5f);
        definition.Drift.Should().Be(DriftSettings.Default);
        definition.Evaluation.Should().Be(EvaluationSettings.Default);
        definition.Training.Should().BeEquivalentTo(new { Seed = 1, Metric = "rocAuc" });
        definition.Training.Trainers[0].Should().Be(new TrainerSettings("lightgbm", 100, 31, 0.1, 20, 0.01));
    }

    [Fact]
    public void Every_fault_is_told_at_once_with_path_line_and_fix()
    {
        var text = DefinitionText.Good
            .Replace("name: flights", "name: flight", StringComparison.Ordinal)
            .Replace("  label: late", "  lable: late", StringComparison.Ordinal)
            .Replace("seed: 7", "seed: seven", StringComparison.Ordinal)
            .Replace("metric: rocAuc, min: 0.6", "metric: rocAUC, min: 0.6", StringComparison.Ordinal)
            .Replace("approvals: 2", "approvals: 2, aprovals: 2", StringComparison.Ordinal);

        var act = () => Read(text);

        var message = act.Should().Throw<PipelineException>().Which;
        message.ExitCode.Should().Be(ExitCode.Usage);
        message.Message.Should().StartWith(Path.Combine(Folder, "model.yaml") + " has 6 faults");
        message.Message.Split('\n')[1..].Should().Equal(
            "  1:7 name: 'flight' must be the name of the folder, 'flights'; change one of them",
            "  5:3 data.label: is missing; add it",
            "  7:3 data.lable: is not a setting; did you mean 'label'?",
            "  20:9 training.seed: must be a whole number from 0 to 2147483647; it is 'seven'",
            "  26:15 gates[0].metric: 'rocAUC' is not a metric of binary models; did you mean 'rocAuc'?",
            "  42:52 stages[1].aprovals: is not a setting; known: name, image, approvals, freezes");
    }

    [Theory]
    [InlineData("task: binary", "task: ranking", "3:7 task: 'ranking' is not a task; known: binary, multiclass, regression")]
    [InlineData("task: binary\n", "", "1:1 task: is missing; add it")]
    [InlineData("window: 6h", "window: 6 hours", "*drift.window: must be a duration such as 30m, 24h, 7d or 2w, from a minute to 52 weeks; it is '6 hours'")]
    [InlineData("warnPsi: 0.08", "warnPsi: 0.3", "*drift.warnPsi: must not be more than psi (0.2): a warning comes before drift")]
    [InlineData("alarmWindows: 3", "alarmWindows: 6", "*drift.alarmWindows: must not be more than ofWindows (5): so many of the last windows have to drift")]
    [InlineData("name: flights", "name: 7", "1:7 name: must be a text; write \"7\" in quotes")]
    [InlineData("name: flights", "name: Flights", "1:7 name: 'Flights' must be at most 63 lower-case letters*")]
    [InlineData("name: flights\n", "name: flights\nname: flights\n", "2:1 name: is there twice, first on line 1; keep one")]
    [InlineData("files: [data/*.csv]", "files: data/*.csv", "5:10 data.files: must be a list; it is 'data/*.csv'")]
    [InlineData("files: [data/*.csv]", "files: []", "5:10 data.files: is an empty list; it needs at least one entry")]
    [InlineData("files: [data/*.csv]", "files: [a.csv, 3]", "5:18 data.files[1]: must be a text; it is '3'")]
    [InlineData("query: SELECT * FROM source", "query:", "6:*data.query: must be a text; it is empty")]
    [InlineData("query: SELECT * FROM source", "query: ''", "6:10 data.query: is empty; write a text")]
    [InlineData("maxCategories: 50", "maxCategories: 1", "9:18 data.maxCategories: must be a whole number from 2 to 1000000; it is '1'")]
    [InlineData("maxCategories: 50", "maxCategories: 50.5", "9:18 data.maxCategories: must be a whole number*")]
    [InlineData("maxCategories: 50", "maxCategories: \"50\"", "9:18 data.maxCategories: must be a whole number*; it is the text \"50\"")]
    [InlineData("time: departure", "time: Late", "8:9 data.time: 'Late' is the label*")]
    [InlineData("train: { from: 2001-01-01", "train: { from: 2001-02-30", "11:18 splits.train.from: must be a day such as 2001-04-01; it is '2001-02-30'")]
    [InlineData("train: { from: 2001-01-01", "train: { from: 01.01.2001", "11:18 splits.train.from: must be a day*")]
    [InlineData("train: { from: 2001-01-01", "train: { from: 2001-04-01", "11:38 splits.train.before: must be later than from (2001-04-01)*")]
    [InlineData("validation: { from: 2001-04-01", "validation: { from: 2001-03-31", "12:15 splits.validation: must not begin before train ends; set from to 2001-04-01 or later")]
    [InlineData("production: { from: 2001-06-01", "production: { from: 2001-05-01", "14:15 splits.production: must not begin before test ends; set from to 2001-06-01 or later")]
    [InlineData("train: { from: 2001-01-01, before: 2001-04-01 }", "train: 2001", "11:10 splits.train: must be a mapping of settings; it is '2001'")]
    [InlineData("negative: on time", "negative: late", "17:13 outputs.negative: 'late' is also the name of the positive class*")]
    [InlineData("threshold: 0.25", "threshold: 1", "18:14 outputs.threshold: must be a number strictly between 0 and 1; it is '1'")]
    [InlineData("threshold: 0.25", "threshold: 0,25", "18:14 outputs.threshold: must be a number strictly between 0 and 1, or the metric*; it is '0,25'")]
    [InlineData("threshold: 0.25", "threshold: .nan", "18:14 outputs.threshold: must be a number*")]
    [InlineData("metric: logLoss\n", "metric: auc\n", "21:11 training.metric: 'auc' is not a metric*")]
    [InlineData("name: lightgbm", "name: lightbgm", "23:15 training.trainers[0].name: 'lightbgm' is not a trainer of binary models; did you mean 'lightgbm'?")]
    [InlineData("l2: 0.5", "trees: 5", "24:36 training.trainers[1].trees: is not a setting*")]
    [InlineData("learningRate: 0.2", "learningRate: 0", "23:61 training.trainers[0].learningRate: must be a number from 0.0001 to 1; it is '0'")]
    [InlineData("  - { metric: rocAuc, min: 0.6 }\n  - { metric: logLoss, maxRegression: 0.01 }\n", "  []\n", "26:3 gates: is an empty list; it needs at least one entry")]
    [InlineData("metric: rocAuc, min: 0.6", "metric: rocAuc, min: 60", "26:28 gates[0].min: must be a number from 0 to 1; it is '60'")]
    [InlineData("metric: rocAuc, min: 0.6", "metric: rocAuc", "26:5 gates[0]: has no bound; add one of min, max, maxRegression, maxRelativeRegression and minGain")]
    [InlineData("metric: rocAuc, min: 0.6", "metric: baseRate, maxRegression: 0.6", "26:5 gates[0]: baseRate is not better one way, so that it cannot be worse than the champion's or better than a baseline's; use min or max")]
    [InlineData("metric: rocAuc, min: 0.6", "metric: rocAuc, min: 0.6, slices: [origin]", "26:3 gates: the slice 'origin' is not in evaluation.slices, which has none")]
    [InlineData("metric: rocAuc, min: 0.6", "fairness: disparateImpactRatio, by: origin, min: 0.8", "26:3 gates: fairness by 'origin' needs that column in evaluation.slices, which has none")]
    [InlineData("metric: rocAuc, min: 0.6", "fairness: disparateImpactRatio, by: origin, max: 0.8", "26:5 gates[0]: disparateImpactRatio is better the greater it is; use min*")]
    [InlineData("metric: rocAuc, min: 0.6", "fairness: equalizedOddsDifference, by: origin, min: 0.8", "26:5 gates[0]: equalizedOddsDifference is better the less it is; use max*")]
    [InlineData("metric: rocAuc, min: 0.6", "metric: rocAuc, operation: startMs, max: 1", "26:5 gates[0]: has metric and operation; keep one*")]
    [InlineData("metric: rocAuc, min: 0.6", "metric: rocAuc, min: 0.6, over: prior", "26:39 gates[0].over: is for minGain alone; take it out, or write minGain")]
    [InlineData("metric: rocAuc, min: 0.6", "reproducible: false", "26:21 gates[0].reproducible: must be true; take the gate out to do without it")]
    [InlineData("resamples: 500", "slices: [{ where: hour > 20 }]", "43:59 evaluation.slices[0]: has a condition and no name; add one, such as name: night")]
    [InlineData("resamples: 500", "slices: [{ column: a, where: hour > 20 }]", "43:59 evaluation.slices[0]: has column and where; keep one")]
    [InlineData("resamples: 500", "slices: [{ column: a }, { column: a }]", "43:74 evaluation.slices[1]: 'a' is the name of an earlier slice; each has its own")]
    [InlineData("maxCategories: 50", "attributes: [gender, late]", "9:15 data.attributes: 'late' is the label; take it out")]
    [InlineData("metric: rocAuc, min: 0.6", "metric: brierSkill, min: 2", "26:32 gates[0].min: must be a number that is 1 or less; it is '2'")]
    [InlineData("metric: rocAuc, min: 0.6", "metric: rocAuc, min: 0.6, max: 0.9", "26:5 gates[0]: has min and max; keep one*")]
    [InlineData("maxRegression: 0.01", "maxRegression: -0.01", "27:39 gates[1].maxRegression: must be a number that is 0 or more; it is '-0.01'")]
    [InlineData("name: production", "name: dev", "42:13 stages[1].name: 'dev' is the name of an earlier stage*")]
    [InlineData("image: true", "image: yes", "42:32 stages[1].image: must be true or false; it is 'yes'")]
    [InlineData("approvals: 2", "approvals: -1", "42:49 stages[1].approvals: must be a whole number from 0 to 20; it is '-1'")]
    [InlineData("outputs:", "outputs: {}\nodd:", "16:1 odd: is not a setting*")]
    public void A_fault_is_told_with_its_place(string passage, string replacement, string fault)
    {
        var (definition, faults) = ModelDefinitionReader.Parse(DefinitionText.With(passage, replacement), Folder);

        definition.Should().BeNull();
        faults.Select(f => f.ToString()).Should().ContainMatch(fault);
    }

    [Fact]
    public void One_wrong_setting_is_one_fault()
    {
        string[] replacements = ["name: lightbgm", "name: light-gbm", "name: xgboost"];

        foreach (var replacement in replacements)
        {
            ModelDefinitionReader.Parse(DefinitionText.With("name: lightgbm", replacement), Folder).Faults.Should().ContainSingle();
        }
    }

    [Fact]
    public void Anchors_aliases_and_merge_keys_are_resolved()
    {
        var text = DefinitionText.Good
            .Replace("- { name: lightgbm", "- &trees { name: lightgbm", StringComparison.Ordinal)
            .Replace("- { name: logistic-regression, l2: 0.5 }", "- { <<: *trees, name: fast-tree, trees: 3 }", StringComparison.Ordinal)
            .Replace("positive: late", "positive: &late late", StringComparison.Ordinal);

        Read(text).Training.Trainers[1].Should().Be(new TrainerSettings("fast-tree", 3, 8, 0.2, 5, 0.01));
    }

    [Theory]
    [InlineData("name: [a, b\ntask: binary", "*2:1*This is not YAML*")]
    [InlineData("name: *nobody", "*1:7*alias *nobody has no anchor*")]
    [InlineData("&a [*a]", "*alias *a has no anchor*")]
    [InlineData("data:\n\tfiles: x", "*This is not YAML*")]
    [InlineData("", "*1:1 The file is empty; begin with 'name: flights'.")]
    [InlineData("# only a comment\n", "*The file is empty*")]
    [InlineData("just text", "*1:1 The file must hold settings*")]
    [InlineData("[1, 2]", "*1:1 The file must hold settings*")]
    [InlineData("name: flights\n---\nname: flights\n", "*2:1 *A second document*")]
    [InlineData("? [a]\n: b\n", "*A key must be a plain name*")]
    public void A_file_that_is_no_definition_is_refused_with_its_place(string text, string message)
    {
        var act = () => Read(text);

        act.Should().Throw<PipelineException>().WithMessage(message).Which.ExitCode.Should().Be(ExitCode.Usage);
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        var act = () => Read(new string('[', 5_000));

        act.Should().Throw<PipelineException>().WithMessage("*Nested more than*");
    }

    [Fact]
    public void A_file_that_is_missing_a_folder_or_not_UTF_8_is_refused()
    {
        var missing = () => ModelDefinitionReader.Read(Path.Combine(_root.FullName, "nowhere"));
        missing.Should().Throw<PipelineException>().WithMessage("There is no *nowhere*model.yaml*");

        var path = Path.Combine(Folder, "model.yaml");
        File.WriteAllBytes(path, [.. Encoding.UTF8.GetBytes("name: "), 0xE9, 0x0A]);
        var latin = () => ModelDefinitionReader.Read(Folder);
        latin.Should().Throw<PipelineException>().WithMessage($"{path} is not UTF-8 (byte 7). Save it as UTF-8.");

        File.Delete(path);
        Directory.CreateDirectory(path);
        var folder = () => ModelDefinitionReader.Read(Folder);
        folder.Should().Throw<PipelineException>().WithMessage($"{path} is a folder*");
    }

    [Fact]
    public void A_byte_order_mark_and_Windows_line_ends_are_fine()
    {
        File.WriteAllText(Path.Combine(Folder, "model.yaml"), DefinitionText.Good.ReplaceLineEndings("\r\n"), new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        ModelDefinitionReader.Read(Folder + Path.DirectorySeparatorChar).Name.Should().Be("flights");
    }

    private static TimeRange Range(int from, int before) => new(new DateOnly(2001, from, 1), new DateOnly(2001, before, 1));

    private ModelDefinition Read(string text)
    {
        File.WriteAllText(Path.Combine(Folder, "model.yaml"), text);
        return ModelDefinitionReader.Read(Folder);
    }
}
