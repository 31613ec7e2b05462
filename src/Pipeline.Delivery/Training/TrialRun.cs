using System.Globalization;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Evaluation;
using Pipeline.Engine;
using Pipeline.Metrics;
using Pipeline.OnnxExport;

namespace Pipeline.Delivery.Training;

/// <summary>Makes trials until the budget is used up, and keeps the best of each trainer.</summary>
/// <param name="log">Shows each trial.</param>
/// <param name="definition">Trainers, metric and budget.</param>
/// <param name="rows">What is trained on.</param>
/// <param name="fit">Makes one.</param>
internal sealed class TrialRun(RunLog log, ModelDefinition definition, TrainingRows rows, Func<TrainerSettings, TrainingRows, ModelDefinition, CancellationToken, Task<FittedTrainer>> fit)
{
    private readonly List<Trial> _trials = [];

    // One a trainer: models are large.
    private readonly Dictionary<string, FittedTrainer> _best = [];

    private TrainingSettings Settings => definition.Training;

    /// <exception cref="PipelineException">No trial gave a model.</exception>
    public async Task<TrialRun> RunAsync(CancellationToken cancellationToken)
    {
        var search = new SettingsSearch(Settings, rows.EncodingWith(0).Schema.Categorical.Select(feature => feature.Categories!.Count).DefaultIfEmpty().Max());
        var start = log.Clock.GetTimestamp();
        await using var progress = new TrainingProgress(log, search.Trials * Settings.Trainers.Average(Cost), rows.Train.Labels.Count);
        PipelineException? failure = null;
        while (search.Next(Best()?.Settings) is { } settings)
        {
            if (_trials.Count >= Settings.Trainers.Count && Settings.Search?.Time is { } time && log.Clock.GetElapsedTime(start) >= time)
            {
                log.Info(FormattableString.Invariant($"{TrainStage.Name}: the time for the search ({DurationText.Of(time)}) is over after {_trials.Count} of {search.Trials} trials"));
                break;
            }

            progress.Begin(Settings.Search is null ? settings.Name : FormattableString.Invariant($"trial {_trials.Count + 1} of {search.Trials}, {settings.Name}"), Settings.Search is null ? Cost(settings) : Settings.Trainers.Average(Cost));
            try
            {
                Keep(await fit(settings, rows, definition, cancellationToken));
            }
            catch (PipelineException e) when (Settings.Search is not null)
            {
                // One point of a search may be of no use; the others go on.
                failure ??= e;
                _trials.Add(new Trial(settings.Name, new Dictionary<string, double?>(), 0) { Number = _trials.Count + 1, Parameters = Trainers.Parameters(settings), Failure = e.Message });
            }

            progress.End();
        }

        return _best.Count > 0 ? this : throw failure!;
    }

    /// <summary>All trials, the best first; the best of each trainer with its curve.</summary>
    /// <remarks>Curves are not made while fitting: what is trained once more for its digest needs none.</remarks>
    public Task<IReadOnlyList<Trial>> WithCurvesAsync(CancellationToken cancellationToken) => Task.Run<IReadOnlyList<Trial>>(
        () =>
        {
            var some = rows.Train.Every(LearningCurves.TrainingStep(rows.Train.Labels.Count));
            foreach (var made in _best.Values)
            {
                if (BoostingHistory.Of(made.Encoding, made.Model) is { } history)
                {
                    _trials[_trials.IndexOf(made.Trial)] = made.Trial with { LearningCurve = LearningCurves.Of(history, some, rows.Validation, rows.Outputs, cancellationToken) };
                }
            }

            return [.. InOrder(_trials)];
        },
        cancellationToken);

    /// <summary>The best trial.</summary>
    /// <exception cref="PipelineException">The metric is undefined for every one.</exception>
    public FittedTrainer RequireBest()
    {
        var best = Best()!;
        return best.Trial.Validation[Settings.Metric] is not null
            ? best
            : throw new PipelineException(
                ExitCode.NotEnoughData,
                $"{TrainStage.Name}: {Settings.Metric} is undefined on the validation rows for every trainer. "
                + (definition.Outputs is BinaryOutputSettings { ThresholdBy: null } outputs && MetricCatalog.ByName(definition.Task)[Settings.Metric].NeedsThreshold
                    ? FormattableString.Invariant($"Is a probability ever at least outputs.threshold {outputs.Threshold}? Change it or training.metric in model.yaml.")
                    : $"It is if {MetricCatalog.ByName(definition.Task)[Settings.Metric].UndefinedIf}: give it more rows, or change training.metric in model.yaml."));
    }

    private void Keep(FittedTrainer made)
    {
        made = made with { Trial = made.Trial with { Number = _trials.Count + 1 } };
        _trials.Add(made.Trial);
        var metric = Settings.Metric;
        if (Settings.Search is null)
        {
            log.Info($"{TrainStage.Name}: {made.Trial.Trainer}: {metric} {MetricText.Of(made.Trial.Validation[metric])} on the validation rows, fitted in {made.FitTime.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s");
        }

        if (!_best.TryGetValue(made.Trial.Trainer, out var before) || InOrder([before.Trial, made.Trial]).First() == made.Trial)
        {
            _best[made.Trial.Trainer] = made;
        }
    }

    private FittedTrainer? Best() => _best.Count == 0 ? null : _best[InOrder(_trials.Where(trial => trial.Failure is null)).First().Trainer];

    // Ties go to the earlier trial, so to the trainer that model.yaml names first: OrderBy keeps the order of equals.
    private IEnumerable<Trial> InOrder(IEnumerable<Trial> trials)
    {
        var isHigherBetter = MetricCatalog.ByName(definition.Task)[Settings.Metric].Direction == MetricDirection.HigherIsBetter;
        return trials.OrderByDescending(trial => trial.Validation.GetValueOrDefault(Settings.Metric) is { } value ? (isHigherBetter ? value : -value) : double.NegativeInfinity);
    }

    private static double Cost(TrainerSettings trainer) => trainer.IsTrees ? (double)trainer.Trees * trainer.Leaves : 2_000;
}
