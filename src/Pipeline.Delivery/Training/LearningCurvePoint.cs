namespace Pipeline.Delivery.Training;

/// <summary>How good a model was when training had come so far.</summary>
/// <param name="Step">Trees so far, from 1.</param>
/// <param name="Training">Metrics by name, on training rows (see <see cref="LearningCurves.TrainingStep"/>); null where undefined.</param>
/// <param name="Validation">The same metrics on all validation rows.</param>
public sealed record LearningCurvePoint(int Step, IReadOnlyDictionary<string, double?> Training, IReadOnlyDictionary<string, double?> Validation);
