using Microsoft.ML.OnnxRuntime;

namespace Pipeline.ModelPackage;

/// <summary>The memory of one run at a time: vectors in, scores out, bound to the graph's names once for each number of rows that comes. Not thread-safe.</summary>
internal sealed class VectorTensors : IDisposable
{
    private const int FirstRows = 16;

    private readonly InferenceSession _session;
    private readonly ScoreGraph _graph;
    private readonly GraphAnswer _answer;
    private readonly int _maxRows;
    private Binding?[] _bindings = [];
    private double[] _vectors = [];
    private float[] _scores = [];

    /// <param name="session">Has the graph.</param>
    /// <param name="graph">Names and shapes.</param>
    /// <param name="answer">What the model answers.</param>
    /// <param name="maxRows">Rows of one run at most.</param>
    public VectorTensors(InferenceSession session, ScoreGraph graph, GraphAnswer answer, int maxRows)
    {
        (_session, _graph, _answer, _maxRows) = (session, graph, answer, maxRows);
        Grow(Math.Min(FirstRows, maxRows));
    }

    /// <summary>[count, width]: zero at first.</summary>
    public Span<double> VectorsOf(int count)
    {
        if (count >= _bindings.Length)
        {
            Grow(_maxRows);
        }

        return _vectors.AsSpan(0, count * _graph.Vectors.Width);
    }

    /// <summary>Filled by a run.</summary>
    public ReadOnlySpan<float> ScoresOf(int count) => _scores.AsSpan(0, count * _answer.Width);

    /// <summary>What to run for so many rows.</summary>
    public OrtIoBinding BindingOf(int count) => (_bindings[count] ??= new Binding(this, count)).Native;

    public void Dispose()
    {
        foreach (var binding in _bindings)
        {
            binding?.Dispose();
        }
    }

    private void Grow(int rows)
    {
        Dispose();
        _vectors = GC.AllocateArray<double>(rows * _graph.Vectors.Width, pinned: true);
        _scores = GC.AllocateUninitializedArray<float>(rows * _answer.Width, pinned: true);
        _bindings = new Binding?[rows + 1];
    }

    private sealed class Binding : IDisposable
    {
        private readonly OrtValue _vectors;
        private readonly OrtValue _scores;

        public Binding(VectorTensors tensors, int count)
        {
            var (graph, memory) = (tensors._graph, OrtMemoryInfo.DefaultInstance);
            _vectors = OrtValue.CreateTensorValueFromMemory(memory, tensors._vectors.AsMemory(0, count * graph.Vectors.Width), [count, graph.Vectors.Width]);
            _scores = OrtValue.CreateTensorValueFromMemory(memory, tensors._scores.AsMemory(0, count * tensors._answer.Width), graph.IsColumn ? [count, 1] : tensors._answer.ShapeOf(count));
            Native = tensors._session.CreateIoBinding();
            Native.BindInput(graph.Input, _vectors);
            Native.BindOutput(graph.Output, _scores);
        }

        public OrtIoBinding Native { get; }

        public void Dispose()
        {
            Native.Dispose();
            _vectors.Dispose();
            _scores.Dispose();
        }
    }
}
