using System.Text.Json.Nodes;
using NJsonSchema;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Definition.Yaml;
using Pipeline.Delivery.Evaluation;
using Pipeline.Metrics;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Definition;

/// <summary>Holds the schema that editors use to the validator that runs use.</summary>
public sealed class ModelSchemaTests
{
    private static string SchemaPath => Path.Combine(Repository.Models, "model.schema.json");

    // The good definition's, by time.
    private static string Splits => DefinitionText.Good[(DefinitionText.Good.IndexOf("splits:\n", StringComparison.Ordinal) + "splits:\n".Length)..DefinitionText.Good.IndexOf("outputs:\n", StringComparison.Ordinal)];

    public static TheoryData<string> Models => [.. ModelCatalog.Names(Repository.Root)];

    /// <summary>Passage, replacement; empty replacements remove a setting.</summary>
    public static TheoryData<string, string> Bad => new()
    {
        { "task: binary", "task: ranking" },
        { "task: binary\n", "" },
        { "task: binary", "task: binary\nextra: 1" },
        { "name: flights", "name: Flights" },
        { "name: flights", "name: 7" },
        { "description: Late flights.", "description: true" },
        { "files: [data/*.csv]", "files: []" },
        { "files: [data/*.csv]", "files: data.csv" },
        { "files: [data/*.csv]", "files: [1]" },
        { "  query: SELECT * FROM source\n", "" },
        { "query: SELECT * FROM source", "query:" },
        { "label: late", "lable: late" },
        { "maxCategories: 50", "maxCategories: 1" },
        { "maxCategories: 50", "maxCategories: many" },
        { "maxCategories: 50", "maxCategories: 2.5" },
        { "from: 2001-01-01", "from: 1.1.2001" },
        { "from: 2001-01-01", "from: 2001-13-01" },
        { "{ from: 2001-01-01, before: 2001-04-01 }", "{ from: 2001-01-01 }" },
        { "{ from: 2001-01-01, before: 2001-04-01 }", "{ from: 2001-01-01, before: 2001-04-01, to: 2001-04-01 }" },
        { "  positive: late\n", "" },
        { "threshold: 0.25", "threshold: 0" },
        { "threshold: 0.25", "threshold: 1" },
        { "threshold: 0.25", "threshold: \"0.25\"" },
        { "seed: 7", "seed: -1" },
        { "metric: logLoss\n", "metric: auc\n" },
        { "name: lightgbm", "name: xgboost" },
        { "trees: 10", "trees: 0" },
        { "leaves: 8", "leaves: 1" },
        { "learningRate: 0.2", "learningRate: 2" },
        { "minExamplesPerLeaf: 5", "minExamplesPerLeaf: 0" },
        { "l2: 0.5", "l2: -1" },
        { "l2: 0.5", "trees: 5" },
        { "l2: 0.5", "l2: [0]" },
        { "l2: 0.5", "l2: [0, -1]" },
        { "leaves: 8", "leaves: [1, 64]" },
        { "leaves: 8", "leaves: [8, 16.5]" },
        { "name: logistic-regression, l2: 0.5", "name: maximum-entropy" },
        { "name: lightgbm, trees: 10, leaves: 8, learningRate: 0.2, minExamplesPerLeaf: 5", "name: fast-tree, l1: 1" },
        { "seed: 7", "balancedClasses: 1" },
        { "seed: 7", "search: { trials: 0 }" },
        { "seed: 7", "search: { time: soon }" },
        { "threshold: 0.25", "threshold: precision" },
        { "threshold: 0.25", "unit: minutes" },
        { "task: binary", "task: multiclass" },
        { "task: binary", "task: regression" },
        { "  train: { from: 2001-01-01, before: 2001-04-01 }\n", "  shares: { train: 0.6, validation: 0.2, test: 0.2 }\n" },
        { Splits, "  shares: { train: 0.6, validation: 0.4 }\n" },
        { Splits, "  shares: { train: 1, validation: 0.2, test: 0.2 }\n" },
        { Splits, "  shares: { train: 0.6, validation: 0.2, test: 0.2 }\n  seed: -1\n" },
        { Splits, "  shares: { train: 0.6, validation: 0.2, test: 0.2 }\n  group: 7\n" },
        { "maxCategories: 50", "checks: { missing: 2 }" },
        { "maxCategories: 50", "checks: { missing: none }" },
        { "maxCategories: 50", "checks: { labelRatio: 0.5 }" },
        { "maxCategories: 50", "checks: { classRows: 0 }" },
        { "maxCategories: 50", "checks: { leakAuc: 0.4 }" },
        { "maxCategories: 50", "checks: { constants: ignore }" },
        { "maxCategories: 50", "checks: { ranges: { hour: {} } }" },
        { "maxCategories: 50", "checks: { ranges: { hour: 5 } }" },
        { "maxCategories: 50", "checks: { ranges: { hour: { min: low } } }" },
        { "maxCategories: 50", "checks: { types: { hour: integer } }" },
        { "maxCategories: 50", "checks: { duplicates: 0.1 }" },
        { "metric: rocAuc, min: 0.6", "metric: rocAuc" },
        { "metric: rocAuc, min: 0.6", "metric: rocAuc, min: 0.6, max: 0.9" },
        { "metric: rocAuc, min: 0.6", "metric: rocAUC, min: 0.6" },
        { "metric: rocAuc, min: 0.6", "min: 0.6" },
        { "metric: logLoss\n", "metric: baseRate\n" },
        { "maxRegression: 0.01", "maxRelativeRegression: 2" },
        { "maxRegression: 0.01", "maxRegression: 0.01, maxRelativeRegression: 0.01" },
        { "resamples: 500", "resamples: 10" },
        { "resamples: 500", "slices: []" },
        { "resamples: 500", "slices: [{ column: a, where: b }]" },
        { "resamples: 500", "slices: [{ where: hour > 20 }]" },
        { "resamples: 500", "slices: [{ name: night }]" },
        { "resamples: 500", "minSliceRows: 29" },
        { "resamples: 500", "worstSlices: 101" },
        { "maxCategories: 50", "attributes: []" },
        { "maxCategories: 50", "attributes: gender" },
        { "metric: rocAuc, min: 0.6", "metric: rocAuc, minGain: -1" },
        { "metric: rocAuc, min: 0.6", "metric: rocAuc, minGain: 0, over: two" },
        { "metric: rocAuc, min: 0.6", "metric: rocAuc, min: 0.6, over: prior" },
        { "metric: rocAuc, min: 0.6", "metric: baseRate, minGain: 0.1" },
        { "metric: rocAuc, min: 0.6", "fairness: disparateImpactRatio, min: 0.8" },
        { "metric: rocAuc, min: 0.6", "fairness: impact, by: origin, min: 0.8" },
        { "metric: rocAuc, min: 0.6", "fairness: disparateImpactRatio, by: origin, min: 8" },
        { "metric: rocAuc, min: 0.6", "operation: latency, max: 5" },
        { "metric: rocAuc, min: 0.6", "operation: latencyP99Ms" },
        { "metric: rocAuc, min: 0.6", "operation: latencyP99Ms, metric: rocAuc, max: 1" },
        { "metric: rocAuc, min: 0.6", "reproducible: false" },
        { "minRowsPerClass: 30", "minRowsperClass: 30" },
        { "maxRegression: 0.01", "maxRegression: -0.01" },
        { "  - { metric: rocAuc, min: 0.6 }\n  - { metric: logLoss, maxRegression: 0.01 }\n", "  []\n" },
        { "  - { name: dev }\n  - { name: production, image: true, approvals: 2 }\n", "  []\n" },
        { "image: true", "image: 1" },
        { "approvals: 2", "approvals: -2" },
        { "approvals: 2", "approvals: { people: 0 }" },
        { "approvals: 2", "approvals: { signers: ../approvers }" },
        { "approvals: 2", "approvals: { barred: [autor] }" },
        { "approvals: 2", "approvals: { expires: soon }" },
        { "approvals: 2", "freezes: [{ name: x, lasts: 1d }]" },
        { "approvals: 2", "freezes: [{ name: x, start: 2026-01-30, lasts: 1d }]" },
        { "approvals: 2", "freezes: [{ name: x, start: 2026-01-30T18:00, lasts: 1d, rule: FREQ=HOURLY }]" },
        { "name: dev", "name: Dev" },
        { "window: 6h", "window: 6" },
        { "season: weekly", "season: yearly" },
        { "psi: 0.2", "psi: -1" },
        { "falseDiscoveryRate: 0.05", "falseDiscoveryRate: 0" },
        { "rateFloor: 0.02", "rateFloor: 2" },
        { "minRows: 200", "minRows: 10" },
        { "critical: [origin]", "critical: []" },
        { "alarmWindows: 3", "alarmWindows: 0" },
        { "ofWindows: 5", "windows: 5" },
    };

