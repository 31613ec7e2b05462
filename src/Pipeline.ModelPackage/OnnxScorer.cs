using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Pipeline.ModelPackage.Protos;

namespace Pipeline.ModelPackage;

/// <summary>
/// Scores rows through a model's ONNX graph: the one way of scoring, in the service as in the pipeline. Thread-safe: any number of calls may run at once,
/// each on its caller's thread (one intra-op thread, so that a container's CPU quota is not overrun). The graph takes vectors that are made here (see <see cref="ScoreGraph"/>), or at least categories
/// as codes (see <see cref="CodedGraph"/>).
/// </summary>
public sealed class OnnxScorer : IDisposable
{
    /// <summary>Names that an answer may have, one for each task.</summary>
    public static IReadOnlyList<string> AnswerTensors { get; } = [BinaryOutputs.TensorName, MulticlassOutputs.TensorName, RegressionOutputs.TensorName];

    private const int RowsOfAThread = 16_384;

    private readonly GraphSession _session;
    private readonly CategoryTable[] _tables;

    // Shared by all runs that nobody can cancel, and therefore never terminated.
    private readonly RunOptions _plainRun = new();

    private OnnxScorer(GraphSession session, FeatureSchema schema)
    {
        _session = session;
        Schema = schema;
        _tables = [.. schema.Categorical.Select(feature => new CategoryTable(feature))];
    }

    public FeatureSchema Schema { get; }

    /// <summary>The name of the graph's answer, one of <see cref="AnswerTensors"/>.</summary>
    public string Tensor => _session.Answer.Name;

