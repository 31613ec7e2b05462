using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pipeline.Delivery.Packaging.Mlflow;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.Tests.Packaging.Mlflow;

/// <summary>Holds the requests of docs/tracking.md to the example that is written of the same row.</summary>
public sealed partial class TrackingDocumentTests
{
    private static readonly FeatureSchema Schema = new(
    [
        new Feature("hour", FeatureKind.Numeric, AllowsMissing: false),
        new Feature("day_of_week", FeatureKind.Numeric, AllowsMissing: false),
        new Feature("distance", FeatureKind.Numeric, AllowsMissing: false),
        new Feature("origin", FeatureKind.Categorical, AllowsMissing: false, Categories: []),
        new Feature("destination", FeatureKind.Categorical, AllowsMissing: false, Categories: []),
    ]);

    private static readonly GraphSignature Graph = new([new(FeatureSchema.NumericInput, default, [-1, 3]), new("origin", default, [-1, 1]), new("destination", default, [-1, 1])], []);

    [Fact]
    public async Task Its_four_requests_are_one_row_in_the_form_of_the_example()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "tracking.md"), TestContext.Current.CancellationToken);

        var requests = Requests().Match(text).Groups[1].Value.Trim().Split('\n').Select(line => JsonNode.Parse(line)!.AsObject()).ToList();

        var rows = new FeatureBatch(Schema, 1, [17, 5, 600], [["ORD"], ["LGA"]]);
        var example = MlflowInputExample.Of(Graph, rows).ToJsonString();
        requests.Select(request => request.Single().Key).Should().Equal("inputs", "instances", "dataframe_split", "dataframe_records");
        requests.Select(request => Columns(request.Single().Value!)).Should().OnlyContain(columns => columns == example);
    }

    private static string Columns(JsonNode body)
    {
        var row = body switch
        {
            JsonArray records => records.Single()!.AsObject(),
            JsonObject split when split.ContainsKey("columns") => new JsonObject(split["columns"]!.AsArray().Zip(split["data"]![0]!.AsArray(), (name, value) => KeyValuePair.Create((string)name!, value?.DeepClone()))),
            _ => null,
        };
        return row is null ? body.ToJsonString() : new JsonObject(row.Select(column => KeyValuePair.Create(column.Key, (JsonNode?)new JsonArray(column.Value!.DeepClone())))).ToJsonString();
    }

    [GeneratedRegex("<!-- mlflow -->\n```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Requests();
}
