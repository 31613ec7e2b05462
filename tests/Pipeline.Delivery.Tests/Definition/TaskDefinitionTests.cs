using FluentAssertions;
using Pipeline.Delivery.Data;
using Pipeline.Delivery.Definition;
using Xunit;

namespace Pipeline.Delivery.Tests.Definition;

/// <summary>What model.yaml says of several classes, of numbers, of rows without a time and of searches.</summary>
public sealed class TaskDefinitionTests
{
    private const string Folder = "/models/bids";

    [Fact]
    public void Several_classes_need_no_outputs_and_are_judged_by_their_own_metrics()
    {
        var definition = Read(TaskModels.Flowers);

        definition.Outputs.Should().Be(new MulticlassOutputSettings());
        definition.Data.Time.Should().BeNull();
        definition.Splits.Should().Be(new ShareSplits(0.5, 0.2, 0.3, ShareSplits.DefaultSeed, "bed"));
        definition.Splits.Names.Should().Equal(DataSplit.Train, DataSplit.Validation, DataSplit.Test);
        definition.Splits.Describe(DataSplit.Test).Should().Be("30 % of all rows, by chance, those of one bed together");
        definition.Training.Trainers.Select(trainer => trainer.Name).Should().Equal("lightgbm", "maximum-entropy");
    }

    [Fact]
    public void A_number_may_have_a_unit_and_is_chosen_by_the_size_of_errors()
    {
        var definition = Read(TaskModels.Flats);

        definition.Outputs.Should().Be(new RegressionOutputSettings("EUR"));
        definition.Training.Metric.Should().Be("rmse");
        Read(TaskModels.Flats.Replace("outputs: { unit: EUR }\n", string.Empty)).Outputs.Should().Be(new RegressionOutputSettings(null));
    }

    [Fact]
    public void A_threshold_may_be_chosen_by_a_metric()
    {
        var outputs = Read(SmallModel.Definition.Replace("threshold: 0.5", "threshold: f1")).Outputs;

        outputs.Should().Be(new BinaryOutputSettings("won", "lost", 0.5f) { ThresholdBy = "f1" });
    }

    [Fact]
    public void What_is_not_written_is_searched_what_is_a_number_is_fixed_and_a_list_bounds()
    {
        var definition = Read(SmallModel.Definition
            .Replace("metric: rocAuc\n  trainers", "metric: rocAuc\n  balancedClasses: true\n  search: { trials: 30, time: 10m }\n  trainers")
            .Replace("{ name: lightgbm, trees: 10, leaves: 4,", "{ name: lightgbm, trees: 10, leaves: [4, 64],"));

        definition.Training.Search.Should().Be(new SearchSettings(30, TimeSpan.FromMinutes(10)));
        definition.Training.BalancedClasses.Should().BeTrue();
        var trainer = definition.Training.Trainers[0];
        trainer.Trees.Should().Be(10);
        trainer.Searched!.Keys.Should().BeEquivalentTo("leaves", "l1", "l2");
        trainer.Searched["leaves"].Should().Be(new SearchRange(4, 64));
        trainer.EarlyStopping.Should().Be(TrainerSettings.SearchEarlyStopping);
        definition.Training.Trainers[2].Searched!.Keys.Should().Equal("l1");
    }

    [Theory]
    [InlineData("leaves: 4, learningRate: 0.2, minExamplesPerLeaf: 5 }\n    - { name: fast-tree", "leaves: [4, 8], learningRate: 0.2, minExamplesPerLeaf: 5 }\n    - { name: fast-tree", "*trainers?0?.leaves: is a range to search, but nothing is searched: add training.search*")]
    [InlineData("  metric: rocAuc\n", "  metric: rocAuc\n  search: { trials: 2 }\n", "*training.search: has 2 trials for 3 trainers; each needs at least one*")]
    [InlineData("  metric: rocAuc\n", "  metric: rocAuc\n  search: { trails: 20 }\n", "*training.search.trails: is not a setting; did you mean 'trials'?*")]
    [InlineData("  metric: rocAuc\n", "  metric: rmse\n", "*training.metric: 'rmse' is not a metric*")]
    [InlineData("  - { metric: rocAuc, min: 0.6 }", "  - { metric: r2, min: 0.6 }", "*gates?0?.metric: 'r2' is not a metric of binary models*")]
    [InlineData("name: logistic-regression", "name: linear", "*trainers?2?.name: 'linear' is not a trainer of binary models*")]
    [InlineData("  time: day\n", "", "*data: has no time, which splits by days go by: name the column*or divide the rows by chance with splits.shares*")]
    public void Faults_of_a_model_of_two_classes_are_told(string passage, string replacement, string fault) => Faults(SmallModel.Definition, passage, replacement).Should().ContainMatch(fault);

    [Theory]
    [InlineData("shares: { train: 0.5, validation: 0.2, test: 0.3 }", "shares: { train: 0.5, validation: 0.2, test: 0.2 }", "*splits.shares: sum to 0.9; they must sum to 1*")]
    [InlineData("shares: { train: 0.5, validation: 0.2, test: 0.3 }", "shares: { train: 1, validation: 0.2, test: 0.3 }", "*splits.shares.train: must be a number strictly between 0 and 1; it is '1'*")]
    [InlineData("shares: { train: 0.5, validation: 0.2, test: 0.3 }", "shares: { train: 0.5, validation: 0.2, test: 0.3 }\n  train: { from: 2020-01-01, before: 2020-02-01 }", "*splits.train: is for splits by time; keep it or shares*")]
    [InlineData("task: multiclass\n", "task: multiclass\noutputs: { positive: a }\n", "*outputs: is not for this task*")]
    [InlineData("name: lightgbm", "name: fast-tree", "*'fast-tree' is not a trainer of multiclass models*")]
    [InlineData("- { reproducible: true }", "- { fairness: demographicParityDifference, by: colour, max: 0.1 }", "*fairness: is defined for binary models alone*")]
    public void Faults_of_a_model_of_several_classes_are_told(string passage, string replacement, string fault) => Faults(TaskModels.Flowers, passage, replacement).Should().ContainMatch(fault);

    [Theory]
    [InlineData("outputs: { unit: EUR }", "outputs: { positive: a, negative: b }", "*outputs.positive: is not a setting*")]
    [InlineData("  seed: 1\n", "  seed: 1\n  balancedClasses: true\n", "*training.balancedClasses: is for classes; take it out*")]
    public void Faults_of_a_model_of_a_number_are_told(string passage, string replacement, string fault) => Faults(TaskModels.Flats, passage, replacement).Should().ContainMatch(fault);

    private static ModelDefinition Read(string text)
    {
        var (definition, faults) = ModelDefinitionReader.Parse(text, Folder);
        faults.Should().BeEmpty();
        return definition!;
    }

    private static IEnumerable<string> Faults(string text, string passage, string replacement)
    {
        text.Should().Contain(passage);
        return ModelDefinitionReader.Parse(text.Replace(passage, replacement), Folder).Faults.Select(fault => fault.ToString());
    }
}
