using Pipeline.Delivery.Comparisons;
using Pipeline.Engine;

namespace Pipeline.Delivery.Reports.Comparisons;

/// <summary>The comparison on the console: metrics first, what both are below.</summary>
internal static class ComparisonConsole
{
    public static void Print(RunLog log, ModelComparison comparison, ComparisonFiles files)
    {
        log.Table(ComparisonText.Headers(comparison), comparison.Metrics.Select(ComparisonText.Cells));
        log.Table(["", comparison.This.Name, comparison.Other.Name], ComparisonText.Models(comparison).Select(fact => new[] { fact.What, fact.This, fact.Other }));
        log.Fields([.. ComparisonText.Decisions(comparison)]);
        foreach (var feature in comparison.Features)
        {
            log.Info($"  {VisibleText.Name(feature.Name)}: {ComparisonText.HowItDiffers(feature)}");
        }

        foreach (var note in comparison.Notes())
        {
            log.Info($"{CompareStage.Name}: {VisibleText.Sentence(note)}");
        }

        log.Info($"{CompareStage.Name}: {comparison.Summary()}");
        log.Info($"{CompareStage.Name}: report: {files.Html}");
    }
}
