namespace Pipeline.Drift;

/// <summary>How often each label was the true one.</summary>
/// <param name="Training">In the training rows; every label of the model is there, also with 0.</param>
/// <param name="Test">In the test rows, likewise.</param>
public sealed record LabelCounts(IReadOnlyDictionary<string, long> Training, IReadOnlyDictionary<string, long> Test);
