using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using DuckDB.NET.Data;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Drift;
using Pipeline.Inference.DriftMonitoring;
using Pipeline.Inference.ModelLoading;
using Pipeline.Inference.PredictionLog;
using Pipeline.Inference.Shadow;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Inference.Tests;

/// <summary>What watches predictions of several classes and of numbers: the prediction log, the counters of drift and the shadow.</summary>
public sealed class TaskWatchingTests : IDisposable
{
    private const string TwoRows = """{"rows":[{"hour":7,"origin":"ATL","distance":500,"destination":"LAX"},{"hour":1,"origin":"never seen","distance":null,"destination":"DEN"}]}""";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("tasks ");

    private string Logs => Path.Combine(_root.FullName, "logs");

    private string Shadow => Path.Combine(_root.FullName, "shadow");

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData(ModelTask.Multiclass, PredictionLogFormat.JsonLines)]
    [InlineData(ModelTask.Multiclass, PredictionLogFormat.Parquet)]
    [InlineData(ModelTask.Regression, PredictionLogFormat.JsonLines)]
    [InlineData(ModelTask.Regression, PredictionLogFormat.Parquet)]
    public async Task DuckDB_reads_what_was_answered_out_of_the_log(string task, PredictionLogFormat format)
    {
        await using var service = await StartAsync(task, options => options with { PredictionLog = new PredictionLogOptions(Logs) { Format = format } });

        using var response = await service.PredictAsync(TwoRows);
        var predictions = (await RunningService.JsonOf(response))["predictions"]!.AsArray();
        await service.App.StopAsync(TestContext.Current.CancellationToken);

        var columns = Query($"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '{Logs}/*.{PredictionLogOptions.FormatNames[(int)format]}')").Select(row => ((string)row[0]!, (string)row[1]!)).ToList();
        if (task == ModelTask.Multiclass)
        {
            columns[^2..].Should().Equal(("probabilities", format == PredictionLogFormat.Parquet ? "FLOAT[]" : "DOUBLE[]"), ("label", "VARCHAR"));
            Rows("unnest(probabilities)").Select(row => Convert.ToSingle(row[0], CultureInfo.InvariantCulture)).Should().Equal(predictions.SelectMany(prediction => Floats(prediction!["probabilities"]!)));
            Rows("label").Select(row => row[0]).Should().Equal(predictions.Select(prediction => (string?)prediction!["label"]));
        }
        else
        {
            columns[^1].Should().Be(("prediction", format == PredictionLogFormat.Parquet ? "FLOAT" : "DOUBLE"));
            columns.Select(column => column.Item1).Should().NotContain("label");
            Rows("prediction").Select(row => Convert.ToSingle(row[0], CultureInfo.InvariantCulture)).Should().Equal(predictions.Select(prediction => (float)prediction!["prediction"]!));
        }

        IEnumerable<object?[]> Rows(string column) => Query($"SELECT {column} FROM (SELECT * FROM '{Logs}/*.{PredictionLogOptions.FormatNames[(int)format]}' ORDER BY row)");
    }

    [Fact]
    public async Task Lists_of_many_rows_and_chunks_come_back_from_Parquet_as_they_were()
    {
        const int Requests = 40;
        await using var service = await RunningService.StartAsync(
            options => options with { PredictionLog = new PredictionLogOptions(Logs) { Format = PredictionLogFormat.Parquet } },
            write: directory => TestModel.WriteClassesPackage(directory, 1_000));
        var body = $$"""{"rows":[{{string.Join(',', Enumerable.Range(0, 97).Select(i => $$"""{"hour":{{i % 24}},"origin":"ORD","distance":{{i}}}"""))}}]}""";

        List<float[]> answers = [];
        for (var request = 0; request < Requests; request++)
        {
            using var response = await service.PredictAsync(body);
            answers = [.. (await RunningService.JsonOf(response))["predictions"]!.AsArray().Select(prediction => Floats(prediction!["probabilities"]!))];
        }

        await service.App.StopAsync(TestContext.Current.CancellationToken);

        Query($"SELECT count(*), min(len(probabilities)), max(len(probabilities)), max(row_group_id) > 0 FROM '{Logs}/*.parquet', (SELECT max(row_group_id) AS row_group_id FROM parquet_metadata('{Logs}/*.parquet'))")
            .Single().Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)).Should().Equal($"{97 * Requests}", "1000", "1000", "True");
        Query($"SELECT DISTINCT row, probabilities[1], probabilities[3], probabilities[1000] FROM '{Logs}/*.parquet' ORDER BY row").Select(row => ((int)row[0]!, (float)row[1]!, (float)row[2]!, (float)row[3]!))
            .Should().Equal(answers.Select((answer, row) => (row, answer[0], answer[2], answer[999])));
    }

    [Fact]
    public void The_counters_give_the_rows_of_the_reference_the_counts_of_the_reference()
    {
        var outputs = new MulticlassOutputs(TestModel.Classes);
        var (classes, numbers) = (TestModelReference.ClassProfileOf(outputs), TestModelReference.NumberProfile);
        var manifest = TestModel.Manifest with { Task = ModelTask.Multiclass, Outputs = outputs };
        using var ofClasses = new DriftCounters(classes, manifest);
        using var ofNumbers = new DriftCounters(numbers, manifest with { Task = ModelTask.Regression, Outputs = TestModel.NumberOutputs });

        // Rows in more than one piece, of which each is locked alone.
        var rows = Enumerable.Repeat(TestModelReference.TrainingRows, 30).SelectMany(all => all).ToList();
        ofClasses.Count(Coded(rows), rows.SelectMany(row => TestModel.ClassProbabilities(row, TestModel.Classes)).ToArray());
        ofNumbers.Count(Coded(rows), rows.Select(TestModel.Number).ToArray());

        ofClasses.Read().PredictionBins.Should().Equal(classes.Predictions.Training.Bins.Select(count => count * 30));
        ofClasses.Read().Labels.Should().Equal(TestModel.Classes.Select(label => classes.Predictions.Training.Labels[label] * 30));
        ofNumbers.Read().PredictionBins.Should().Equal(numbers.Predictions.Training.Bins.Select(count => count * 30));
        ofNumbers.Read().Labels.Should().BeEmpty();
        ofNumbers.Read().Features.Should().BeEquivalentTo(ofClasses.Read().Features);
    }

    [Fact]
    public async Task The_metrics_count_labels_of_classes_and_none_of_a_number()
    {
        await using var classes = await StartAsync(ModelTask.Multiclass);
        await using var number = await StartAsync(ModelTask.Regression);

        using var first = await classes.PredictAsync(TwoRows);
        using var second = await number.PredictAsync(TwoRows);

        var ofClasses = await MetricsOf(classes);
        Values(ofClasses, DriftMetrics.PredictedLabelTotal).Should().HaveCount(3).And.Contain(0).And.Match(counts => counts.Sum() == 2);
        Values(ofClasses, DriftMetrics.PredictionBinTotal).Sum().Should().Be(2);
        ofClasses.Should().Contain("label=\"very \\\"späť\\\"\"} ");
        var ofNumber = await MetricsOf(number);
        Values(ofNumber, DriftMetrics.PredictedLabelTotal).Should().BeEmpty();
        Values(ofNumber, DriftMetrics.PredictionBinTotal).Sum().Should().Be(2);
    }

    [Fact]
    public async Task A_shadow_with_the_classes_in_another_order_agrees()
    {
        TestModel.WriteClassesPackage(Shadow, classes: [.. TestModel.Classes.Reverse()]);
        await using var service = await StartWithShadowAsync(ModelTask.Multiclass);

        using var response = await service.PredictAsync(TwoRows);

        var metrics = await MetricsWith(service, ShadowMetrics.RowsTotal, 2);
        Values(metrics, ShadowMetrics.AgreementTotal).Should().Equal(2, 0);
        Values(metrics, $"{ShadowMetrics.ProbabilityDifference}_count").Should().Equal(2);
        Values(metrics, $"{ShadowMetrics.ProbabilityDifference}_sum").Single().Should().BeLessThan(1e-5);
        Values(metrics, $"{ShadowMetrics.PredictionDifference}_count").Should().BeEmpty();
    }

    [Theory]
    [InlineData(0.5f, 2, 0)]
    [InlineData(50f, 0, 2)]
    public async Task Numbers_within_a_hundredth_agree(float shift, int agreeing, int disagreeing)
    {
        TestModel.WriteNumberPackage(Shadow, shift);
        await using var service = await StartWithShadowAsync(ModelTask.Regression);

        using var response = await service.PredictAsync(TwoRows);

        var metrics = await MetricsWith(service, ShadowMetrics.RowsTotal, 2);
        Values(metrics, ShadowMetrics.AgreementTotal).Should().BeEquivalentTo([agreeing, disagreeing], o => o.WithStrictOrdering());
        var expected = new[] { new TestModelRow(7, "ATL", 500, "LAX"), new TestModelRow(1, "never seen", null, "DEN") }.Sum(row => shift / Math.Abs(TestModel.Number(row)));
        Values(metrics, $"{ShadowMetrics.PredictionDifference}_sum").Single().Should().BeApproximately(expected, 1e-4);
        Values(metrics, $"{ShadowMetrics.ProbabilityDifference}_count").Should().BeEmpty();
    }

    [Theory]
    [InlineData("task", "it is a model for the task 'regression', the served model one for 'multiclass', so that they cannot be compared.")]
    [InlineData("classes", "it answers other classes ('c3' is new, 'c4' is new), so that they cannot be compared.")]
    [InlineData("quantity", "it answers 'delay_minutes' in s, the served model 'delay_minutes' in min, so that they cannot be compared.")]
    [InlineData("labels", "it answers 'late' or 'early', the served model 'late' or 'on time', so that they cannot be compared.")]
    public void A_shadow_that_answers_something_else_is_refused(string difference, string message)
    {
        var classes = new MulticlassOutputs(TestModel.Classes);
        var compare = () => difference switch
        {
            "task" => ShadowComparison.Of(classes, TestModel.NumberOutputs),
            "classes" => ShadowComparison.Of(classes, new MulticlassOutputs(TestModel.ClassNames(5))),
            "quantity" => ShadowComparison.Of(TestModel.NumberOutputs, TestModel.NumberOutputs with { Unit = "s" }),
            _ => ShadowComparison.Of(TestModel.Manifest.Outputs, new BinaryOutputs("late", "early", 0.5f)),
        };

        compare.Should().Throw<InvalidDataException>().WithMessage(message);
    }

    [Fact]
    public void A_shadows_number_that_is_none_differs_by_no_number() =>
        ShadowComparison.Of(new MulticlassOutputs(TestModel.Classes), new MulticlassOutputs(TestModel.Classes)).DifferenceOf([0.2f, 0.3f, 0.5f], [0.2f, float.NaN, 0.5f]).Should().Be(double.NaN);

    private static Task<RunningService> StartAsync(string task, Func<Hosting.InferenceOptions, Hosting.InferenceOptions>? settings = null) =>
        RunningService.StartAsync(settings, write: directory => task == ModelTask.Multiclass ? TestModel.WriteClassesPackage(directory) : TestModel.WriteNumberPackage(directory));

    private async Task<RunningService> StartWithShadowAsync(string task)
    {
        var service = await StartAsync(task, options => options with { Shadow = new ShadowOptions(Shadow) { Poll = TimeSpan.FromSeconds(1) } });
        await LoggedFiles.Until(() => service.App.Services.GetRequiredService<ShadowRunner>().IsActive, "the shadow is loaded");
        return service;
    }

    private static CodedRows Coded(List<TestModelRow> rows)
    {
        var coded = new CodedRows(TestModel.Schema);
        var tables = TestModel.Schema.Categorical.Select(feature => new CategoryTable(feature)).ToArray();
        coded.AddRows(rows.Count);
        foreach (var (row, index) in rows.Select((row, index) => (row, index)))
        {
            coded.SetNumber(index, 0, row.Hour);
            coded.SetNumber(index, 1, row.Distance ?? float.NaN);
            coded.SetCode(index, 0, tables[0].CodeOf(row.Origin));
            coded.SetCode(index, 1, row.Destination is null ? CategoryCode.Missing : tables[1].CodeOf(row.Destination));
        }

        return coded;
    }

    private static async Task<string> MetricsOf(RunningService service)
    {
        using var response = await service.GetAsync("/metrics");
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<string> MetricsWith(RunningService service, string name, double value)
    {
        var metrics = string.Empty;
        await LoggedFiles.Until(() => Values(metrics = MetricsOf(service).GetAwaiter().GetResult(), name).Contains(value), $"{name} {value}");
        return metrics;
    }

    private static double[] Values(string metrics, string name) =>
        [.. metrics.Split('\n').Where(line => line.StartsWith(name + "{", StringComparison.Ordinal)).Select(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture))];

    private static float[] Floats(JsonNode array) => [.. array.AsArray().Select(number => (float)number!)];

    [SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "The statements are the test's own.")]
    private static List<object?[]> Query(string sql)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i))]);
        }

        return rows;
    }
}
