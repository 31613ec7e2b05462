using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Delivery.Gates;
using Pipeline.Engine;
using Pipeline.Metrics;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.SmokeTests.Operations;

/// <summary>package, champions → what it costs to operate the package, judged by the operation gates.</summary>
internal sealed class OperationsTest(IServiceMeasurer measurer, ImageSizes images)
{
    // Of nine processes one may be disturbed without moving an interval; see MedianBounds.
    private const int RoundsToJudge = 9;

    // Of 27, seven may.
    private const int RoundsOfSecondLook = 18;

    // For the record alone: the least that is worth its time.
    private const int RoundsToRecord = 3;

    /// <returns>Also if a gate says no.</returns>
    public async Task<OperationsVerdict> RunAsync(PackagedModel package, OperationsInputs inputs, CancellationToken cancellationToken)
    {
        // Stages that run the same model share its figures.
        List<PackagedModel> packages = [.. inputs.Champions.Select(champion => champion.Package).OfType<PackagedModel>().Prepend(package).DistinctBy(one => one.Digest)];
        var rounds = inputs.Gates.Count > 0 ? RoundsToJudge : RoundsToRecord;
        var services = await measurer.MeasureAsync(inputs.Service, packages, rounds, cancellationToken);
        var verdict = await JudgeAsync(package, packages, services, inputs, cancellationToken);
        if (!verdict.Rows.Any(OperationGates.IsOpen))
        {
            return verdict;
        }

        var more = await measurer.MeasureAsync(inputs.Service, packages, RoundsOfSecondLook, cancellationToken);
        return await JudgeAsync(package, packages, [.. services.Zip(more, (one, later) => one.With(later))], inputs, cancellationToken);
    }

    /// <summary>Prints the figures, and the gates' rows if there are any.</summary>
    public static void Show(OperationsVerdict verdict, RunLog log)
    {
        log.Info($"{SmokeTestStage.Name}: operations: {Summary(verdict)}");
        if (verdict.Rows.Count > 0)
        {
            GateTable.Print(log, verdict.Rows);
        }
    }

    /// <summary>Every measure in one line.</summary>
    public static string Summary(OperationsVerdict verdict) =>
        string.Join(", ", verdict.Measures.Select(measure => $"{measure.Key} {measure.Value.Value?.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture) ?? measure.Value.Undefined}"));

    /// <exception cref="PipelineException">Refused: a gate said no.</exception>
    public static void ThrowIfRefused(OperationsVerdict verdict, PackagedModel package)
    {
        if (!verdict.Passed())
        {
            var open = verdict.Rows.Where(row => !row.Passed).Select(row => $"  {row.Check}: {row.Reason}");
            throw new PipelineException(
                ExitCode.Refused,
                $"{SmokeTestStage.Name}: {package} is refused by its operation gates:{Environment.NewLine}{string.Join(Environment.NewLine, open)}{Environment.NewLine}"
                + "Nothing was pushed or promoted. Train a smaller model (fewer or smaller trees), or change the gates in model.yaml in a reviewed commit; if the machine was busy, run ./build.sh SmokeTest again.");
        }
    }

    private async Task<OperationsVerdict> JudgeAsync(
        PackagedModel package, List<PackagedModel> packages, IReadOnlyList<MeasuredService> services, OperationsInputs inputs, CancellationToken cancellationToken)
    {
        var measured = new Dictionary<Digest, MeasuredPackage>();
        foreach (var (one, service) in packages.Zip(services))
        {
            measured.Add(one.Digest, new MeasuredPackage(one, service, await images.OfAsync(one, cancellationToken)));
        }

        var candidate = measured[package.Digest];
        List<MeasuredChampion> champions = [.. inputs.Champions.Select(champion => new MeasuredChampion(champion, champion.Package is null ? null : measured[champion.PackageDigest]))];
        return new OperationsVerdict(
            OperationsVerdict.CurrentSchemaVersion,
            package.Digest,
            inputs.Service.Digest,
            inputs.Champions.ToDictionary(champion => champion.Stage, champion => champion.PackageDigest),
            Environment.ProcessorCount,
            candidate.Service.Processes.Count,
            candidate.Service.Requests,
            EstimatesOf(candidate),
            champions.Where(champion => champion.Measured is not null).ToDictionary(champion => champion.Champion.Stage, IReadOnlyDictionary<string, MetricEstimate> (champion) => EstimatesOf(champion.Measured!)),
            inputs.Waivers.Apply(OperationGates.Judge(inputs.Gates, candidate, champions)));
    }

    private static Dictionary<string, MetricEstimate> EstimatesOf(MeasuredPackage package) => OperationMeasures.Names.ToDictionary(measure => measure, package.Estimate);
}
