namespace Pipeline.Benchmarks.Requests;

/// <summary>One row's values.</summary>
/// <param name="Numbers">In the order of the schema's numeric features.</param>
/// <param name="Categories">In the order of the schema's categorical features.</param>
public sealed record BenchmarkRow(IReadOnlyList<float> Numbers, IReadOnlyList<string> Categories);
