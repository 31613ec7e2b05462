using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates.Waivers;
using Pipeline.Delivery.Reports.Evaluations;
using Pipeline.Delivery.Sources;
using Pipeline.Delivery.Training;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Gates;

/// <summary>candidate model, evaluation → gate pass, or the end of the run with exit code 2. The report is written in both cases.</summary>
public sealed class GateStage(StageRunner runner, SourceCode code, EvaluationReportWriter reports)
{
    public const string Name = "Gate";

    /// <exception cref="PipelineException">A gate said no; a table of all of them has been printed.</exception>
    public async Task<GatePass> RunAsync(
        Dataset dataset,
        CandidateModel candidate,
        CandidateEvaluation evaluation,
        ModelDefinition definition,
        IReadOnlyList<Champion> champions,
        WaiversInForce waivers,
        CancellationToken cancellationToken)
    {
        GateVerdict? refused = null;
        try
        {
            var pass = await runner.RunAsync<GatePass>(
                Key(dataset, candidate, evaluation, definition, champions, waivers),
                async (output, token) =>
                {
                    var verdict = await JudgeAsync(dataset, candidate, evaluation, definition, champions, waivers, token);
                    refused = verdict.Passed() ? null : verdict;
                    ThrowIfRefused(verdict);
                    await File.WriteAllBytesAsync(Path.Combine(output, GatePass.VerdictFile), PackageJson.Serialize(verdict), token);
                },
                cancellationToken);
            Show(pass.Verdict, definition, candidate, evaluation);
            waivers.TellNotNeeded(runner.Log, Name, pass.Verdict.Rows, areOfOperations: false);
            return pass;
        }
        catch (PipelineException) when (refused is not null)
        {
            Show(refused, definition, candidate, evaluation);
            throw;
        }
    }

    /// <summary>Every gate's outcome, without an end and without a report.</summary>
    public async Task<GateVerdict> JudgeAsync(
        Dataset dataset,
        CandidateModel candidate,
        CandidateEvaluation evaluation,
        ModelDefinition definition,
        IReadOnlyList<Champion> champions,
        WaiversInForce waivers,
        CancellationToken cancellationToken)
    {
        var rows = await new CandidateJudge(dataset, candidate, evaluation, definition, champions, new TrainStage(runner, code)).JudgeAsync(cancellationToken);
        var comparedWith = champions.ToDictionary(champion => champion.Stage, champion => champion.PackageDigest);
        return new GateVerdict(GateVerdict.CurrentSchemaVersion, definition.Name, candidate.Digest, evaluation.Digest, comparedWith, waivers.Apply(rows)) { DatasetDigest = dataset.Digest, CodeDigest = code.Digest };
    }

    public StageKey Key(
        Dataset dataset, CandidateModel candidate, CandidateEvaluation evaluation, ModelDefinition definition, IReadOnlyList<Champion> champions, WaiversInForce waivers)
    {
        var parts = new StageInputs
        {
            ["dataset"] = dataset.Digest.ToString(),
            ["model"] = candidate.Digest.ToString(),
            ["evaluation"] = evaluation.Digest.ToString(),
            ["settings (gates)"] = DefinitionDigest.OfGates(definition),
            ["code"] = code.Input,
        };
        foreach (var champion in champions)
        {
            parts[$"champion ({champion.Stage})"] = champion.PackageDigest.ToString();
        }

        foreach (var (name, value) in waivers.KeyParts())
        {
            parts[name] = value;
        }

        return new StageKey(Name, definition.Name, parts);
    }

    private static void ThrowIfRefused(GateVerdict verdict)
    {
        if (!verdict.Passed())
        {
            var (exitCode, what, advice) = verdict.Outcome() == GateOutcome.NotEnoughData
                ? (ExitCode.NotEnoughData, "cannot be judged, there is not enough data", "Give it more test rows.")
                : (ExitCode.Refused, "is refused", $"Improve the model, change the gates in model.yaml in a reviewed commit, or let this one model through for a while: ./build.sh Waive --model {verdict.Model} --waived-gate … --reason … --expires …");
            var open = verdict.Rows.Where(row => !row.Passed).Select(row => $"  {row.Check}: {row.Reason}");
            throw new PipelineException(exitCode, $"{Name}: {verdict.Model} {what}:{Environment.NewLine}{string.Join(Environment.NewLine, open)}{Environment.NewLine}Nothing was packaged. {advice}");
        }
    }

    private void Show(GateVerdict verdict, ModelDefinition definition, CandidateModel candidate, CandidateEvaluation evaluation)
    {
        GateTable.Print(runner.Log, verdict.Rows);
        var files = reports.Write(verdict, definition, candidate, evaluation);
        runner.Log.Info($"{Name}: report: {files.Html}");
    }
}
