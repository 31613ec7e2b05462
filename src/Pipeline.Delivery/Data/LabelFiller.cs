using DuckDB.NET.Data;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Data;

/// <summary>Copies the labels of a dataset's rows into the form of their task.</summary>
internal sealed class LabelFiller
{
    private readonly DatasetSummary _summary;
    private readonly bool[] _flags = [];
    private readonly int[] _classes = [];
    private readonly float[] _numbers = [];
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);

    public LabelFiller(DatasetSummary summary, int rows)
    {
        _summary = summary;
        switch (summary.Task)
        {
            case ModelTask.Multiclass:
                _classes = new int[rows];
                foreach (var (index, name) in summary.Classes.Index())
                {
                    _indices.Add(name, index);
                }

                break;
            case ModelTask.Regression:
                _numbers = new float[rows];
                break;
            default:
                _flags = new bool[rows];
                break;
        }
    }

    /// <exception cref="InvalidDataException">The row has a class that no training row has.</exception>
    public void Fill(int row, DuckDBDataReader reader, int ordinal)
    {
        switch (_summary.Task)
        {
            case ModelTask.Multiclass:
                var name = reader.GetString(ordinal);
                _classes[row] = _indices.TryGetValue(name, out var index) ? index : throw new InvalidDataException($"The dataset holds a row of the class '{name}', which no training row has.");
                break;
            case ModelTask.Regression:
                _numbers[row] = reader.GetFloat(ordinal);
                break;
            default:
                _flags[row] = reader.GetBoolean(ordinal);
                break;
        }
    }

    public RowLabels ToLabels() => _summary.Task switch
    {
        ModelTask.Multiclass => RowLabels.OfClasses(_classes, _summary.Classes),
        ModelTask.Regression => RowLabels.OfNumbers(_numbers),
        _ => RowLabels.OfFlags(_flags),
    };
}
