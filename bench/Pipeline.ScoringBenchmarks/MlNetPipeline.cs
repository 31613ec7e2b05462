using Microsoft.ML;
using Microsoft.ML.Data;
using Pipeline.ModelPackage;

namespace Pipeline.ScoringBenchmarks;

/// <summary>The same model as ML.NET's users write it: columns of a class, one-hot encoding, concatenation and the trainer in one chain, whose Transform goes from columns to answers.</summary>
internal sealed class MlNetPipeline : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly TransformerChain<ITransformer> _chain;
    private readonly IDataView _rows;
    private readonly string _answer;

    /// <param name="trainer">Takes Label and Features.</param>
    /// <param name="train">To train on.</param>
    /// <param name="task">One of <see cref="ModelTask"/>.</param>
    /// <param name="rows">To score, one cursor over all of them.</param>
    public MlNetPipeline(IEstimator<ITransformer> trainer, Flights train, string task, Flights rows)
    {
        _answer = task == ModelTask.Binary ? "Probability" : "Score";
        IEstimator<ITransformer> label = task == ModelTask.Multiclass
            ? _ml.Transforms.Conversion.MapValueToKey("Label", nameof(Flight.Class))
            : _ml.Transforms.CopyColumns("Label", task == ModelTask.Binary ? nameof(Flight.Late) : nameof(Flight.Delay));
        var features = _ml.Transforms.Categorical.OneHotEncoding([new InputOutputColumnPair(nameof(Flight.Origin)), new InputOutputColumnPair(nameof(Flight.Destination))])
            .Append(_ml.Transforms.Concatenate("Features", nameof(Flight.Numbers), nameof(Flight.Origin), nameof(Flight.Destination)));
        var trained = _ml.Data.LoadFromEnumerable(Of(train, task));

        // The label is for training alone: scoring need not make it.
        var encoded = features.Fit(trained);
        var model = trainer.Fit(label.Fit(trained).Transform(encoded.Transform(trained)));
        _chain = new TransformerChain<ITransformer>(encoded, model);
        _rows = _ml.Data.LoadFromEnumerable(Of(rows, task));
    }

    public float[] Score()
    {
        var scored = _chain.Transform(_rows);
        var column = scored.Schema[_answer];
        var answers = new List<float>();
        using var cursor = scored.GetRowCursor([column]);
        if (column.Type is VectorDataViewType)
        {
            var vectors = cursor.GetGetter<VBuffer<float>>(column);
            var vector = default(VBuffer<float>);
            while (cursor.MoveNext())
            {
                vectors(ref vector);
                answers.AddRange(vector.GetValues());
            }

            return [.. answers];
        }

        var numbers = cursor.GetGetter<float>(column);
        while (cursor.MoveNext())
        {
            var number = 0f;
            numbers(ref number);
            answers.Add(number);
        }

        return [.. answers];
    }

    public void Dispose() => _chain.Dispose();

    private static List<Flight> Of(Flights flights, string task)
    {
        var (features, labels) = (flights.Features, flights.LabelsOf(task));
        return [.. Enumerable.Range(0, features.RowCount).Select(row => new Flight
        {
            Numbers = features.Numeric[(row * 3)..((row * 3) + 3)],
            Origin = features.Categories[0][row],
            Destination = features.Categories[1][row],
            Late = flights.Delays[row] > 15,
            Delay = flights.Delays[row],
            Class = labels.TextOf(row),
        })];
    }

    private sealed class Flight
    {
        [VectorType(3)]
        public float[] Numbers { get; set; } = [];

        public string Origin { get; set; } = string.Empty;

        public string Destination { get; set; } = string.Empty;

        public bool Late { get; set; }

        public float Delay { get; set; }

        public string Class { get; set; } = string.Empty;
    }
}
