using System.Globalization;
using System.Text;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Gates.Waivers;
using Pipeline.Delivery.Packaging;
using Pipeline.Delivery.Reports.Evaluations;
using Pipeline.Delivery.Training;
using Pipeline.Engine;
using Pipeline.ModelPackage;
using Serilog;
using Spectre.Console;

namespace Pipeline.DriftBenchmarks;

/// <summary>A made-up model of so many features, a fifth of them categorical, in a folder of its own; packaged by the delivery's own stages.</summary>
/// <param name="directory">Of everything.</param>
/// <param name="features">At least 2.</param>
internal sealed class BenchmarkModel(string directory, int features)
{
    private const string Name = "made-up";

    private static readonly Digest Code = Digest.OfText(string.Empty);

    /// <summary>After the last row.</summary>
    public static DateTimeOffset End { get; } = new(2001, 7, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The file of rows that a check reads.</summary>
    public string CurrentFile => Path.Combine(directory, "current.parquet");

    /// <summary>For what the check itself writes.</summary>
    public RunStore Store { get; } = new(Path.Combine(directory, "artifacts"), TimeProvider.System);

    private string ModelDirectory => Path.Combine(directory, "models", Name);

    private string TrainingFile => Path.Combine(ModelDirectory, "data", "rows.parquet");

    /// <summary>Writes the model's folder, and both files of rows: training over five months, and then a month more.</summary>
    public void Write(int trainingRows, int currentRows, int seed)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(TrainingFile)!);
        File.WriteAllText(Path.Combine(ModelDirectory, ModelDefinition.FileName), Definition);
        File.WriteAllText(Path.Combine(ModelDirectory, "golden-requests.json"), $"[{{{string.Join(", ", Enumerable.Range(0, features).Select(i => IsCategory(i) ? $"\"f{i}\": \"c1\"" : $"\"f{i}\": 0.5"))}}}]");
        MadeUpRows.Write(TrainingFile, Columns(seed), "2001-01-01", days: 150, trainingRows);
        MadeUpRows.Write(CurrentFile, Columns(seed + 1), "2001-06-01", days: 30, currentRows);
    }

    /// <summary>The package and the dataset that it is of; made once.</summary>
    public async Task<(StoredPackage Package, Dataset Dataset, ModelDefinition Definition)> PackageAsync()
    {
        var definition = ModelDefinitionReader.Read(ModelDirectory);
        using var logger = new LoggerConfiguration().CreateLogger();
        using var nowhere = new StringWriter(CultureInfo.InvariantCulture);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(nowhere) });
        var runner = new StageRunner(Store, new RunLog(logger, console, TimeProvider.System));
        var dataset = await new PrepareDataStage(runner).RunAsync(definition, Code.ToString(), default);
        var candidate = await new TrainStage(runner, Code).RunAsync(dataset, definition, default);
        var evaluation = await new EvaluateStage(runner, Code).RunAsync(dataset, candidate, definition, default);
        var pass = await new GateStage(runner, Code, new EvaluationReportWriter(Path.Combine(directory, "artifacts"), Store)).RunAsync(dataset, candidate, evaluation, definition, [], WaiversInForce.None, default);
        return (await new PackageStage(runner, Code).RunAsync(dataset, candidate, evaluation, pass, definition, default), dataset, definition);
    }

    private static bool IsCategory(int feature) => feature % 5 >= 3;

    private static string Definition =>
        $$"""
        name: {{Name}}
        description: Made up to be counted.
        task: binary
        data: { files: [data/*.parquet], query: SELECT * FROM source, label: late, time: t }
        splits:
          train: { from: 2001-01-01, before: 2001-04-01 }
          validation: { from: 2001-04-01, before: 2001-05-01 }
          test: { from: 2001-05-01, before: 2001-06-01 }
        outputs: { positive: late, negative: on time, threshold: 0.5 }
        training:
          seed: 1
          metric: rocAuc
          trainers:
            - { name: lightgbm, trees: 20, leaves: 16, learningRate: 0.2, minExamplesPerLeaf: 20 }
        gates:
          - { metric: rocAuc, min: 0.1 }
        stages:
          - { name: dev }

        """;

    // Numbers of which one in three columns has few values, and categories of which there are more than bins; one value in fifty is missing.
    private string Columns(int seed)
    {
        var columns = new StringBuilder();
        for (var i = 0; i < features; i++)
        {
            var hash = string.Create(CultureInfo.InvariantCulture, $"hash(i * {features} + {i}, {seed})");
            var value = IsCategory(i) ? $"'c' || ({hash} % 200)" : i % 5 == 0 ? $"CAST({hash} % 24 AS INTEGER)" : $"CAST({hash} % 1000003 AS DOUBLE) / 1000003";
            columns.Append(CultureInfo.InvariantCulture, $"CASE WHEN hash(i, {i}) % 50 > 0 THEN {value} END AS f{i}, ");
        }

        return string.Create(CultureInfo.InvariantCulture, $"{columns}(hash(i, {seed}) % 100) + (20 * coalesce(f1, 0)) > 60 AS late");
    }
}
