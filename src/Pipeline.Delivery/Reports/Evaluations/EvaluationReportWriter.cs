using System.Text;
using Pipeline.Delivery.Data.Checks;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.SmokeTests.Operations;
using Pipeline.Delivery.Training;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Reports.Evaluations;

/// <summary>
/// Writes an evaluation and its verdict in every form: for people, for a pull request, for CI servers and for programs. They are written for refused candidates too, and so lie
/// beside the package, not in it.
/// </summary>
public sealed class EvaluationReportWriter(string artifactsDirectory, RunStore store)
{
    /// <summary>The commit that is checked out, with <c>-dirty</c> if tracked files differ from it; null if it is not known.</summary>
    public string? Commit { get; init; }

    /// <summary>What was found in the data before training; empty if that is not known.</summary>
    public IReadOnlyList<DataCheckOutcome> DataChecks { get; init; } = [];

    /// <param name="verdict">Of the gates on metrics.</param>
    /// <param name="definition">The model's.</param>
    /// <param name="candidate">The candidate.</param>
    /// <param name="evaluation">Its metrics.</param>
    /// <param name="operations">What the smoke test measured and what the operation gates said; null before it.</param>
    /// <returns>The files' paths. report.json comes last, so that who waits for it finds the others.</returns>
    public EvaluationFiles Write(GateVerdict verdict, ModelDefinition definition, CandidateModel candidate, CandidateEvaluation evaluation, OperationsVerdict? operations = null)
    {
        var directory = Path.Combine(artifactsDirectory, "reports", verdict.Model);
        var document = new EvaluationDocument(EvaluationDocument.CurrentSchemaVersion, EvaluationDocument.OutcomeOf(verdict, operations), candidate.Report.Trainer, verdict, evaluation.Report) { Operations = operations, DataChecks = DataChecks };
        var paths = ReportFiles.Write(
            store,
            directory,
            [
                (EvaluationFiles.HtmlName, Encoding.UTF8.GetBytes(EvaluationPage.Render(document, candidate, definition, Commit))),
                (EvaluationFiles.MarkdownName, Encoding.UTF8.GetBytes(EvaluationMarkdown.Render(document))),
                (EvaluationFiles.JUnitName, Encoding.UTF8.GetBytes(EvaluationJUnit.Render(document))),
                (EvaluationFiles.JsonName, PackageJson.Serialize(document)),
            ]);
        return new EvaluationFiles(paths[0], paths[1], paths[2], paths[3]);
    }
}
