using Pipeline.ModelPackage;

namespace Pipeline.Inference.Scoring;

/// <summary>Rows of several requests on their way into one run of the model. Used again.</summary>
internal sealed class JoinedRun(RunScheduler scheduler, FeatureSchema schema) : IThreadPoolWorkItem
{
    private readonly List<Exchange> _members = [];
    private readonly float[] _probabilities = new float[RunScheduler.MaxJoinedRows];

    public CodedRows Rows { get; } = new(schema);

    public IReadOnlyList<Exchange> Members => _members;

    public Memory<float> Probabilities => _probabilities.AsMemory(0, Rows.Count);

    public bool HasRoomFor(int rows) => Rows.Count + rows <= RunScheduler.MaxJoinedRows;

    public void Add(Exchange exchange)
    {
        _members.Add(exchange);
        Rows.Append(exchange.Rows);
    }

    public void Clear()
    {
        _members.Clear();
        Rows.Clear();
    }

    public void Execute() => scheduler.Run(this);
}
