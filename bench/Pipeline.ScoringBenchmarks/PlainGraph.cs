using Microsoft.ML.OnnxRuntime;
using Pipeline.ModelPackage;

namespace Pipeline.ScoringBenchmarks;

/// <summary>A graph's file in ONNX Runtime on one thread, asked batch by batch; the tensors of all batches are made beforehand.</summary>
internal sealed class PlainGraph : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string _output;
    private readonly string[] _names;
    private readonly List<OrtValue[]> _batches = [];

    public PlainGraph(byte[] onnx, string output, FeatureBatch rows, int rowsOfABatch)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, ExecutionMode = ExecutionMode.ORT_SEQUENTIAL };
        _session = new InferenceSession(onnx, options);
        _output = output;
        _names = [FeatureSchema.NumericInput, .. rows.Schema.Categorical.Select(feature => feature.Name)];
        for (var start = 0; start < rows.RowCount; start += rowsOfABatch)
        {
            _batches.Add(Tensors(rows, start, Math.Min(rowsOfABatch, rows.RowCount - start)));
        }
    }

    public float[] Score()
    {
        var answers = new List<float>();
        foreach (var batch in _batches)
        {
            using var outputs = _session.Run(_run, _names, batch, [_output]);
            answers.AddRange(outputs[0].GetTensorDataAsSpan<float>());
        }

        return [.. answers];
    }

    public void Dispose()
    {
        foreach (var tensor in _batches.SelectMany(batch => batch))
        {
            tensor.Dispose();
        }

        _run.Dispose();
        _session.Dispose();
    }

    private static OrtValue[] Tensors(FeatureBatch rows, int start, int count)
    {
        var numeric = rows.Schema.Numeric.Count;
        var tensors = new List<OrtValue> { OrtValue.CreateTensorValueFromMemory(rows.Numeric[(start * numeric)..((start + count) * numeric)], [count, numeric]) };
        foreach (var column in rows.Categories)
        {
            var tensor = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, [count, 1]);
            tensors.Add(tensor);
            for (var row = 0; row < count; row++)
            {
                tensor.StringTensorSetElementAt(column[start + row].AsSpan(), row);
            }
        }

        return [.. tensors];
    }
}
