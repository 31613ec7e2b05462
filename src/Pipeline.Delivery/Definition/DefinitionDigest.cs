using Pipeline.Engine;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Definition;

/// <summary>
/// Digests of just the settings that a stage reads, for its key: a comment or the layout of model.yaml changes none of them, and a changed gate trains nothing anew.
/// They are over the settings' canonical JSON, defaults filled in; each comes with its settings, so that a plan can name the one that changed.
/// </summary>
public static class DefinitionDigest
{
    /// <summary>What PrepareData reads, but for the files' content.</summary>
    public static StageInput OfData(ModelDefinition definition) => Of(new { definition.Task, definition.Data, definition.Splits });

    /// <summary>What Train reads besides the dataset.</summary>
    public static StageInput OfTraining(ModelDefinition definition) => Of(new { definition.Name, definition.Task, Data = new { definition.Data.MaxCategories }, definition.Outputs, definition.Training });

    /// <summary>What Evaluate reads besides the dataset and the model.</summary>
    public static StageInput OfEvaluation(ModelDefinition definition) => Of(new
    {
        definition.Task,
        definition.Outputs,
        Evaluation = new { definition.Evaluation.Resamples, definition.Evaluation.Slices, definition.Evaluation.MinSliceRows, definition.Evaluation.WorstSlices },
        Fairness = definition.Gates.OfType<FairnessGateSettings>().Select(gate => gate.By).Distinct(StringComparer.Ordinal).ToList(),
    });

    /// <summary>What Gate reads besides the evaluation.</summary>
    public static StageInput OfGates(ModelDefinition definition) => Of(
        new { definition.Evaluation, Gates = definition.Gates.Where(gate => gate is not OperationGateSettings).ToList() },
        // In the places that they have in model.yaml.
        new { definition.Evaluation, Gates = definition.Gates.Select(gate => gate is OperationGateSettings ? null : gate).ToList() });

    /// <summary>What SmokeTest reads besides the package and the service.</summary>
    public static StageInput OfOperationGates(IReadOnlyList<OperationGateSettings> gates) => Of(new { OperationGates = gates });

    /// <summary>Every gate, for the package that says by which it came to be one.</summary>
    public static StageInput OfAllGates(ModelDefinition definition) => Of(new { definition.Evaluation, definition.Gates });

    /// <summary>What shapes a model and its metrics: data, splits, outputs and training, but not what was asked of the data. For the package's manifest.</summary>
    public static Digest OfModel(ModelDefinition definition) => Digest.Parse(InputOfModel(definition).Value);

    /// <inheritdoc cref="OfModel"/>
    public static StageInput InputOfModel(ModelDefinition definition) =>
        Of(new { definition.Name, definition.Task, Data = definition.Data with { Checks = DataCheckSettings.Default }, definition.Splits, definition.Outputs, definition.Training });

    private static StageInput Of<T>(T settings) => Of(settings, settings);

    private static StageInput Of<T, TShown>(T settings, TShown shown) =>
        new(Digest.Of(PackageJson.Serialize(settings)).ToString()) { Details = SettingDetails.Of(PackageJson.Serialize(shown)) };
}
