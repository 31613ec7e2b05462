using Pipeline.Delivery.Definition;
using Pipeline.ModelPackage;
using Pipeline.OnnxExport;

namespace Pipeline.Delivery.Training;

/// <summary>What training did, the content of training.json. Nothing in it depends on time or machine.</summary>
/// <param name="Trainer">The winner.</param>
/// <param name="Metric">The validation metric that chose it.</param>
/// <param name="Seed">Of every random choice.</param>
/// <param name="Rows">Training rows.</param>
/// <param name="Features">The model's input columns as training saw them.</param>
/// <param name="Outputs">What the model answers; with the decision threshold, given or chosen.</param>
/// <param name="Settings">What the winner was trained with.</param>
/// <param name="Trials">Every trial, best first.</param>
/// <param name="Parity">ML.NET against ONNX Runtime on every test row.</param>
public sealed record TrainingReport(
    string Trainer,
    string Metric,
    int Seed,
    int Rows,
    FeatureSchema Features,
    ModelOutputs Outputs,
    TrainerSettings Settings,
    IReadOnlyList<Trial> Trials,
    ParityReport Parity);
