using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Definition;

/// <summary>A model's folder under models/: everything that model.yaml says. Immutable; made by <c>ModelDefinitionReader</c>, which has validated it.</summary>
/// <param name="Directory">Absolute path of the model's folder.</param>
/// <param name="Name">Lower-case letters, digits and dashes; equals the folder's name.</param>
/// <param name="Description">One line for people.</param>
/// <param name="Task">One of <see cref="ModelTask"/>.</param>
/// <param name="Data">Where rows come from.</param>
/// <param name="Splits">Which rows train, validate and test.</param>
/// <param name="Outputs">What predictions are called; of the task's kind.</param>
/// <param name="Training">Seed, trainers and the metric that chooses among them.</param>
/// <param name="Evaluation">How sure an evaluation must be.</param>
/// <param name="Gates">What a candidate must fulfil; at least one.</param>
/// <param name="Drift">When the model's input has drifted.</param>
/// <param name="Stages">Stages of promotion, in order; at least one.</param>
public sealed record ModelDefinition(
    string Directory,
    string Name,
    string Description,
    string Task,
    DataSettings Data,
    SplitSettings Splits,
    OutputSettings Outputs,
    TrainingSettings Training,
    EvaluationSettings Evaluation,
    IReadOnlyList<GateSettings> Gates,
    DriftSettings Drift,
    IReadOnlyList<PromotionStageSettings> Stages)
{
    public const string FileName = "model.yaml";

    /// <summary>The golden request rows that a person wrote, beside model.yaml.</summary>
    public string GoldenRequestsPath => Path.Combine(Directory, "golden-requests.json");
}
