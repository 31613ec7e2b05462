using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.ML.OnnxRuntime;

namespace Pipeline.ModelPackage;

/// <summary>A <see cref="ScoreGraph"/>, given vectors. Tensors are made once for each number of rows and used again: making them costs as much as a row.</summary>
internal sealed class VectorSession : GraphSession
{
    // Vectors of one run that fit the processor's cache beside the model.
    private const int CachedNumbers = 32_768;

    private readonly ScoreGraph _graph;
    private readonly ConcurrentQueue<VectorTensors> _spare = new();
    private VectorTensors? _last;

    public VectorSession(InferenceSession session, ScoreGraph graph, GraphAnswer answer)
        : base(session, answer)
    {
        _graph = graph;
        MaxRows = Math.Clamp(CachedNumbers / Math.Max(1, graph.Vectors.Width), 16, 128);
    }

    public override int MaxRows { get; }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The tensors go back to the spare ones.")]
    public override void Score(CodedRows rows, int start, int count, Memory<float> answers, RunOptions run)
    {
        var tensors = Rent();
        var vectors = tensors.VectorsOf(count);
        try
        {
            _graph.Vectors.Fill(rows, start, count, vectors);
            Session.RunWithBinding(run, tensors.BindingOf(count));
            Read(tensors.ScoresOf(count), answers.Span);
        }
        finally
        {
            _graph.Vectors.Clear(rows, start, count, vectors);
            Return(tensors);
        }
    }

    // The place beside the queue is a fifth of the queue's price, and mostly enough.
    private VectorTensors Rent() => Interlocked.Exchange(ref _last, null) ?? (_spare.TryDequeue(out var tensors) ? tensors : new VectorTensors(Session, _graph, Answer, MaxRows));

    private void Return(VectorTensors tensors)
    {
        if (Interlocked.CompareExchange(ref _last, tensors, null) is not null)
        {
            _spare.Enqueue(tensors);
        }
    }

    private void Read(ReadOnlySpan<float> scores, Span<float> answers)
    {
        if (_graph.Calibration is not { } calibration)
        {
            scores.CopyTo(answers);
            return;
        }

        for (var row = 0; row < scores.Length; row++)
        {
            answers[row] = calibration.ProbabilityOf(scores[row]);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _last?.Dispose();
            while (_spare.TryDequeue(out var tensors))
            {
                tensors.Dispose();
            }
        }

        base.Dispose(disposing);
    }
}
