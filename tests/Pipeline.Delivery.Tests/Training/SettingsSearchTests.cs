using FluentAssertions;
using Pipeline.Delivery.Definition;
using Pipeline.Delivery.Training;
using Xunit;

namespace Pipeline.Delivery.Tests.Training;

public sealed class SettingsSearchTests
{
    private static readonly TrainerSettings Searched = TrainerSettings.Default(TrainerSettings.LightGbm) with
    {
        Searched = new Dictionary<string, SearchRange> { ["leaves"] = new(4, 128), ["learningRate"] = new(0.02, 0.3), ["l2"] = new(0, 10) },
    };

    [Fact]
    public void Without_a_search_each_trainer_is_tried_once_as_it_is_written()
    {
        TrainerSettings[] trainers = [TrainerSettings.Default(TrainerSettings.FastTree) with { Leaves = 7 }, TrainerSettings.Default(TrainerSettings.LogisticRegression)];

        Tried(new TrainingSettings(1, "rocAuc", trainers)).Should().Equal(trainers);
    }

    [Fact]
    public void Settings_stay_within_their_ranges_and_the_others_as_they_are()
    {
        var tried = Tried(Training(40));

        tried.Should().HaveCount(40).And.OnlyHaveUniqueItems();
        tried.Should().OnlyContain(settings => settings.Leaves >= 4 && settings.Leaves <= 128 && settings.LearningRate >= 0.02 && settings.LearningRate <= 0.3 && settings.L2 >= 0 && settings.L2 <= 10);
        tried.Should().OnlyContain(settings => settings.Trees == TrainerSettings.DefaultTrees && settings.MinExamplesPerLeaf == TrainerSettings.DefaultMinExamplesPerLeaf && settings.Searched == null);
    }

    [Fact]
    public void The_first_trial_is_the_trainer_as_written_within_the_ranges()
    {
        var narrow = Searched with { Searched = new Dictionary<string, SearchRange> { ["leaves"] = new(64, 128) } };

        Tried(Training(5, trainers: narrow))[0].Should().Be(narrow with { Leaves = 64, Searched = null });
    }

    [Fact]
    public void The_same_seed_proposes_the_same_and_another_seed_something_else()
    {
        Tried(Training(20)).Should().Equal(Tried(Training(20)));
        Tried(Training(20)).Should().NotEqual(Tried(Training(20) with { Seed = 2 }));
    }

    [Fact]
    public void Points_fill_the_space_evenly()
    {
        var leaves = Tried(Training(41)).Skip(1).Take(20).Select(settings => settings.Leaves).ToList();

        // By factors: as many below the geometric middle, 22.6, as above it.
        leaves.Count(count => count < 22.6).Should().BeInRange(8, 12);
        leaves.Count(count => count < 10).Should().BeInRange(3, 8);
    }

    [Fact]
    public void Later_trials_gather_around_the_best()
    {
        var optimum = 0.06;
        double Distance(TrainerSettings settings) => Math.Abs(Math.Log(settings.LearningRate / optimum));

        var tried = Tried(Training(60), Distance);

        tried.TakeLast(10).Average(Distance).Should().BeLessThan(tried.Skip(1).Take(20).Average(Distance) / 2);
        Distance(tried.MinBy(Distance)!).Should().BeLessThan(0.1);
    }

    [Fact]
    public void Trainers_take_turns()
    {
        var other = TrainerSettings.Default(TrainerSettings.FastTree) with { Searched = new Dictionary<string, SearchRange> { ["leaves"] = new(4, 64) } };

        var tried = Tried(Training(12, trainers: [Searched, other]));

        tried.Take(6).Count(settings => settings.Name == TrainerSettings.FastTree).Should().Be(3);
    }

    [Fact]
    public void A_space_that_is_used_up_ends_the_search()
    {
        var few = TrainerSettings.Default(TrainerSettings.LightGbm) with { Searched = new Dictionary<string, SearchRange> { ["leaves"] = new(4, 6) } };

        Tried(Training(100, trainers: few)).Select(settings => settings.Leaves).Should().BeEquivalentTo([4, 5, 6]);
    }

    [Fact]
    public void A_cap_on_categories_is_searched_for_only_if_there_are_many()
    {
        Tried(Training(20), mostCategories: 20).Should().OnlyContain(settings => settings.Categories == 0);
        Tried(Training(20), mostCategories: 400).Skip(1).Should().OnlyContain(settings => settings.Categories >= 16 && settings.Categories <= 400);
    }

    [Theory]
    [InlineData("learningRate", 0.0001, 1, 0.5, 0.01)]
    [InlineData("l2", 0, 10, 0, 0)]
    [InlineData("l2", 0, 10, 1, 10)]
    [InlineData("leaves", 4, 64, 0.5, 16)]
    [InlineData("earlyStopping", 0, 10, 0.5, 5)]
    public void A_share_of_the_way_is_by_factors_where_that_is_how_a_setting_works(string name, double low, double high, double share, double value)
    {
        var parameter = TrainerParameter.All.Single(parameter => parameter.Name == name);

        parameter.At(new SearchRange(low, high), share).Should().BeApproximately(value, 1e-9);
        parameter.ShareOf(new SearchRange(low, high), value).Should().BeApproximately(share, 1e-9);
    }

    private static TrainingSettings Training(int trials, params TrainerSettings[] trainers) =>
        new(1, "rocAuc", trainers.Length == 0 ? [Searched] : trainers) { Search = new SearchSettings(trials, null) };

    private static List<TrainerSettings> Tried(TrainingSettings training, Func<TrainerSettings, double>? loss = null, int mostCategories = 0)
    {
        var search = new SettingsSearch(training, mostCategories);
        var tried = new List<TrainerSettings>();
        while (search.Next(tried.Count == 0 ? null : tried.MinBy(loss ?? (_ => 0))) is { } next)
        {
            tried.Add(next);
        }

        return tried;
    }
}
