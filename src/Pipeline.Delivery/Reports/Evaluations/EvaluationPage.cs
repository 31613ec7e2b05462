using System.Globalization;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Packaging;
using Pipeline.Delivery.Training;
using Pipeline.Metrics;
using Pipeline.OnnxExport;
using static Pipeline.Delivery.Reports.ReportHtml;

namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>The evaluation as report.html: one offline file, no script, that says what a reviewer asks first: does the candidate pass, by which numbers, compared with what.</summary>
internal static class EvaluationPage
{
    private static readonly string EvaluationStyle = Resource("evaluation.css");

    public static string Render(EvaluationDocument document, CandidateModel candidate, ModelDefinition definition, string? commit)
    {
        var (verdict, report) = (document.Verdict, document.Evaluation);
        return Page($"{verdict.Model}: {document.Headline().ToLowerInvariant()}", Style + EvaluationStyle, $"""
            <h1>{Text(verdict.Model)}</h1>
            <p>{Text(candidate.Report.Trainer)}, judged on {Number(report.Rows)} test rows{Text(TaskSections.Subject(report))}</p>
            <div class="verdict {(document.Outcome is GateOutcome.Pass or GateOutcome.Waived ? "pass" : "fail")}">
            <strong>{document.Headline()}</strong>
            <p>{Text(document.Reason())}</p>
            </div>
            <h2>Gates</h2>
            {Table(["Gate", "Verdict", "#Value", "~95 % interval", "#Threshold", "#Champion", "#Rows", "Why"], document.Rows.Select(row => GateCells(row, report)))}
            {OperationsTable.Html(document.Operations)}
            <h2>Provenance</h2>
            {Table(["What", "Digest or value"],
            [
                ["model.onnx", $"<code>{verdict.ModelDigest}</code>"],
                ["evaluation.json", $"<code>{verdict.EvaluationDigest}</code>"],
                ["Dataset", verdict.DatasetDigest is { } dataset ? $"<code>{dataset}</code>" : "–"],
                ["Settings", $"<code>{DefinitionDigest.OfModel(definition)}</code>"],
                ["Code", verdict.CodeDigest is { } code ? $"<code>{code}</code>" : "–"],
                ["Commit", commit is null ? "not known" : $"<code>{Text(commit)}</code>"],
                ["Made with", Text(string.Join(", ", PackageStage.Runtimes().Select(runtime => $"{runtime.Key} {runtime.Value}").Append($".NET {Environment.Version}")))],
                ["Seed", Number(candidate.Report.Seed)],
                ["Training rows", Number(candidate.Report.Rows)],
                ["ONNX Runtime against ML.NET", Text(Parity(candidate.Report.Parity, report))],
                .. verdict.ComparedWith.Select(champion => new[] { Text($"Champion of {champion.Key}"), $"<code>{champion.Value}</code>" }),
                ["To reproduce", $"<code>./build.sh Gate --model {Text(verdict.Model)}</code>"],
            ])}
            <h2>Champion and candidate</h2>
            {DifferenceForest.Render(verdict.Rows)}
            {TaskSections.Html(report)}
            <h2>Metrics on the test rows</h2>
            {Table(["Metric", "#Value", "~95 % interval", "What it is"], report.Metrics.Select(metric => MetricCells(report.Definitions[metric.Key], metric.Value)))}
            {DataCheckSection.Html(document.DataChecks)}
            {TrialSection.Html(candidate.Report, report)}
            {LearningCurveSection.Html(candidate.Report)}
            {BaselineSection.Html(report)}
            {SliceSections.Html(report, report.Definitions[definition.Training.Metric])}
            {ImportanceSection.Html(report)}
            {ModelSection.Html(definition, candidate)}
            {NotCheckedSection.Html(document, definition)}

            """);
    }

    private static string[] GateCells(GateRow row, EvaluationReport report) =>
    [
        Text(row.Check),
        $"<strong class=\"{(row.Passed ? "pass" : "fail")}\">{row.OutcomeText}</strong>",
        row.ValueText,
        MetricText.Of(row.Interval),
        row.Bound is null ? "–" : MetricText.Of(row.Bound),
        row.Champion is null ? "–" : MetricText.Of(row.Champion),
        Number(row.Rows),
        row.Meaning is { } meaning ? $"{Text(row.Reason)} <small>{Text(report.Definitions.ContainsKey(row.Check.Split(' ')[0]) ? $"{row.Check.Split(' ')[0]}: {meaning}" : meaning)}</small>" : Text(row.Reason),
    ];

    private static string[] MetricCells(MetricDefinition metric, MetricEstimate estimate) =>
    [
        Text(metric.Name),
        MetricText.Of(estimate.Value),
        estimate.Interval is { } interval ? $"{MetricText.Of(interval)} <small>{interval.Method}</small>" : "–",
        Text(estimate.Undefined is { } reason ? $"undefined: {reason}" : metric.Meaning),
    ];

    // A number has no label that could differ.
    private static string Parity(ParityReport parity, EvaluationReport report)
    {
        var difference = string.Create(CultureInfo.InvariantCulture, $"largest difference {parity.MaxDifference:0.0e+0} over {parity.Rows} test rows");
        return report.Regression is null ? string.Create(CultureInfo.InvariantCulture, $"{difference}, {parity.LabelDisagreements} labels differ") : difference;
    }
}
