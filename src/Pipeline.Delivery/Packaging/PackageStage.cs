using System.Reflection;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.Delivery.Packaging.Mlflow;
using Pipeline.Delivery.Provenance;
using Pipeline.Delivery.Sources;
using Pipeline.Delivery.Training;
using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Packaging;

/// <summary>candidate model, evaluation, gate pass → model package. What goes in depends on data, definition and code alone, so that a second clone makes the same bytes.</summary>
/// <param name="runner">Restores or makes.</param>
/// <param name="code">Of the sources that make the package.</param>
/// <param name="provenance">Writes who made it, when it is made; null to leave that out.</param>
public sealed class PackageStage(StageRunner runner, SourceCode code, ProvenanceRecorder? provenance = null)
{
    public const string Name = "Package";

    /// <exception cref="PipelineException">The gate pass is for another model or another evaluation of it, or the golden requests do not fit the model.</exception>
    public Task<StoredPackage> RunAsync(
        Dataset dataset,
        CandidateModel candidate,
        CandidateEvaluation evaluation,
        GatePass gatePass,
        ModelDefinition definition,
        CancellationToken cancellationToken)
    {
        if (gatePass.ModelDigest != candidate.Digest)
        {
            throw new PipelineException(ExitCode.Refused, $"The gates passed model {gatePass.ModelDigest}, the candidate is {candidate.Digest}. Run ./build.sh Gate again.");
        }

        if (gatePass.Verdict.EvaluationDigest != evaluation.Digest)
        {
            throw new PipelineException(ExitCode.Refused, $"The gates passed the evaluation {gatePass.Verdict.EvaluationDigest}, the candidate's is {evaluation.Digest}. Run ./build.sh Gate again.");
        }

        return runner.RunAsync<StoredPackage>(
            Key(dataset, candidate, evaluation, definition),
            async (output, token) =>
            {
                var package = await Task.Run(() => Write(output, dataset, candidate, evaluation, definition, token), token);
                await (provenance?.WriteAsync(package, definition, dataset, token) ?? Task.CompletedTask);
            },
            cancellationToken);
    }

    public StageKey Key(Dataset dataset, CandidateModel candidate, CandidateEvaluation evaluation, ModelDefinition definition) =>
        new(Name, definition.Name, new StageInputs
        {
            ["dataset"] = dataset.Digest.ToString(),
            ["model"] = candidate.Digest.ToString(),
            ["evaluation"] = evaluation.Digest.ToString(),
            ["golden requests"] = Digest.OfFile(definition.GoldenRequestsPath).ToString(),
            ["settings"] = DefinitionDigest.InputOfModel(definition),
            ["settings (gates)"] = DefinitionDigest.OfAllGates(definition),
            ["description"] = definition.Description,
            ["libraries"] = Libraries(candidate),
            ["code"] = code.Input,
        });

    /// <summary>What the bill of materials names beside the code: also libraries of the service, which shape no model.</summary>
    private static StageInput Libraries(CandidateModel candidate)
    {
        var versions = BomLibraries.Of(candidate.Report.Trainer).ToDictionary(library => library.Name, library => library.Version, StringComparer.Ordinal);
        return new StageInput(Digest.Of(PackageJson.Serialize(versions)).ToString()) { Details = versions };
    }

    private PackagedModel Write(
        string output, Dataset dataset, CandidateModel candidate, CandidateEvaluation evaluation, ModelDefinition definition, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateDirectory(Path.Combine(output, StoredPackage.PackageFolder)).FullName;
        var outputs = candidate.Report.Outputs;
        File.Copy(candidate.OnnxPath, Path.Combine(directory, PackageFiles.Onnx));
        using var scorer = OnnxScorer.Load(candidate.OnnxPath, candidate.Schema);
        var requests = GoldenRequests.Read(definition.GoldenRequestsPath, scorer.Schema, definition.Data.Attributes);
        File.WriteAllBytes(Path.Combine(directory, PackageFiles.Golden), PackageJson.Serialize(Golden(scorer, outputs, requests, cancellationToken)));
        File.WriteAllBytes(Path.Combine(directory, PackageFiles.Reference), PackageJson.Serialize(ReferenceProfiler.Profile(dataset, scorer, outputs, evaluation.Report.Importance, cancellationToken)));
        File.WriteAllBytes(Path.Combine(directory, PackageFiles.Gates), PackageJson.Serialize(new PackagedGates(definition.Evaluation, definition.Gates)));
        File.WriteAllText(Path.Combine(directory, PackageFiles.ModelCard), ModelCard.Write(definition, candidate.Report, evaluation.Report));
        File.WriteAllBytes(Path.Combine(directory, PackageFiles.Bom), PackageJson.Serialize(Bom.Write(definition, dataset, candidate, evaluation.Report, code.Digest)));
        var manifest = new Manifest(
            Manifest.CurrentSchemaVersion,
            definition.Name,
            definition.Task,
            candidate.Report.Trainer,
            candidate.Schema,
            outputs,
            evaluation.Report.Values(),
            dataset.Digest,
            DefinitionDigest.OfModel(definition),
            code.Digest,
            Runtimes(),
            Files: []);
        MlflowFiles.Write(directory, manifest, requests.Features);
        var package = PackageWriter.Seal(directory, manifest);
        runner.Log.Info($"{Name}: {package} ({package.Digest})");
        return package;
    }

    private static GoldenSample Golden(OnnxScorer scorer, ModelOutputs outputs, GoldenRequests requests, CancellationToken cancellationToken)
    {
        var answers = scorer.Score(requests.Features, cancellationToken);
        return new GoldenSample([.. requests.Rows.Select((row, i) => GoldenRow.Of(row, outputs, answers.AsSpan(i * outputs.Width, outputs.Width)))]);
    }

    internal static SortedDictionary<string, string> Runtimes() => new(StringComparer.Ordinal)
    {
        ["Microsoft.ML"] = VersionOf(typeof(Microsoft.ML.MLContext)),
        ["Microsoft.ML.OnnxRuntime"] = VersionOf(typeof(Microsoft.ML.OnnxRuntime.InferenceSession)),
    };

    private static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}
