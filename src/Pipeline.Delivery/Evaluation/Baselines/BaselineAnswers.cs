using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Pipeline.Metrics;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Evaluation.Baselines;

/// <summary>What trivial models, fitted to the training rows, answer to the test rows.</summary>
/// <param name="dataset">Has the rows.</param>
/// <param name="test">The test rows.</param>
/// <param name="outputs">What the candidate answers.</param>
/// <param name="cancellationToken">Stops reading.</param>
internal sealed class BaselineAnswers(Dataset dataset, LabeledBatch test, ModelOutputs outputs, CancellationToken cancellationToken)
{
    private readonly Dictionary<string, (string? Feature, IMetricSample Answers)> _answers = [];

    /// <param name="name">One of <see cref="BaselineNames"/>.</param>
    public (string? Feature, IMetricSample Answers) Of(string name)
    {
        if (!_answers.TryGetValue(name, out var answers))
        {
            var train = dataset.Read(DataSplit.Train, cancellationToken);
            var model = name == BaselineNames.Prior ? TrivialModel.Prior(train) : TrivialModel.BestFeature(train, outputs, dataset.Read(DataSplit.Validation, cancellationToken));
            answers = (model.Feature?.Name, AnswerSample.Of(test.Labels, model.Score(test.Features), outputs));
            _answers.Add(name, answers);
        }

        return answers;
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<BaselineReport> Reports() =>
        [.. BaselineNames.All.Select(name => (Name: name, Of(name).Feature, Of(name).Answers)).Select(baseline => new BaselineReport(baseline.Name, baseline.Feature, MetricEstimates.Values(baseline.Answers)))];
}
