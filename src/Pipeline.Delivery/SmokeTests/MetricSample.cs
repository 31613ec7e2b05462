namespace Pipeline.Delivery.SmokeTests;

/// <summary>One line of a metrics page.</summary>
/// <param name="Name">With a histogram's suffix.</param>
/// <param name="Labels">Names and values as written, escapes and all.</param>
/// <param name="Value">NaN and infinities are legal.</param>
public sealed record MetricSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);
