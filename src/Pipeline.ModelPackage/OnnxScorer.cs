using System.Diagnostics.CodeAnalysis;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Pipeline.ModelPackage;

/// <summary>
/// Scores rows through a model's ONNX graph: the one way of scoring, in the service as in the pipeline. Thread-safe: any number of calls may run at once,
/// each on its caller's thread (one intra-op thread, so that a container's CPU quota is not overrun).
/// </summary>
public sealed class OnnxScorer : IDisposable
{
    /// <summary>Name of a binary model's output: the probability of the positive class, float [N].</summary>
    public const string ProbabilityOutput = "probability";

    // Large batches are cut: beyond about a thousand rows the one-hot vectors leave the cache and each row costs up to five times as much.
    private const int MaxRowsPerRun = 1_024;

    private readonly InferenceSession _session;
    private readonly string[] _inputNames;
    private readonly string[] _outputNames = [ProbabilityOutput];

    // Shared by all runs that nobody can cancel, and therefore never terminated.
    private readonly RunOptions _plainRun = new();

    private OnnxScorer(InferenceSession session, FeatureSchema schema)
    {
        _session = session;
        Schema = schema;
        _inputNames = [.. schema.Numeric.Count > 0 ? [FeatureSchema.NumericInput] : Array.Empty<string>(), .. schema.Categorical.Select(f => f.Name)];
    }

    public FeatureSchema Schema { get; }

    /// <exception cref="InvalidDataException">ONNX Runtime cannot load the file, or its inputs and outputs are not those of the schema.</exception>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The scorer owns the session.")]
    public static OnnxScorer Load(string onnxPath, FeatureSchema schema) => Load(File.ReadAllBytes(onnxPath), schema, onnxPath);

    /// <inheritdoc cref="Load(string, FeatureSchema)"/>
    /// <param name="onnx">The graph's bytes.</param>
    /// <param name="schema">The columns that the graph must take.</param>
    /// <param name="origin">Where the bytes are from, for messages.</param>
    public static OnnxScorer Load(byte[] onnx, FeatureSchema schema, string origin)
    {
        OnnxRuntimeEnvironment.EnsureStarted();
        InferenceSession? session = null;
        try
        {
            using var options = SessionSettings();
            session = new InferenceSession(onnx, options);
            CheckSignature(session, schema, origin);
            var scorer = new OnnxScorer(session, schema);
            session = null;
            return scorer;
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidDataException($"ONNX Runtime cannot load {origin}: {e.Message}", e);
        }
        finally
        {
            session?.Dispose();
        }
    }

    /// <summary>The probability of the positive class for each row, in the rows' order.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; a run in progress is terminated.</exception>
    public float[] Score(FeatureBatch batch, CancellationToken cancellationToken = default)
    {
        var probabilities = new float[batch.RowCount];
        if (!cancellationToken.CanBeCanceled)
        {
            ScoreRows(batch, probabilities, _plainRun, cancellationToken);
            return probabilities;
        }

        using var runOptions = new RunOptions();
        using var registration = cancellationToken.Register(static state => ((RunOptions)state!).Terminate = true, runOptions);
        ScoreRows(batch, probabilities, runOptions, cancellationToken);
        return probabilities;
    }

    public void Dispose()
    {
        _plainRun.Dispose();
        _session.Dispose();
    }

    private void ScoreRows(FeatureBatch batch, float[] probabilities, RunOptions runOptions, CancellationToken cancellationToken)
    {
        for (var start = 0; start < batch.RowCount; start += MaxRowsPerRun)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ScoreSlice(batch, start, Math.Min(MaxRowsPerRun, batch.RowCount - start), probabilities, runOptions, cancellationToken);
        }
    }

    private void ScoreSlice(FeatureBatch batch, int start, int count, float[] probabilities, RunOptions runOptions, CancellationToken cancellationToken)
    {
        var inputs = new List<OrtValue>(_inputNames.Length);
        try
        {
            var numericCount = Schema.Numeric.Count;
            if (numericCount > 0)
            {
                var rows = batch.Numeric.AsMemory(start * numericCount, count * numericCount);
                inputs.Add(OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, rows, [count, numericCount]));
            }

            foreach (var column in batch.Categories)
            {
                var tensor = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, [count, 1]);
                inputs.Add(tensor);
                for (var row = 0; row < count; row++)
                {
                    tensor.StringTensorSetElementAt(column[start + row].AsSpan(), row);
                }
            }

            using var outputs = _session.Run(runOptions, _inputNames, inputs, _outputNames);
            var answer = outputs[0].GetTensorDataAsSpan<float>();
            if (answer.Length != count)
            {
                throw new InvalidDataException($"The graph answered {answer.Length} probabilities for {count} rows.");
            }

            answer.CopyTo(probabilities.AsSpan(start, count));
        }
        catch (OnnxRuntimeException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        finally
        {
            inputs.ForEach(value => value.Dispose());
        }
    }

    private static SessionOptions SessionSettings() => new()
    {
        IntraOpNumThreads = 1,
        InterOpNumThreads = 1,
        ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
        EnableCpuMemArena = false,
        EnableMemoryPattern = false,
        LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
    };

    private static void CheckSignature(InferenceSession session, FeatureSchema schema, string origin)
    {
        var expected = schema.Categorical.ToDictionary(f => f.Name, _ => TensorElementType.String, StringComparer.Ordinal);
        if (schema.Numeric.Count > 0)
        {
            expected[FeatureSchema.NumericInput] = TensorElementType.Float;
        }

        if (Describe(session.InputMetadata.ToDictionary(i => i.Key, i => i.Value.ElementDataType)) is var actual && actual != Describe(expected))
        {
            throw new InvalidDataException($"{origin} takes the inputs [{actual}], the schema has [{Describe(expected)}].");
        }

        if (!session.OutputMetadata.TryGetValue(ProbabilityOutput, out var output) || output.ElementDataType != TensorElementType.Float)
        {
            var outputs = Describe(session.OutputMetadata.Where(o => o.Value.IsTensor).ToDictionary(o => o.Key, o => o.Value.ElementDataType));
            throw new InvalidDataException($"{origin} has no output '{ProbabilityOutput}' of type Float (it has [{outputs}]).");
        }
    }

    private static string Describe(Dictionary<string, TensorElementType> tensors) =>
        string.Join(", ", tensors.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Key}: {t.Value}"));
}
