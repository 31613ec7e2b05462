using System.Globalization;
using System.Text.Json;
using Pipeline.Drift;
using Pipeline.Drift.Verdicts;

namespace Pipeline.Delivery.DriftChecks.Counters;

/// <summary>
/// Which series is which count of a reference profile: for each feature a cell a bin and a cell a state, then the predictions' bins, the labels, and the rows that were answered.
/// Immutable and thread-safe.
/// </summary>
public sealed class CounterLayout
{
    private static readonly string[] States = [.. Enum.GetNames<ValueState>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    private readonly ReferenceProfile _profile;
    private readonly Dictionary<string, (int Offset, int Bins)> _features = new(StringComparer.Ordinal);
    private readonly int _predictions;
    private readonly List<string> _labels;
    private readonly Dictionary<string, int> _labelIndices;
    private readonly List<string> _names = [];

    public CounterLayout(ReferenceProfile profile)
    {
        _profile = profile;
        foreach (var feature in profile.Features)
        {
            _features.Add(feature.Name, (_names.Count, feature.Bins.Count));
            _names.AddRange(Enumerable.Range(0, feature.Bins.Count).Select(bin => $"{ServiceMetricNames.FeatureBins}{{feature=\"{feature.Name}\",bin=\"{bin}\"}}"));
            _names.AddRange(States.Select(state => $"{ServiceMetricNames.FeatureValues}{{feature=\"{feature.Name}\",state=\"{state}\"}}"));
        }

        _predictions = _names.Count;
        _names.AddRange(Enumerable.Range(0, profile.Predictions.Bins.Count).Select(bin => $"{ServiceMetricNames.PredictionBins}{{bin=\"{bin}\"}}"));
        _labels = [.. profile.Predictions.Training.Labels.Keys.Order(StringComparer.Ordinal)];
        _labelIndices = _labels.Select((label, index) => (label, index)).ToDictionary(pair => pair.label, pair => pair.index, StringComparer.Ordinal);
        FirstLabel = _names.Count;
        _names.AddRange(_labels.Select(label => $"{ServiceMetricNames.PredictedLabels}{{label=\"{label}\"}}"));
        Answered = _names.Count;
        _names.Add(ServiceMetricNames.Rows);
    }

    /// <summary>Number of cells.</summary>
    public int Count => _names.Count;

    /// <summary>The cell of the rows that were answered, whether they were counted by bin or not.</summary>
    public int Answered { get; }

    private int FirstLabel { get; }

    /// <summary>The labels that tell series of one process apart; all others say which process and which model it is.</summary>
    public static bool IsWithinReplica(string label) => label is "__name__" or "feature" or "bin" or "state" or "label";

    /// <param name="name">The metric's.</param>
    /// <param name="labels">The series'.</param>
    /// <exception cref="InvalidDataException">The profile has no such feature, bin, state or label: the series counts by another reference.</exception>
    public int CellOf(string name, IReadOnlyDictionary<string, string> labels) => name switch
    {
        ServiceMetricNames.FeatureBins => FeatureOf(labels) is var (offset, bins) && IndexOf(labels) is var bin && bin < bins ? offset + bin : throw Unknown(name, labels),
        ServiceMetricNames.FeatureValues => FeatureOf(labels) is var (offset, bins) && Array.IndexOf(States, labels.GetValueOrDefault("state")) is >= 0 and var state ? offset + bins + state : throw Unknown(name, labels),
        ServiceMetricNames.PredictionBins => IndexOf(labels) is var bin && bin < FirstLabel - _predictions ? _predictions + bin : throw Unknown(name, labels),
        ServiceMetricNames.PredictedLabels => _labelIndices.TryGetValue(labels.GetValueOrDefault("label", string.Empty), out var label) ? FirstLabel + label : throw Unknown(name, labels),
        ServiceMetricNames.Rows => Answered,
        _ => throw new ArgumentException($"{name} is no counter of drift.", nameof(name)),
    };

    /// <summary>Rows that were counted: over all labels, as every answer has one; of a model of a number over all bins of its answers.</summary>
    public long RowsOf(CounterReading reading)
    {
        var rows = 0L;
        var (start, end) = _labels.Count > 0 ? (FirstLabel, Answered) : (_predictions, FirstLabel);
        for (var cell = start; cell < end; cell++)
        {
            rows += Math.Max(reading[cell], 0);
        }

        return rows;
    }

    /// <summary>Counters of drift that are not in a reading; empty where it is complete.</summary>
    public IReadOnlyList<string> MissingFrom(CounterReading reading) =>
        [.. Enumerable.Range(0, Answered).Where(cell => reading[cell] == CounterReading.Absent).Select(cell => _names[cell])];

    /// <summary>Rows that were counted of those that were answered, 0 to 1; null if none was answered or nobody counted.</summary>
    public double? CoverageOf(CounterReading increase) => increase[Answered] > 0 ? Math.Min(1, RowsOf(increase) / (double)increase[Answered]) : null;

    /// <summary>The counts of a window.</summary>
    /// <param name="increase">No counter of drift absent.</param>
    /// <param name="from">Start of the window; null if not known.</param>
    /// <param name="to">End of the window.</param>
    public LiveProfile ToProfile(CounterReading increase, DateTimeOffset? from, DateTimeOffset? to)
    {
        var features = _profile.Features.ToDictionary(feature => feature.Name, feature => CountsOf(increase, feature), StringComparer.Ordinal);
        var labels = _labels.Select((label, index) => KeyValuePair.Create(label, increase[FirstLabel + index])).ToDictionary(StringComparer.Ordinal);
        return new LiveProfile(from, to, RowsOf(increase), features, new PredictionCounts(increase.Values[_predictions..FirstLabel].ToArray(), labels), Labels: null);
    }

    private FeatureCounts CountsOf(CounterReading increase, FeatureProfile feature)
    {
        var (offset, bins) = _features[feature.Name];
        return new FeatureCounts(
            increase.Values.Slice(offset, bins).ToArray(),
            Of(ValueState.Missing),
            Of(ValueState.NotFinite),
            Of(ValueState.BelowRange),
            Of(ValueState.AboveRange),
            Of(ValueState.Unseen));

        long Of(ValueState state) => increase[offset + bins + (int)state];
    }

    private (int Offset, int Bins)? FeatureOf(IReadOnlyDictionary<string, string> labels) =>
        _features.TryGetValue(labels.GetValueOrDefault("feature", string.Empty), out var cells) ? cells : null;

    private static int IndexOf(IReadOnlyDictionary<string, string> labels) =>
        int.TryParse(labels.GetValueOrDefault("bin"), NumberStyles.None, CultureInfo.InvariantCulture, out var bin) ? bin : int.MaxValue;

    private static InvalidDataException Unknown(string name, IReadOnlyDictionary<string, string> labels) =>
        new($"the series {name}{{{string.Join(',', labels.Where(label => label.Key is "feature" or "bin" or "state" or "label").Select(label => $"{label.Key}=\"{label.Value}\""))}}} has no place in the package's reference profile");
}
