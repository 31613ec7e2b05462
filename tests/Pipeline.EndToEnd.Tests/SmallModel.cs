using System.Globalization;
using System.Text;

namespace Pipeline.EndToEnd.Tests;

/// <summary>A model that trains in a moment, for tests that run the main job many times.</summary>
public static class SmallModel
{
    /// <param name="clone">Where to add it.</param>
    /// <param name="name">The model's name.</param>
    /// <param name="floor">The least ROC AUC that the gate takes.</param>
    public static void AddTo(FreshClone clone, string name, string floor = "0.6")
    {
        var directory = Path.Combine(clone.Path, "models", name);
        Directory.CreateDirectory(Path.Combine(directory, "data"));
        File.WriteAllText(Path.Combine(directory, "data", "rows.csv"), Rows());
        File.WriteAllText(Path.Combine(directory, "golden-requests.json"), """[{"amount": 3.5, "colour": "red"}, {"amount": 70, "colour": "never seen"}]""");
        File.WriteAllText(Path.Combine(directory, "model.yaml"), Definition(name, floor));
    }

    private static string Definition(string name, string floor) => $$"""
        name: {{name}}
        description: A few rows whose label follows from their amount, with noise
        task: binary
        data:
          files: [data/rows.csv]
          query: SELECT amount, colour, won, day FROM source
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
          - { metric: rocAuc, min: {{floor}} }
          - { metric: rocAuc, maxRegression: 0.01 }
        stages:
          - { name: dev }
          - { name: staging, image: true }

        """;

    private static string Rows()
    {
        var random = new Random(7);
        string[] colours = ["red", "green", "blue"];
        var text = new StringBuilder("day,amount,colour,won\n");
        for (var i = 0; i < 1200; i++)
        {
            var amount = random.NextDouble() * 100;
            var won = amount + (random.NextDouble() * 60) - 30 > 50;
            text.Append(CultureInfo.InvariantCulture, $"{new DateOnly(2020, 1, 1).AddDays(i % 120):yyyy-MM-dd},{amount:0.00},{colours[random.Next(3)]},{(won ? "true" : "false")}\n");
        }

        return text.ToString();
    }
}
