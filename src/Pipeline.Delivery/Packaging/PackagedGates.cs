using Pipeline.Delivery.Definition;

namespace Pipeline.Delivery.Packaging;

/// <summary>What the model had to fulfil, the content of gates.json: a package says by which thresholds it came to be one. How it fulfilled them, against which champion, is the verdict's to say.</summary>
/// <param name="Evaluation">How sure the evaluation had to be.</param>
/// <param name="Gates">The gates.</param>
public sealed record PackagedGates(EvaluationSettings Evaluation, IReadOnlyList<GateSettings> Gates);
