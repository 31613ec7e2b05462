using System.Diagnostics.CodeAnalysis;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Pipeline.ModelPackage;

/// <summary>
/// Scores rows through a model's ONNX graph: the one way of scoring, in the service as in the pipeline. Thread-safe: any number of calls may run at once,
/// each on its caller's thread (one intra-op thread, so that a container's CPU quota is not overrun). The graph takes categories as codes: see <see cref="CodedGraph"/>.
/// </summary>
public sealed class OnnxScorer : IDisposable
{
    /// <summary>Name of a binary model's output: the probability of the positive class, float [N].</summary>
    public const string ProbabilityOutput = "probability";

    // Large batches are cut: of 1,000 rows at once, whose one-hot vectors don't fit the processor's cache, each costs 1.6 times as much as of 100.
    private const int MaxRowsPerRun = 128;

    private readonly InferenceSession _session;
    private readonly CategoryTable[] _tables;
    private readonly string[] _inputNames;
    private readonly string[] _outputNames = [ProbabilityOutput];

    // Shared by all runs that nobody can cancel, and therefore never terminated.
    private readonly RunOptions _plainRun = new();

    private OnnxScorer(InferenceSession session, FeatureSchema schema)
    {
        _session = session;
        Schema = schema;
        _tables = [.. schema.Categorical.Select(feature => new CategoryTable(feature))];
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
            session = new InferenceSession(CodedGraph.Of(onnx, schema, origin, out var coded), options);
            CheckSignature(session, schema, coded, origin);
            var scorer = new OnnxScorer(session, schema);
            session = null;
            return scorer;
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidDataException(NewerGraph.Explain(onnx, origin, e.Message) ?? $"ONNX Runtime cannot load {origin}: {e.Message}", e);
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
        Score(CodesOf(batch), probabilities, cancellationToken);
        return probabilities;
    }

    /// <inheritdoc cref="Score(FeatureBatch, CancellationToken)"/>
    /// <param name="rows">Rows of this scorer's schema.</param>
    /// <param name="probabilities">Takes a probability per row.</param>
    /// <param name="cancellationToken">Costs an allocation or two if it can be cancelled.</param>
    public void Score(CodedRows rows, Memory<float> probabilities, CancellationToken cancellationToken = default)
    {
        if (!cancellationToken.CanBeCanceled)
        {
            ScoreRows(rows, probabilities, _plainRun, cancellationToken);
            return;
        }

        using var runOptions = new RunOptions();
        using var registration = cancellationToken.Register(static state => ((RunOptions)state!).Terminate = true, runOptions);
        ScoreRows(rows, probabilities, runOptions, cancellationToken);
    }

    public void Dispose()
    {
        _plainRun.Dispose();
        _session.Dispose();
    }

    private CodedRows CodesOf(FeatureBatch batch)
    {
        var rows = new CodedRows(Schema);
        rows.AddRows(batch.RowCount);
        batch.Numeric.AsSpan(0, batch.RowCount * Schema.Numeric.Count).CopyTo(rows.Numeric);
        for (var slot = 0; slot < _tables.Length; slot++)
        {
            var (table, texts, codes) = (_tables[slot], batch.Categories[slot], rows.Codes[slot]);
            for (var row = 0; row < batch.RowCount; row++)
            {
                codes[row] = table.CodeOf(texts[row]);
            }
        }

        return rows;
    }

    private void ScoreRows(CodedRows rows, Memory<float> probabilities, RunOptions runOptions, CancellationToken cancellationToken)
    {
        for (var start = 0; start < rows.Count; start += MaxRowsPerRun)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ScoreSlice(rows, start, Math.Min(MaxRowsPerRun, rows.Count - start), probabilities, runOptions, cancellationToken);
        }
    }

    private void ScoreSlice(CodedRows rows, int start, int count, Memory<float> probabilities, RunOptions runOptions, CancellationToken cancellationToken)
    {
        var inputs = new OrtValue[_inputNames.Length];
        var filled = 0;
        try
        {
            var numericCount = Schema.Numeric.Count;
            if (numericCount > 0)
            {
                inputs[filled++] = Tensor(rows.Numeric.AsMemory(start * numericCount, count * numericCount), [count, numericCount]);
            }

            long[] columnShape = [count, 1];
            foreach (var codes in rows.Codes)
            {
                inputs[filled++] = Tensor(codes.AsMemory(start, count), columnShape);
            }

            using var output = Tensor(probabilities.Slice(start, count), [count]);
            _session.Run(runOptions, _inputNames, inputs, _outputNames, [output]);
        }
        catch (OnnxRuntimeException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
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

    private static SessionOptions SessionSettings() => new()
    {
        IntraOpNumThreads = 1,
        InterOpNumThreads = 1,
        ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
        EnableCpuMemArena = false,
        EnableMemoryPattern = false,
        LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
    };

    private static void CheckSignature(InferenceSession session, FeatureSchema schema, IReadOnlySet<string> coded, string origin)
    {
        var expected = schema.Categorical.ToDictionary(f => f.Name, _ => TensorElementType.String, StringComparer.Ordinal);
        if (schema.Numeric.Count > 0)
        {
            expected[FeatureSchema.NumericInput] = TensorElementType.Float;
        }

        var inputs = session.InputMetadata.ToDictionary(i => i.Key, i => coded.Contains(i.Key) ? TensorElementType.String : i.Value.ElementDataType);
        if (Describe(inputs) is var actual && actual != Describe(expected))
        {
            throw new InvalidDataException($"{origin} takes the inputs [{actual}], the schema has [{Describe(expected)}].");
        }

        if (schema.Categorical.FirstOrDefault(feature => feature.Categories is null) is { } unlisted)
        {
            throw new InvalidDataException($"The schema lists no categories for '{unlisted.Name}', so that {origin} cannot be asked for any.");
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
