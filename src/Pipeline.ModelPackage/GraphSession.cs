using Microsoft.ML.OnnxRuntime;

namespace Pipeline.ModelPackage;

/// <summary>A model's graph in ONNX Runtime, in one of the forms that rows can be given to. Thread-safe.</summary>
/// <param name="session">The session, which it owns.</param>
/// <param name="answer">What it answers.</param>
internal abstract class GraphSession(InferenceSession session, GraphAnswer answer) : IDisposable
{
    /// <summary>What the model answers.</summary>
    public GraphAnswer Answer { get; } = answer;

    /// <summary>Rows of one run at most.</summary>
    public abstract int MaxRows { get; }

    protected InferenceSession Session { get; } = session;

    /// <summary>One run of the graph.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="start">The first of them.</param>
    /// <param name="count">How many, at least one and at most <see cref="MaxRows"/>.</param>
    /// <param name="answers">Takes [count, width] numbers.</param>
    /// <param name="run">How to run.</param>
    /// <exception cref="OnnxRuntimeException">The run failed, or was terminated.</exception>
    public abstract void Score(CodedRows rows, int start, int count, Memory<float> answers, RunOptions run);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Session.Dispose();
        }
    }
}
