using Microsoft.ML.OnnxRuntime;

namespace Pipeline.ModelPackage;

/// <summary>A whole graph, given a tensor for each column: see <see cref="CodedGraph"/>.</summary>
internal sealed class ColumnSession(InferenceSession session, FeatureSchema schema, GraphAnswer answer) : GraphSession(session, answer)
{
    private readonly int _numericCount = schema.Numeric.Count;
    private readonly string[] _inputNames = [.. schema.Numeric.Count > 0 ? [FeatureSchema.NumericInput] : Array.Empty<string>(), .. schema.Categorical.Select(feature => feature.Name)];
    private readonly string[] _outputNames = [answer.Name];

    // Of 1,000 rows at once, whose vectors don't fit the processor's cache, each costs 1.6 times as much as of 100.
    public override int MaxRows => 128;

    public override void Score(CodedRows rows, int start, int count, Memory<float> answers, RunOptions run)
    {
        var inputs = new OrtValue[_inputNames.Length];
        var filled = 0;
        try
        {
            if (_numericCount > 0)
            {
                inputs[filled++] = Tensor(rows.Numeric.AsMemory(start * _numericCount, count * _numericCount), [count, _numericCount]);
            }

            long[] columnShape = [count, 1];
            foreach (var codes in rows.Codes)
            {
                inputs[filled++] = Tensor(codes.AsMemory(start, count), columnShape);
            }

            using var output = Tensor(answers, Answer.ShapeOf(count));
            Session.Run(run, _inputNames, inputs, _outputNames, [output]);
        }
        finally
        {
            foreach (var input in inputs.AsSpan(0, filled))
            {
                input.Dispose();
            }
        }
    }

    // Pins the memory; ONNX Runtime reads and writes it in place.
    private static OrtValue Tensor<T>(Memory<T> memory, long[] shape)
        where T : unmanaged => OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, shape);
}
