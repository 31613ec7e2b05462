using Pipeline.Delivery.Definition;

namespace Pipeline.Delivery.Tests.Definition;

public sealed class DataCheckSettingsTests
{
    [Fact]
    public void Without_settings_every_check_has_its_default() =>
        ModelDefinitionReader.Parse(DefinitionText.Good, "/models/flights").Definition!.Data.Checks.Should().BeEquivalentTo(DataCheckSettings.Default);

    [Fact]
    public void Every_setting_is_read()
    {
        var checks = Read("{ missing: 0.5, missingDrift: off, duplicateRows: 0, sharedRows: 1, labelRatio: 2, labelShift: 0.5, classRows: 20, constants: fail, leakAuc: 0.9, ranges: { hour: { min: 0, max: 23 }, late: { max: 1 } }, types: { origin: text } }").Definition!.Data.Checks;

        checks.Should().BeEquivalentTo(new DataCheckSettings
        {
            Missing = 0.5,
            MissingDrift = null,
            DuplicateRows = 0,
            SharedRows = 1,
            LabelRatio = 2,
            LabelShift = 0.5,
            ClassRows = 20,
            Constants = ConstantColumns.Fail,
            LeakAuc = 0.9,
            Ranges = new Dictionary<string, ColumnRange> { ["hour"] = new(0, 23), ["late"] = new(null, 1) },
            Types = new Dictionary<string, string> { ["origin"] = ColumnTypes.Text },
        });
    }

    [Theory]
    [InlineData("{ missing: 1.5 }", "data.checks.missing: must be a number from 0 to 1, or off; it is '1.5'")]
    [InlineData("{ missing: \"off\" }", "data.checks.missing: must be a number from 0 to 1, or off; it is the text \"off\"")]
    [InlineData("{ classRows: 0.5 }", "data.checks.classRows: must be a whole number from 1 to 2147483647, or off; it is '0.5'")]
    [InlineData("{ constants: maybe }", "data.checks.constants: 'maybe' is not what to do; known: warn, fail, off")]
    [InlineData("{ duplicates: 0.1 }", "data.checks.duplicates: is not a setting; did you mean 'duplicateRows'?")]
    [InlineData("{ ranges: { hour: {} } }", "data.checks.ranges.hour: has no bound; add min, max or both")]
    [InlineData("{ ranges: { hour: { min: 5, max: 1 } } }", "data.checks.ranges.hour.min: must not be more than max (1)")]
    [InlineData("{ ranges: { hour: { minimum: 5 } } }", "data.checks.ranges.hour.minimum: is not a setting; known: min, max")]
    [InlineData("{ types: { hour: nubmer } }", "data.checks.types: 'nubmer' of 'hour' is not a type; did you mean 'number'?")]
    public void Faults_are_told_with_their_place(string checks, string fault) =>
        Read(checks).Faults.Select(found => found.ToString()).Should().Contain(text => text.EndsWith(fault, StringComparison.Ordinal));

    private static (ModelDefinition? Definition, IReadOnlyList<DefinitionFault> Faults) Read(string checks) =>
        ModelDefinitionReader.Parse(DefinitionText.With("  maxCategories: 50\n", $"  maxCategories: 50\n  checks: {checks}\n"), "/models/flights");
}
