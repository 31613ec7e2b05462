using Microsoft.ML.OnnxRuntime;
using Pipeline.ModelPackage;

namespace Pipeline.OnnxExport.Tests;

/// <summary>A graph's file in ONNX Runtime as anyone would run it: strings in, nothing rewritten.</summary>
internal sealed class PlainRuntime(byte[] onnx) : IDisposable
{
    private readonly InferenceSession _session = new(onnx);

    public float[] Numbers(FeatureBatch rows, string output) => Run(rows, output, value => value.GetTensorDataAsSpan<float>().ToArray());

    public string[] Texts(FeatureBatch rows, string output) => Run(rows, output, value => value.GetStringTensorAsArray());

    public void Dispose() => _session.Dispose();

    private T Run<T>(FeatureBatch rows, string output, Func<OrtValue, T> read)
    {
        var values = new Dictionary<string, OrtValue>();
        try
        {
            var numeric = rows.Schema.Numeric.Count;
            if (numeric > 0)
            {
                values[FeatureSchema.NumericInput] = OrtValue.CreateTensorValueFromMemory(rows.Numeric[..(rows.RowCount * numeric)], [rows.RowCount, numeric]);
            }

            foreach (var (feature, column) in rows.Schema.Categorical.Zip(rows.Categories))
            {
                var tensor = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, [rows.RowCount, 1]);
                values[feature.Name] = tensor;
                for (var row = 0; row < rows.RowCount; row++)
                {
                    tensor.StringTensorSetElementAt(column[row].AsSpan(), row);
                }
            }

            using var options = new RunOptions();
            using var outputs = _session.Run(options, values, [output]);
            return read(outputs[0]);
        }
        finally
        {
            foreach (var value in values.Values)
            {
                value.Dispose();
            }
        }
    }
}