    /// <summary>Numbers an answer: one, or of several classes one for each.</summary>
    public int Width => _session.Answer.Width;

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
        try
        {
            return new OnnxScorer(Open(onnx, schema, origin), schema);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidDataException(NewerGraph.Explain(onnx, origin, e.Message) ?? $"ONNX Runtime cannot load {origin}: {e.Message}", e);
        }
    }

    /// <summary>The answers to the rows, in their order: [rows, <see cref="Width"/>].</summary>
    /// <exception cref="OperationCanceledException">Cancelled; a run in progress is terminated.</exception>
    public float[] Score(FeatureBatch batch, CancellationToken cancellationToken = default)
    {
        var answers = new float[batch.RowCount * Width];
        Score(CodesOf(batch, 0, batch.RowCount), answers, cancellationToken);
        return answers;
    }

    /// <summary>The same, on as many threads as there are cores: for who scores many rows and nothing else. To the last bit the same answers.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; runs in progress are terminated.</exception>
    public float[] ScoreOnAllCores(FeatureBatch batch, CancellationToken cancellationToken = default)
    {
        // Whole runs, so that each row is scored among the same others as by one thread.
        var step = RowsOfAThread / _session.MaxRows * _session.MaxRows;
        if (batch.RowCount <= step)
        {
            return Score(batch, cancellationToken);
        }

        var answers = new float[batch.RowCount * Width];
        Parallel.For(0, (batch.RowCount + step - 1) / step, new ParallelOptions { CancellationToken = cancellationToken }, part =>
        {
            var (start, count) = (part * step, Math.Min(step, batch.RowCount - (part * step)));
            Score(CodesOf(batch, start, count), answers.AsMemory(start * Width, count * Width), cancellationToken);
        });
        return answers;
    }

    /// <inheritdoc cref="Score(FeatureBatch, CancellationToken)"/>
    /// <param name="rows">Rows of this scorer's schema.</param>
    /// <param name="answers">Takes [rows, <see cref="Width"/>] numbers.</param>
    /// <param name="cancellationToken">Costs an allocation or two if it can be cancelled.</param>
    public void Score(CodedRows rows, Memory<float> answers, CancellationToken cancellationToken = default)
    {
        if (!cancellationToken.CanBeCanceled)
        {
            ScoreRows(rows, answers, _plainRun, cancellationToken);
            return;
        }

        using var runOptions = new RunOptions();
        using var registration = cancellationToken.Register(static state => ((RunOptions)state!).Terminate = true, runOptions);
        ScoreRows(rows, answers, runOptions, cancellationToken);
    }

    public void Dispose()
    {
        _plainRun.Dispose();
        _session.Dispose();
    }

    private CodedRows CodesOf(FeatureBatch batch, int start, int count)
    {
        var rows = new CodedRows(Schema);
        rows.AddRows(count);
        batch.Numeric.AsSpan(start * Schema.Numeric.Count, count * Schema.Numeric.Count).CopyTo(rows.Numeric);
        for (var slot = 0; slot < _tables.Length; slot++)
        {
            var (table, texts, codes) = (_tables[slot], batch.Categories[slot], rows.Codes[slot]);
            for (var row = 0; row < count; row++)
            {
                codes[row] = table.CodeOf(texts[start + row]);
            }
        }

        return rows;
    }

    private void ScoreRows(CodedRows rows, Memory<float> answers, RunOptions runOptions, CancellationToken cancellationToken)
    {
        for (var start = 0; start < rows.Count; start += _session.MaxRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(_session.MaxRows, rows.Count - start);
            try
            {
                _session.Score(rows, start, count, answers.Slice(start * Width, count * Width), runOptions);
            }
            catch (OnnxRuntimeException) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellationToken);
            }
        }
    }

    private static GraphSession Open(byte[] onnx, FeatureSchema schema, string origin)
    {
        using var options = SessionSettings();
        var model = Parse(onnx, origin);
        UnaskedOutputs.Remove(model.Graph);
        var cut = ScoreGraph.CutFrom(model.Graph, schema);
        IReadOnlySet<string> coded = cut is null ? CodedGraph.Rewrite(model.Graph, schema, origin) : new HashSet<string>();
        InferenceSession? session = new(model.ToByteArray(), options);
        try
        {
            if (cut is null)
            {
                CheckInputs(session, schema, coded, origin);
            }

            var answer = cut?.Answer ?? AnswerOf(session, origin);
            GraphSession opened = cut is null ? new ColumnSession(session, schema, answer) : new VectorSession(session, cut, answer);
            session = null;
            return opened;
        }
        finally
        {
            session?.Dispose();
        }
    }

    private static ModelProto Parse(byte[] onnx, string origin)
    {
        try
        {
            return ModelProto.Parser.ParseFrom(onnx) is { Graph: not null } model ? model : throw new InvalidDataException($"ONNX Runtime cannot load {origin}: it holds no graph.");
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException($"ONNX Runtime cannot load {origin}: it is no ONNX model. {e.Message}", e);
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

    private static void CheckInputs(InferenceSession session, FeatureSchema schema, IReadOnlySet<string> coded, string origin)
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
    }

    private static GraphAnswer AnswerOf(InferenceSession session, string origin)
    {
        foreach (var (name, output) in session.OutputMetadata.Where(output => AnswerTensors.Contains(output.Key) && output.Value.IsTensor && output.Value.ElementDataType == TensorElementType.Float))
        {
            switch (output.Dimensions)
            {
                case [_] when name != MulticlassOutputs.TensorName:
                    return new GraphAnswer(name, 1, IsMatrix: false);
                case [_, > 1 and var width] when name == MulticlassOutputs.TensorName:
                    return new GraphAnswer(name, width, IsMatrix: true);
            }
        }

        var outputs = session.OutputMetadata.Where(output => output.Value.IsTensor).OrderBy(output => output.Key, StringComparer.Ordinal)
            .Select(output => $"{output.Key}: {output.Value.ElementDataType} [{string.Join(", ", output.Value.Dimensions)}]");
        throw new InvalidDataException($"{origin} has no output '{BinaryOutputs.TensorName}' or '{RegressionOutputs.TensorName}' of type Float [N], and no output '{MulticlassOutputs.TensorName}' of type Float [N, classes] (it has [{string.Join("; ", outputs)}]).");
    }

    private static string Describe(Dictionary<string, TensorElementType> tensors) =>
        string.Join(", ", tensors.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Key}: {t.Value}"));
}
