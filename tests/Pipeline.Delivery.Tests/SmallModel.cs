using System.Globalization;
using System.Text;
using Pipeline.Delivery.Definition;

namespace Pipeline.Delivery.Tests;

/// <summary>A model of 1,200 rows that trains in a moment: whether a bid is won follows from its amount, with noise; the other columns matter little.</summary>
internal static class SmallModel
{
    public const string Name = "bids";

    public const string Definition =
        """
        name: bids
        description: Will a bid be won?
        task: binary
        data:
          files: [data/*.csv]
          query: SELECT amount, discount, colour, shop, won, day FROM source
          label: won
          time: day
        splits:
          train: { from: 2020-01-01, before: 2020-03-01 }
          validation: { from: 2020-03-01, before: 2020-04-01 }
          test: { from: 2020-04-01, before: 2020-05-01 }
        outputs: { positive: won, negative: lost, threshold: 0.5 }
        training:
          seed: 1
          metric: rocAuc
          trainers:
            - { name: lightgbm, trees: 10, leaves: 4, learningRate: 0.2, minExamplesPerLeaf: 5 }
            - { name: fast-tree, trees: 10, leaves: 4, learningRate: 0.2, minExamplesPerLeaf: 5 }
            - { name: logistic-regression, l2: 0.1 }
        gates:
          - { metric: rocAuc, min: 0.6 }
          - { metric: rocAuc, maxRegression: 0.01 }
        stages:
          - { name: dev }
          - { name: staging, image: true }
          - { name: production, image: true, approvals: 2 }

        """;

    /// <summary>As <see cref="Definition"/>, of a folder that is not there.</summary>
    public static ModelDefinition Parsed { get; } = ModelDefinitionReader.Parse(Definition, "/models/bids").Definition!;

    public const string GoldenRequests = """[{"amount": 3.5, "discount": 1, "colour": "red", "shop": "north"}, {"amount": 70, "discount": 0, "colour": "never seen", "shop": "south"}]""";

    private static readonly string Rows = MakeRows();

    /// <summary>One tree with two leaves: knows less than the trainers of <see cref="Definition"/>.</summary>
    public static TrainerSettings Stump { get; } = new(TrainerSettings.LightGbm, Trees: 1, Leaves: 2, LearningRate: 0.2, MinExamplesPerLeaf: 5, L2: 0);

    /// <summary>Writes the model's folder.</summary>
    public static void Write(string modelDirectory, string definition)
    {
        Directory.CreateDirectory(Path.Combine(modelDirectory, "data"));
        File.WriteAllText(Path.Combine(modelDirectory, "data", "rows.csv"), Rows);
        File.WriteAllText(Path.Combine(modelDirectory, "golden-requests.json"), GoldenRequests);
        File.WriteAllText(Path.Combine(modelDirectory, "model.yaml"), definition);
    }

    private static string MakeRows()
    {
        var random = new Random(7);
        string[] colours = ["red", "green", "blue"];
        string[] shops = ["north", "south"];
        var text = new StringBuilder("day,amount,discount,colour,shop,won\n");
        for (var i = 0; i < 1200; i++)
        {
            var amount = random.NextDouble() * 100;
            var won = amount + (random.NextDouble() * 60) - 30 > 55;
            text.Append(CultureInfo.InvariantCulture, $"{new DateOnly(2020, 1, 1).AddDays(i % 120):yyyy-MM-dd},{amount:0.00},{random.Next(5)},{colours[random.Next(3)]},{shops[random.Next(2)]},{(won ? "true" : "false")}\n");
        }

        return text.ToString();
    }
}
