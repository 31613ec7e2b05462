using Microsoft.ML.OnnxRuntime;
using Pipeline.ModelPackage;

namespace Pipeline.OnnxExport.Tests;

public sealed class CodedGraphTests
{
    public static TheoryData<TrainerKind> Trainers { get; } = new(Enum.GetValues<TrainerKind>());

    [Theory]
    [MemberData(nameof(Trainers))]
    public void Scoring_by_codes_gives_what_the_file_itself_gives_for_strings(TrainerKind kind)
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            var data = new RandomRows(seed);
            var train = data.Next(300);
            var model = TrainedModel.Train(kind, train, data.LabelsOf(train));
            var rows = data.NextStrange(100, [.. model.NumericThresholds()]);
            using var scorer = model.Load();
            using var file = new InferenceSession(model.ToOnnx());

            scorer.Score(rows, TestContext.Current.CancellationToken).Should().Equal(ScoreStrings(file, rows), "of seed {0}", seed);
        }
    }

    private static float[] ScoreStrings(InferenceSession session, FeatureBatch rows)
    {
        var values = new Dictionary<string, OrtValue>();
        try
        {
            var numeric = rows.Schema.Numeric.Count;
            if (numeric > 0)
            {
                values[FeatureSchema.NumericInput] = OrtValue.CreateTensorValueFromMemory(rows.Numeric[..(rows.RowCount * numeric)], [rows.RowCount, numeric]);
            }

            foreach (var (feature, column) in rows.Schema.Categorical.Zip(rows.Categories))
            {
                var tensor = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, [rows.RowCount, 1]);
                values[feature.Name] = tensor;
                for (var row = 0; row < rows.RowCount; row++)
                {
                    tensor.StringTensorSetElementAt(column[row].AsSpan(), row);
                }
            }

            using var options = new RunOptions();
            using var outputs = session.Run(options, values, [OnnxScorer.ProbabilityOutput]);
            return outputs[0].GetTensorDataAsSpan<float>().ToArray();
        }
        finally
        {
            foreach (var value in values.Values)
            {
                value.Dispose();
            }
        }
    }
}
