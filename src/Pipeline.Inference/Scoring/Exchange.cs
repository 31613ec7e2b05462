using System.Buffers;
using Pipeline.Inference.ModelLoading;
using Pipeline.Inference.OpenInference;
using Pipeline.Inference.Predictions;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.Scoring;

/// <summary>
/// One request for predictions, from its rows to its answer. Used again for later requests: nothing of it may be kept once the request has been answered. Not thread-safe;
/// whoever works on the request has it alone.
/// </summary>
public sealed class Exchange
{
    // What an exchange takes without rows, roughly.
    private const int OwnBytes = 2_048;

    private InferState? _infer;
    private readonly int _width;
    private float[] _predictions = [];

    public Exchange(LoadedModel model)
    {
        Model = model;
        _width = model.Width;
        Rows = new CodedRows(model.Package.Manifest.Features);
        SeenInRow = new int[model.Columns.Columns.Count];
    }

    public HttpContext Context { get; set; } = null!;

    public LoadedModel Model { get; }

    /// <summary>What the request asks about.</summary>
    public CodedRows Rows { get; }

    /// <summary>The model's answers to the rows, once they have been scored: [rows, <see cref="LoadedModel.Width"/>].</summary>
    public ReadOnlySpan<float> Predictions => _predictions.AsSpan(0, Rows.Count * _width);

    /// <summary>What is wrong with the request; nothing yet.</summary>
    public FaultList Faults { get; } = new();

    /// <summary>The status that the request is refused with; 0 if it isn't. Faults alone make it 400.</summary>
    public int RefusedStatus { get; private set; }

    /// <summary>Why, where there are no faults to tell it.</summary>
    public string? RefusedDetail { get; private set; }

    public bool IsRefused => RefusedStatus != 0 || Faults.Count > 0;

    /// <summary>What the dialect keeps between reading and writing.</summary>
    public object? State { get; set; }

    /// <summary>What the Open Inference Protocol keeps between reading and writing.</summary>
    internal InferState Infer => _infer ??= new InferState();

    /// <summary>The request's id if its body bears one; null otherwise. A dialect whose protocol has ids sets it.</summary>
    public string? RequestId { get; set; }

    /// <summary>Whether the request was drawn for the prediction log.</summary>
    public bool IsLogged { get; set; }

    /// <summary>The answer's body.</summary>
    public ArrayBufferWriter<byte> Answer { get; } = new();

    /// <summary>When the request came, by the service's clock.</summary>
    public long Arrival { get; set; }

    /// <summary>How long it has waited for a thread.</summary>
    internal TimeSpan Waited { get; set; }

    /// <summary>Scratch of row readers, one place a column: the last row that had the column.</summary>
    internal int[] SeenInRow { get; }

    internal Memory<float> PredictionMemory
    {
        get
        {
            var length = Rows.Count * _width;
            if (_predictions.Length < length)
            {
                _predictions = new float[Math.Max(16, length)];
            }

            return _predictions.AsMemory(0, length);
        }
    }

    /// <summary>Bytes that stay allocated between requests.</summary>
    internal long Footprint => OwnBytes + Rows.Footprint + Answer.Capacity + ((long)_predictions.Length * sizeof(float));

    /// <summary>Refuses the request for a reason that is no fault of a row or field.</summary>
    public void Refuse(int statusCode, string detail) => (RefusedStatus, RefusedDetail) = (statusCode, detail);

    /// <summary>Refuses the request with the faults that were noted.</summary>
    public void Refuse(int statusCode) => RefusedStatus = statusCode;

    internal void Clear()
    {
        Context = null!;
        State = null;
        Waited = TimeSpan.Zero;
        _infer?.Clear();
        RequestId = null;
        IsLogged = false;
        (RefusedStatus, RefusedDetail) = (0, null);
        Rows.Clear();
        Faults.Clear();
        Answer.ResetWrittenCount();
    }
}
