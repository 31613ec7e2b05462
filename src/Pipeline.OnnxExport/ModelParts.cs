namespace Pipeline.OnnxExport;

/// <summary>A trained model as the graph and the boosting history need it.</summary>
/// <param name="Task">One of <see cref="Pipeline.ModelPackage.ModelTask"/>.</param>
/// <param name="Scores">From a feature vector to scores.</param>
/// <param name="Link">From scores to the answer.</param>
internal sealed record ModelParts(string Task, TrainedScores Scores, AnswerLink Link);
