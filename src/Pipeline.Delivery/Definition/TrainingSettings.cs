using Pipeline.Metrics.Binary;

namespace Pipeline.Delivery.Definition;

/// <summary>How candidates are trained and chosen.</summary>
/// <param name="Seed">Of every random choice.</param>
/// <param name="Metric">Name of the metric, on the validation rows, that chooses; see <see cref="BinaryMetrics"/>.</param>
/// <param name="Trainers">At least one.</param>
public sealed record TrainingSettings(int Seed, string Metric, IReadOnlyList<TrainerSettings> Trainers)
{
    public const int DefaultSeed = 1;
    public const string DefaultMetric = BinaryMetricNames.RocAuc;
}