    public static TheoryData<string, string> Good => new()
    {
        { "name: flights", "name: flights" },
        { "approvals: 2", "approvals: { people: 2, signers: release-managers, barred: [author, trainer, requester, policyEditor], expires: 3d, github: { ada-gh: ada@example.com } }" },
        { "approvals: 2", "approvals: 0, freezes: [{ name: month-end, start: 2026-01-30T18:00, lasts: 62h, rule: FREQ=MONTHLY;BYMONTHDAY=-2, timeZone: Europe/Berlin }]" },
        { "description: Late flights.\n", "" },
        { "  maxCategories: 50\n", "" },
        { "  production: { from: 2001-06-01, before: 2001-07-01 }\n", "" },
        { "  threshold: 0.25\n", "" },
        { "  seed: 7\n", "" },
        { "  metric: logLoss\n", "" },
        { ", trees: 10, leaves: 8, learningRate: 0.2, minExamplesPerLeaf: 5", "" },
        { "metric: rocAuc, min: 0.6", "metric: rocAuc, max: 1" },
        { "metric: rocAuc, min: 0.6", "metric: baseRate, max: 0.4" },
        { "metric: rocAuc, min: 0.6", "metric: brierSkill, min: -0.1" },
        { "maxRegression: 0.01", "maxRelativeRegression: 0.01" },
        { "resamples: 500", "slices: [{ column: origin }, { name: night, where: hour > 20 }], minSliceRows: 50, worstSlices: 0" },
        { "maxCategories: 50", "attributes: [gender, age]" },
        { "metric: rocAuc, min: 0.6", "metric: rocAuc, minGain: 0.02" },
        { "metric: rocAuc, min: 0.6", "metric: rocAuc, minGain: 0, over: prior" },
        { "metric: rocAuc, min: 0.6", "operation: latencyP99Ms, max: 5" },
        { "metric: rocAuc, min: 0.6", "operation: residentMb, maxRelativeRegression: 0.2" },
        { "metric: rocAuc, min: 0.6", "reproducible: true" },
        { DefinitionText.Evaluation, string.Empty },
        { "metric: rocAuc, min: 0.6", "metric: logLoss, max: 2.5" },
        { "from: 2001-01-01", "from: \"2001-01-01\"" },
        { "l2: 0.5", "l2: 1e-3" },
        { "l2: 0.5", "l1: 1, l2: 2, categories: 20" },
        { "leaves: 8", "leaves: 8, l1: 0.1, categories: 10, earlyStopping: 5" },
        { "leaves: 8, learningRate: 0.2, minExamplesPerLeaf: 5 }\n    - { name: logistic-regression, l2: 0.5 }", "leaves: [8, 64], learningRate: [0.01, 0.3] }\n  search: { trials: 20, time: 10m }" },
        { "seed: 7", "search: {}" },
        { "seed: 7", "balancedClasses: true" },
        { "threshold: 0.25", "threshold: f1" },
        { Splits, "  shares: { train: 0.6, validation: 0.2, test: 0.2 }\n  seed: 3\n  group: origin\n" },
        { "maxCategories: 50", "checks: { missing: off, missingDrift: 0.2, duplicateRows: off, sharedRows: 1, labelRatio: 1.5, labelShift: off, classRows: 20, constants: fail, leakAuc: off }" },
        { "maxCategories: 50", "checks: { ranges: { hour: { min: 0, max: 23 }, distance: { min: 0.5 } }, types: { hour: number, origin: text, late: boolean } }" },
        { "task: binary", "task: binary   # of two" },
        { "window: 6h", "window: 30m" },
        { "critical: [origin]", "critical: [origin, hour]" },
        { "  season: weekly\n", "" },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Every_model_of_the_repository_keeps_to_the_schema_and_the_validator(string model)
    {
        var directory = Path.Combine(Repository.Models, model);

        var faults = await SchemaFaultsAsync(await File.ReadAllTextAsync(Path.Combine(directory, ModelDefinition.FileName), TestContext.Current.CancellationToken));

        faults.Should().BeEmpty();
        ModelDefinitionReader.Read(directory).Name.Should().Be(model);
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task Schema_and_validator_both_refuse(string passage, string replacement)
    {
        var text = DefinitionText.With(passage, replacement);

        (await SchemaFaultsAsync(text)).Should().NotBeEmpty();
        ModelDefinitionReader.Parse(text, "/models/flights").Faults.Should().NotBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Good))]
    public async Task Schema_and_validator_both_accept(string passage, string replacement)
    {
        var text = DefinitionText.With(passage, replacement);

        (await SchemaFaultsAsync(text)).Should().BeEmpty();
        ModelDefinitionReader.Parse(text, "/models/flights").Faults.Should().BeEmpty();
    }

