using System.Text.Json.Nodes;
using Pipeline.WorkflowReplay;

namespace Pipeline.Repository.Tests.Workflows;

/// <summary>Expressions of workflows, by GitHub's documented rules.</summary>
public sealed class ExpressionTests
{
    private static readonly JsonObject s_contexts = JsonNode.Parse("""
        { "github": { "ref": "refs/heads/main", "event": { "default": "main" } }, "inputs": { "stage": "", "n": "3" }, "matrix": { "list": ["a", "b"] }, "steps": { "one-two": { "outputs": { "x": "Y" } } } }
        """)!.AsObject();

    [Theory]
    [InlineData("inputs.stage || 'staging'", "staging")]
    [InlineData("github.ref == format('refs/heads/{0}', github.event.default) && 'yes' || 'no'", "yes")]
    [InlineData("github.ref != 'refs/heads/main'", "false")]
    [InlineData("!(inputs.stage == 'x') && inputs.n", "3")]
    [InlineData("inputs.n > 2", "true")]
    [InlineData("inputs.stage > 0", "false")]
    [InlineData("github.nothing.more == ''", "true")]
    [InlineData("steps.one-two.outputs.x == 'y'", "true")]
    [InlineData("steps['one-two'].outputs['x']", "Y")]
    [InlineData("matrix.list[1]", "b")]
    [InlineData("contains(matrix.list, 'A')", "true")]
    [InlineData("contains('abc', 'B') && startsWith('abc', 'a') && endsWith('abc', 'c')", "true")]
    [InlineData("join(matrix.list, '+')", "a+b")]
    [InlineData("fromJSON('[1,2]')[0]", "1")]
    [InlineData("toJSON(matrix.list)", """["a","b"]""")]
    [InlineData("'it''s'", "it's")]
    [InlineData("null", "")]
    [InlineData("true && 1.5", "1.5")]
    [InlineData("false || ''", "")]
    [InlineData("hello('a')", "hello a")]
    public void Expression_gives_what_GitHub_gives(string source, string expected) => ExpressionValue.Text(Evaluator().Evaluate(source)).Should().Be(expected);

    [Theory]
    [InlineData("nothing.x", "there is no context 'nothing'")]
    [InlineData("github.", "it ends too early")]
    [InlineData("(github.ref", "it ends too early")]
    [InlineData("github.ref github.ref", "'github' is not expected there")]
    [InlineData("github.ref + 'x'", "'+' is not known")]
    public void Expression_that_is_not_known_is_refused(string source, string message)
    {
        var evaluate = () => Evaluator().Evaluate(source);

        evaluate.Should().Throw<ReplayException>().Which.Message.Should().Contain(message);
    }

    [Theory]
    [InlineData(null, true, true)]
    [InlineData(null, false, false)]
    [InlineData("github.ref == 'refs/heads/main'", false, false)]
    [InlineData("always()", false, true)]
    [InlineData("${{ !cancelled() && inputs.n == '3' }}", false, true)]
    [InlineData("failure()", true, false)]
    public void Condition_holds_after_a_failure_only_if_it_asks_for_the_state(string? condition, bool isWell, bool expected)
    {
        var expression = new Expression(s_contexts, (name, _) => name switch { "always" => true, "success" => isWell, "failure" => !isWell, _ => false });

        Template.Holds(condition, expression).Should().Be(expected);
    }

    private static Expression Evaluator() => new(s_contexts, (name, arguments) => $"{name} {string.Join(' ', arguments.Select(ExpressionValue.Text))}");
}
