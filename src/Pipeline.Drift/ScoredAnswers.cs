namespace Pipeline.Drift;

/// <summary>A model's answers to some rows, as far as drift has to do with them.</summary>
/// <param name="Scores">The one number that stands for each answer, all finite: the probability of the positive class, that of the most probable class, or the number that is predicted.</param>
/// <param name="Labels">The label that each answer means, as an index into the model's labels; empty of a model that answers none.</param>
public sealed record ScoredAnswers(IReadOnlyList<float> Scores, IReadOnlyList<int> Labels);
