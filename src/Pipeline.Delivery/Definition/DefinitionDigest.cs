using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Definition;

/// <summary>
/// Digests of just the settings that a stage reads, for its key: a comment or the layout of model.yaml changes none of them, and a changed gate trains nothing anew.
/// They are over the settings' canonical JSON, defaults filled in.
/// </summary>
public static class DefinitionDigest
{
    /// <summary>What PrepareData reads, but for the files' content.</summary>
    public static Digest OfData(ModelDefinition definition) => Of(new { definition.Data, definition.Splits });

    /// <summary>What Train reads besides the dataset.</summary>
    public static Digest OfTraining(ModelDefinition definition) => Of(new { definition.Name, definition.Task, definition.Outputs, definition.Training });

    /// <summary>What Evaluate reads besides the dataset and the model.</summary>
    public static Digest OfEvaluation(ModelDefinition definition) => Of(new
    {
        definition.Task, definition.Outputs, definition.Evaluation.Resamples, definition.Evaluation.Slices, definition.Evaluation.MinSliceRows, definition.Evaluation.WorstSlices,
        Fairness = definition.Gates.OfType<FairnessGateSettings>().Select(gate => gate.By).Distinct(StringComparer.Ordinal).ToList(),
    });

    /// <summary>What Gate reads besides the evaluation.</summary>
    public static Digest OfGates(ModelDefinition definition) => Of(new { definition.Evaluation, Gates = definition.Gates.Where(gate => gate is not OperationGateSettings).ToList() });

    /// <summary>Every gate, for the package that says by which it came to be one.</summary>
    public static Digest OfAllGates(ModelDefinition definition) => Of(new { definition.Evaluation, definition.Gates });

    /// <summary>What shapes a model and its metrics: data, splits, outputs and training. For the package's manifest.</summary>
    public static Digest OfModel(ModelDefinition definition) => Of(new { definition.Name, definition.Task, definition.Data, definition.Splits, definition.Outputs, definition.Training });

    private static Digest Of<T>(T settings) => Digest.Of(PackageJson.Serialize(settings));
}
