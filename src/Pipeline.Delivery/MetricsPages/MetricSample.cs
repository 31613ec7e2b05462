namespace Pipeline.Delivery.MetricsPages;

/// <summary>One line of a metrics page.</summary>
/// <param name="Name">With a histogram's suffix.</param>
/// <param name="Labels">Names and values, without the page's escapes.</param>
/// <param name="Value">NaN and infinities are legal.</param>
public sealed record MetricSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);