    [Theory]
    [InlineData("task: multiclass", "name: maximum-entropy", "metric: macroF1, min: 0.5", "")]
    [InlineData("task: regression", "name: linear", "metric: rmse, max: 5", "")]
    [InlineData("task: regression", "name: linear", "metric: mae, maxRelativeRegression: 0.1", "outputs:\n  unit: °C\n")]
    public async Task Schema_and_validator_both_accept_the_other_tasks(string task, string trainer, string gate, string outputs)
    {
        var text = DefinitionText.With("task: binary", task)
            .Replace("outputs:\n  positive: late\n  negative: on time\n  threshold: 0.25\n", outputs, StringComparison.Ordinal)
            .Replace("name: logistic-regression", trainer, StringComparison.Ordinal)
            .Replace("metric: logLoss\n", task.EndsWith("regression", StringComparison.Ordinal) ? "metric: rmse\n" : "metric: logLoss\n", StringComparison.Ordinal)
            .Replace("{ metric: logLoss, maxRegression: 0.01 }", $"{{ {gate} }}", StringComparison.Ordinal)
            .Replace("metric: rocAuc, min: 0.6", gate, StringComparison.Ordinal)
            .Replace("  time: departure\n", string.Empty, StringComparison.Ordinal)
            .Replace(Splits, "  shares: { train: 0.6, validation: 0.2, test: 0.2 }\n", StringComparison.Ordinal);

        ModelDefinitionReader.Parse(text, "/models/flights").Faults.Should().BeEmpty();
        (await SchemaFaultsAsync(text)).Should().BeEmpty();
    }

