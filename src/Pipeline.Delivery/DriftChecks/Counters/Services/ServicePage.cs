using System.Globalization;
using Pipeline.Delivery.MetricsPages;

namespace Pipeline.Delivery.DriftChecks.Counters.Services;

/// <summary>What one replica's metrics page says of the model.</summary>
/// <param name="Reading">What its counters stand at; complete.</param>
/// <param name="ProcessStart">When its process started, in seconds since 1970.</param>
/// <param name="OtherVersions">Versions of the model that it counts as well.</param>
internal sealed record ServicePage(CounterReading Reading, double ProcessStart, IReadOnlyList<string> OtherVersions)
{
    /// <param name="text">The page.</param>
    /// <param name="model">Whose counters are wanted.</param>
    /// <param name="layout">Of its reference.</param>
    /// <exception cref="InvalidDataException">The page is malformed, or of another model, version or reference, or lacks something.</exception>
    public static ServicePage Read(string text, CountedModel model, CounterLayout layout)
    {
        var samples = MetricsText.Parse(text).Samples;
        if (samples.Where(sample => sample.Name == ServiceMetricNames.ModelInfo).Select(sample => model.MisfitOf(sample.Labels)).FirstOrDefault(misfit => misfit is not null) is { } misfit)
        {
            throw new InvalidDataException($"it says that {misfit}");
        }

        var counters = samples.Where(sample => ServiceMetricNames.Counters.Contains(sample.Name) && Is(sample, "model", model.Name)).ToList();
        var reading = new CounterReading(layout.Count);
        foreach (var sample in counters.Where(sample => Is(sample, "version", model.Version)))
        {
            reading[layout.CellOf(sample.Name, sample.Labels)] = (long)sample.Value;
        }

        var others = counters.Where(sample => !Is(sample, "version", model.Version)).Select(sample => sample.Labels.GetValueOrDefault("version", string.Empty)).Distinct().Order(StringComparer.Ordinal).ToList();
        var missing = layout.MissingFrom(reading);
        if (missing.Count > 0)
        {
            throw new InvalidDataException(others.Count > 0 && missing.Count == layout.Count - 1
                ? $"it serves the version {string.Join(", ", others)} and not {model.Version}"
                : string.Create(CultureInfo.InvariantCulture, $"{missing.Count} counters of {model} are missing on it, such as {missing[0]}"));
        }

        var start = samples.FirstOrDefault(sample => sample.Name == ServiceMetricNames.ProcessStart) ?? throw new InvalidDataException($"it has no {ServiceMetricNames.ProcessStart}");
        return new ServicePage(reading, start.Value, others);
    }

    private static bool Is(MetricSample sample, string label, string value) => sample.Labels.GetValueOrDefault(label) == value;
}
