using Pipeline.Delivery.Comparisons;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Promotion;
using Pipeline.Delivery.Reports.Comparisons;
using Pipeline.Delivery.Training;
using Pipeline.Engine;

namespace Pipeline.Delivery;

/// <content>Two models side by side.</content>
public sealed partial class ModelDelivery
{
    /// <summary>candidate or --and, --with → what differs on the same test rows</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="candidate">The candidate; null if --and names another model for its place.</param>
    /// <param name="isToOpen">Whether the page is to be shown in the browser.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="PipelineException">Exit code 64: no such stage or version; 1: a package cannot be had or asked.</exception>
    public async Task CompareAsync(Dataset dataset, CandidateModel? candidate, bool isToOpen, CancellationToken cancellationToken)
    {
        using var scratch = _runner.Store.CreateScratch();
        var champions = await ChampionsAsync(cancellationToken);
        var (and, with) = ComparedPackages(champions);
        var other = await CompareStage.FindAsync(with, champions, scratch.Path, cancellationToken);
        var one = and is not null ? await CompareStage.FindAsync(and, champions, scratch.Path, cancellationToken)
            : candidate is not null ? ModelFiles.Of(candidate, dataset)
            : throw new ArgumentNullException(nameof(candidate), "Without --and it is the candidate that is compared.");
        _log.Info($"{CompareStage.Name}: {one.Model.Name} and {other.Model.Name} on the test rows of {_definition.Name}");
        var comparison = await Task.Run(() => CompareStage.Compare(_definition.Name, one, other, dataset, _definition.Evaluation.Resamples, cancellationToken), cancellationToken);
        var files = new ComparisonReportWriter(ArtifactsDirectory(_options), _runner.Store).Write(comparison);
        ComparisonConsole.Print(_log, comparison, files);
        if (isToOpen)
        {
            OpenPage(CompareStage.Name, files.Html);
        }
    }

    /// <summary>What --and and --with name: told before anything is trained, and looked up again when that is done.</summary>
    private (NamedPackage? And, NamedPackage With) ComparedPackages(ChampionSource champions)
    {
        var known = new KnownPackages(_definition, _ledger, champions);
        var with = _options.Compare?.With ?? throw new PipelineException(ExitCode.Usage, $"Compare needs a stage or a version to compare with: ./build.sh Compare --with {_definition.Stages[0].Name}");
        var and = _options.Compare.And is { } written ? known.Resolve("--and", written) : null;
        return (and, known.Resolve("--with", with));
    }
}
