namespace Pipeline.Engine.Tests;

public sealed class KeyDifferenceTests
{
    private const string OneContent = "sha256:1111111111111111";
    private const string OtherContent = "sha256:2222222222222222";

    [Fact]
    public void Equal_inputs_have_no_difference() => Of(("a", "1"), ("a", "1")).Should().BeEmpty();

    [Fact]
    public void A_setting_is_told_with_its_old_and_its_new_value() =>
        Of(("training.trainers[0].leaves", "31"), ("training.trainers[0].leaves", "63")).Should().Equal("training.trainers[0].leaves: 31 → 63");

    [Fact]
    public void A_setting_that_was_not_there_or_null_is_none()
    {
        Of(("gates[0].max", "null"), ("gates[0].max", "0.3")).Should().Equal("gates[0].max: none → 0.3");
        Differences([], [("a.b", "1")]).Should().Equal("a.b: none → 1");
        Differences([("a.b", "1")], []).Should().Equal("a.b: 1 → none");
        Differences([], [("a.b", "null")]).Should().Equal(["settings"], "nothing is to be said of it, but that the settings are others");
    }

    [Fact]
    public void Of_long_values_the_place_is_shown_where_they_differ()
    {
        var start = $"\"SELECT {new string('x', 100)}, ";

        Of(("data.query", start + "discount FROM source\""), ("data.query", start + "rebate, shop FROM source WHERE amount IS NOT NULL\""))
            .Should().Equal("data.query: …xxxxxxxxxx, discount FROM source\" → …xxxxxxxxxx, rebate, shop FROM source WHE…");
    }

    [Fact]
    public void An_element_that_was_added_or_removed_is_told_and_the_others_of_its_list_are_not()
    {
        (string, string)[] two = [("trainers[0].name", "\"a\""), ("trainers[0].l2", "null"), ("trainers[1].name", "\"b\""), ("trainers[1].l2", "0.1")];
        (string, string)[] one = [("trainers[0].name", "\"b\""), ("trainers[0].l2", "0.1")];

        Differences(two, one).Should().Equal("trainers[0] removed (name \"a\")");
        Differences(one, two).Should().Equal("trainers[0] added (name \"a\")");
        Differences([("trainers", "[]")], one).Should().Equal("trainers[0] added (name \"b\", l2 0.1)");
        Differences([("files[0]", "\"a\"")], [("files[0]", "\"a\""), ("files[1]", "\"b\"")]).Should().Equal("files[1] added (\"b\")");
    }

    [Fact]
    public void A_list_within_an_element_is_told_in_its_place() =>
        Differences([("gates[0].min", "1"), ("gates[0].slices", "[]")], [("gates[0].min", "1"), ("gates[0].slices[0]", "\"big\"")]).Should().Equal("gates[0].slices[0]: none → \"big\"");

    [Fact]
    public void Files_are_told_by_name_the_first_few_and_how_many_more()
    {
        var before = Enumerable.Range(1, 6).Select(i => ($"src/{i}.cs", OneContent)).ToArray();
        var after = Enumerable.Range(2, 6).Select(i => ($"src/{i}.cs", i == 3 ? OtherContent : OneContent)).ToArray();

        Differences(before, after).Should().Equal("settings: src/3.cs changed, src/7.cs added, src/1.cs removed");
        Differences(before, []).Should().Equal("settings: src/1.cs removed, src/2.cs removed, src/3.cs removed and 3 more");
    }

    [Fact]
    public void Values_come_before_files_and_these_before_inputs_of_which_no_more_is_known()
    {
        var earlier = new StageKey("Train", "flights", new StageInputs { ["code"] = Input("1", ("A.cs", OneContent), ("Library", "1.0")), ["dataset"] = OneContent });
        var now = new StageKey("Train", "flights", new StageInputs { ["code"] = Input("2", ("A.cs", OtherContent), ("Library", "1.1")), ["dataset"] = OtherContent });

        KeyDifference.Of(earlier, now).Should().Equal("Library: 1.0 → 1.1", "code: A.cs changed", "dataset");
    }

    [Fact]
    public void A_record_of_before_there_were_details_tells_the_inputs_names()
    {
        var earlier = new StageKey("Train", "flights", new Dictionary<string, string> { ["code"] = OneContent, ["sdk"] = "10.0.1", ["champion (dev)"] = OneContent });
        var now = new StageKey("Train", "flights", new StageInputs { ["code"] = Input(OtherContent, ("A.cs", OneContent)), ["sdk"] = "10.0.2", ["recipe"] = "2" });

        KeyDifference.Of(earlier, now).Should().Equal("champion (dev) removed", "code", "recipe added", "sdk: 10.0.1 → 10.0.2");
    }

    [Fact]
    public void Details_are_no_part_of_the_hash()
    {
        var with = new StageKey("Train", "flights", new StageInputs { ["code"] = Input("1", ("A.cs", OneContent)) });
        var without = new StageKey("Train", "flights", new Dictionary<string, string> { ["code"] = "1" });

        with.Hash.Should().Be(without.Hash);
    }

    private static IReadOnlyList<string> Of((string Name, string Value) before, (string Name, string Value) after) => Differences([before], [after]);

    private static IReadOnlyList<string> Differences((string Name, string Value)[] before, (string Name, string Value)[] after)
    {
        var isSame = before.SequenceEqual(after);
        return KeyDifference.Of(
            new StageKey("Train", "flights", new StageInputs { ["settings"] = Input(OneContent, [("same", "1"), .. before]) }),
            new StageKey("Train", "flights", new StageInputs { ["settings"] = Input(isSame ? OneContent : OtherContent, [("same", "1"), .. after]) }));
    }

    private static StageInput Input(string value, params (string Name, string Value)[] details) => new(value) { Details = details.ToDictionary(detail => detail.Name, detail => detail.Value) };
}
