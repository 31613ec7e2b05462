using System.Globalization;
using System.Text.Json.Nodes;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Packaging.Mlflow;
using Pipeline.Delivery.SmokeTests.Operations;
using Pipeline.Delivery.Training;
using Pipeline.Metrics;
using Pipeline.ModelPackage;
using Pipeline.Tracking;

namespace Pipeline.Delivery.Tracking;

/// <summary>What the artifacts of the stages say, as parameters, metrics and tags of a run.</summary>
internal static class RunFacts
{
    /// <summary>Of the run: which trainer won, with what settings, and how it did on the rows that chose it.</summary>
    public static RunData Training(ModelDefinition definition, CandidateModel candidate, DateTimeOffset time)
    {
        var report = candidate.Report;
        var parameters = new Dictionary<string, string>(report.Trials[0].Parameters)
        {
            ["task"] = definition.Task,
            ["trainer"] = report.Trainer,
            ["metric"] = report.Metric,
            ["seed"] = Number(report.Seed),
            ["trials"] = Number(report.Trials.Count),
            ["trainingRows"] = Number(report.Rows),
            ["features"] = Number(report.Features.Features.Count),
        };
        if (report.Outputs is BinaryOutputs binary)
        {
            parameters["threshold"] = Number(binary.Threshold);
        }

        return new RunData
        {
            Parameters = parameters,
            Metrics = [.. Validation(report.Trials[0], time), .. Curve(report.Trials[0], time)],
            Tags = new Dictionary<string, string>
            {
                [TrackingNames.Onnx] = candidate.Digest.ToString(),
                [TrackingNames.Trainer] = report.Trainer,
                [TrackingTags.Note] = definition.Description,
            },
        };
    }

    /// <summary>Of a run below: one trainer with its settings.</summary>
    public static RunData Trial(Trial trial, bool isBest, DateTimeOffset time)
    {
        var tags = new Dictionary<string, string> { [TrackingNames.Trainer] = trial.Trainer, ["pipeline.best"] = isBest ? "true" : "false", ["pipeline.trial"] = Number(trial.Number) };
        if (trial.Failure is { } failure)
        {
            tags[TrackingTags.Note] = failure;
        }

        return new RunData
        {
            Parameters = new Dictionary<string, string>(trial.Parameters) { ["trainer"] = trial.Trainer },
            Metrics = trial.Failure is null ? [.. Validation(trial, time), .. Curve(trial, time), new MetricPoint("onnxBytes", trial.OnnxBytes, time)] : [],
            Tags = tags,
        };
    }

    public static RunData Evaluation(CandidateEvaluation evaluation, DateTimeOffset time) => new()
    {
        Metrics = [.. Estimates(TrackingNames.TestPrefix, evaluation.Report.Metrics, time), new MetricPoint($"{TrackingNames.TestPrefix}rows", evaluation.Report.Rows, time)],
        Tags = new Dictionary<string, string> { [TrackingNames.Evaluation] = evaluation.Digest.ToString() },
    };

    /// <summary>Of a package: which it is, and that its folder among the artifacts is a model. A run's id is not said, as each store gives another.</summary>
    public static RunData Package(PackagedModel package, DateTimeOffset time) => new()
    {
        Tags = new Dictionary<string, string>
        {
            [TrackingTags.Package] = package.Digest.ToString(),
            [TrackingNames.Version] = package.Version,
            [TrackingTags.LoggedModels] = new JsonArray(new JsonObject
            {
                ["artifact_path"] = TrackingNames.FolderOf(package.Digest.ToString()),
                ["utc_time_created"] = time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture),
                ["flavors"] = MlmodelFile.Flavors(),
            }).ToJsonString(),
        },
    };

    public static IReadOnlyList<MetricPoint> Operations(OperationsVerdict verdict, DateTimeOffset time) => [.. Estimates(TrackingNames.OperationsPrefix, verdict.Measures, time)];

    // A metric that is undefined has no number, and so is not there.
    private static IEnumerable<MetricPoint> Estimates(string prefix, IReadOnlyDictionary<string, MetricEstimate> estimates, DateTimeOffset time)
    {
        foreach (var (name, estimate) in estimates)
        {
            if (estimate.Value is { } value)
            {
                yield return new MetricPoint(prefix + name, value, time);
            }

            if (estimate.Interval is { } interval)
            {
                yield return new MetricPoint($"{prefix}{name}.low", interval.Low, time);
                yield return new MetricPoint($"{prefix}{name}.high", interval.High, time);
            }
        }
    }

    private static List<MetricPoint> Validation(Trial trial, DateTimeOffset time) =>
        [.. trial.Validation.Where(metric => metric.Value is not null).Select(metric => new MetricPoint(TrackingNames.ValidationPrefix + metric.Key, metric.Value!.Value, time))];

    // A group of its own: a metric with steps and one without would share a chart.
    private static IEnumerable<MetricPoint> Curve(Trial trial, DateTimeOffset time) => trial.LearningCurve.SelectMany(point =>
        point.Training.Select(metric => (Split: "training", metric.Key, metric.Value)).Concat(point.Validation.Select(metric => (Split: "validation", metric.Key, metric.Value)))
            .Where(metric => metric.Value is not null)
            .Select(metric => new MetricPoint($"{TrackingNames.CurvePrefix}{metric.Split}.{metric.Key}", metric.Value!.Value, time, point.Step)));

    private static string Number(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