    [Fact]
    public void Names_and_defaults_in_the_schema_are_those_of_the_code()
    {
        var schema = JsonNode.Parse(File.ReadAllText(SchemaPath))!;
        var trainers = schema["definitions"]!["trainer"]!["anyOf"]!.AsArray();
        var parameters = schema["definitions"]!["parameters"]!["definitions"]!;
        var training = schema["properties"]!["training"]!["properties"]!;
        var evaluation = schema["properties"]!["evaluation"]!["properties"]!;
        var stage = schema["properties"]!["stages"]!["items"]!["properties"]!;

        var metrics = ModelTask.Names.SelectMany(task => MetricCatalog.ByName(task).Values).ToList();
        Names(schema["definitions"]!["metric"]!).Should().BeEquivalentTo(metrics.Select(metric => metric.Name).Distinct());
        Names(schema["definitions"]!["judgingMetric"]!).Should().BeEquivalentTo(metrics.Where(metric => metric.Direction != MetricDirection.Neither).Select(metric => metric.Name).Distinct());
        Names(schema["properties"]!["task"]!).Should().Equal(ModelTask.Names);
        foreach (var branch in schema["anyOf"]!.AsArray())
        {
            Names(branch!["properties"]!["training"]!["properties"]!["trainers"]!["items"]!["properties"]!["name"]!).Should().Equal(TrainerNames.Of(Names(branch["properties"]!["task"]!).Single()));
        }

        Default<int>(evaluation["minRows"]!).Should().Be(EvaluationSettings.Default.MinRows);
        Default<int>(evaluation["minRowsPerClass"]!).Should().Be(EvaluationSettings.Default.MinRowsPerClass);
        Default<int>(evaluation["resamples"]!).Should().Be(EvaluationSettings.Default.Resamples);
        Default<int>(evaluation["minSliceRows"]!).Should().Be(EvaluationSettings.DefaultMinSliceRows);
        Default<int>(evaluation["worstSlices"]!).Should().Be(EvaluationSettings.DefaultWorstSlices);
        var gates = schema["definitions"]!["gate"]!["anyOf"]!.AsArray();
        Names(gates[1]!["properties"]!["over"]!).Should().Equal(BaselineNames.All);
        Default<string>(gates[1]!["properties"]!["over"]!).Should().Be(BaselineNames.OneFeature);
        Names(gates[2]!["properties"]!["fairness"]!).Should().Equal(FairnessMeasures.Names);
        Names(gates[3]!["properties"]!["operation"]!).Should().Equal(OperationMeasures.Names);
        trainers.SelectMany(trainer => Names(trainer!["properties"]!["name"]!)).Should().BeEquivalentTo(TrainerNames.All);
        foreach (var trainer in trainers)
        {
            foreach (var name in Names(trainer!["properties"]!["name"]!))
            {
                trainer["properties"]!.AsObject().Select(property => property.Key).Should().Equal(["name", .. TrainerParameter.Of(name).Select(parameter => parameter.Name)], name);
            }
        }

        foreach (var parameter in TrainerParameter.All)
        {
            var value = parameters[parameter.Name]!["anyOf"]![0]!;
            (value["type"]!.GetValue<string>(), value["minimum"]!.GetValue<double>(), value["maximum"]!.GetValue<double>()).Should().Be((parameter.IsInteger ? "integer" : "number", parameter.Least, parameter.Most), parameter.Name);
            Default<double>(parameters[parameter.Name]!).Should().Be(parameter.ValueOf(TrainerSettings.Default(TrainerSettings.LightGbm)), parameter.Name);
        }

        Default<int>(schema["properties"]!["data"]!["properties"]!["maxCategories"]!).Should().Be(DataSettings.DefaultMaxCategories);
        Default<double>(schema["properties"]!["outputs"]!["properties"]!["threshold"]!).Should().Be(BinaryOutputSettings.DefaultThreshold);
        Names(schema["properties"]!["outputs"]!["properties"]!["threshold"]!["anyOf"]![1]!).Should().Equal(ModelDefinitionReader.MetricsThatChooseThresholds);
        Default<int>(training["seed"]!).Should().Be(TrainingSettings.DefaultSeed);
        Default<int>(training["search"]!["properties"]!["trials"]!).Should().Be(SearchSettings.DefaultTrials);
        Default<int>(schema["properties"]!["splits"]!["oneOf"]![1]!["properties"]!["seed"]!).Should().Be(ShareSplits.DefaultSeed);
        var checks = schema["properties"]!["data"]!["properties"]!["checks"]!["properties"]!;
        Default<double>(checks["missing"]!).Should().Be(DataCheckSettings.DefaultMissing);
        Default<double>(checks["missingDrift"]!).Should().Be(DataCheckSettings.DefaultMissingDrift);
        Default<double>(checks["duplicateRows"]!).Should().Be(DataCheckSettings.DefaultDuplicateRows);
        Default<double>(checks["sharedRows"]!).Should().Be(DataCheckSettings.DefaultSharedRows);
        Default<double>(checks["labelRatio"]!).Should().Be(DataCheckSettings.DefaultLabelRatio);
        Default<double>(checks["labelShift"]!).Should().Be(DataCheckSettings.DefaultLabelShift);
        Default<int>(checks["classRows"]!).Should().Be(DataCheckSettings.DefaultClassRows);
        Default<double>(checks["leakAuc"]!).Should().Be(DataCheckSettings.DefaultLeakAuc);
        Names(checks["types"]!["additionalProperties"]!).Should().Equal(ColumnTypes.All);
        Default<bool>(stage["image"]!).Should().Be(PromotionStageSettings.DefaultImage);
        var approvals = stage["approvals"]!["anyOf"]![1]!["properties"]!;
        Default<string>(approvals["signers"]!).Should().Be(ApprovalSettings.DefaultSigners);
        Default<string>(approvals["expires"]!).Should().Be(DurationText.Of(ApprovalSettings.DefaultExpires));
        Names(approvals["barred"]!["items"]!).Should().Equal(BarredRoles.All);
        Default<string>(stage["freezes"]!["items"]!["properties"]!["timeZone"]!).Should().Be(FreezeSettings.DefaultTimeZone);
    }

    private static IEnumerable<string> Names(JsonNode node) => node["enum"]!.AsArray().Select(name => name!.GetValue<string>());

    private static T Default<T>(JsonNode node) => node["default"]!.GetValue<T>();

    private static async Task<IReadOnlyList<string>> SchemaFaultsAsync(string yaml)
    {
        var schema = await JsonSchema.FromFileAsync(SchemaPath, TestContext.Current.CancellationToken);
        return [.. schema.Validate(ToJson(YamlTree.Read(yaml)!)!.ToJsonString()).Select(fault => fault.ToString())];
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMapping mapping => new JsonObject(mapping.Entries.Select(entry => KeyValuePair.Create(entry.Key.Text, ToJson(entry.Value)))),
        YamlSequence sequence => new JsonArray([.. sequence.Items.Select(ToJson)]),
        YamlScalar { IsNull: true } => null,
        YamlScalar { Boolean: { } value } => value,
        YamlScalar { WholeNumber: { } value } => value,
        YamlScalar { Number: { } value } => value,
        YamlScalar scalar => scalar.Text,
        _ => throw new InvalidOperationException($"{node} is of no known kind."),
    };
}
