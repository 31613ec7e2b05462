using Microsoft.ML;
using Pipeline.Delivery.Definition;
using Pipeline.OnnxExport;

namespace Pipeline.Delivery.Training;

/// <summary>A trial with what it made.</summary>
/// <param name="Trial">What the report says of it.</param>
/// <param name="Settings">What it was trained with.</param>
/// <param name="Encoding">Makes the model's features.</param>
/// <param name="Model">In ML.NET.</param>
/// <param name="Onnx">The same as a graph.</param>
/// <param name="FitTime">What ML.NET took; for people.</param>
/// <param name="ValidationAnswers">What the graph says of the validation rows.</param>
internal sealed record FittedTrainer(Trial Trial, TrainerSettings Settings, FeatureEncoding Encoding, ITransformer Model, byte[] Onnx, TimeSpan FitTime, float[] ValidationAnswers);
