using System.Globalization;
using System.Text;
using Pipeline.Delivery.Definition;

namespace Pipeline.Delivery.Tests;

/// <summary>Small models of several classes and of a number, from rows without a time: flowers by their size and colour, and prices of flats.</summary>
internal static class TaskModels
{
    public const string Flowers =
        """
        name: bids
        description: Which flower is it?
        task: multiclass
        data:
          files: [data/rows.csv]
          query: SELECT length, width, colour, bed, kind FROM source
          label: kind
          attributes: [bed]
        splits:
          shares: { train: 0.5, validation: 0.2, test: 0.3 }
          group: bed
        training:
          seed: 1
          metric: logLoss
          trainers:
            - { name: lightgbm, trees: 20, leaves: 4, learningRate: 0.2, minExamplesPerLeaf: 5 }
            - { name: maximum-entropy, l2: 0.1 }
        evaluation:
          slices: [{ column: colour }]
          minSliceRows: 30
        gates:
          - { metric: accuracy, min: 0.7 }
          - { metric: logLoss, minGain: 0.1, over: prior }
          - { metric: macroF1, minGain: 0.01 }
          - { metric: logLoss, maxRegression: 0.05 }
          - { metric: accuracy, min: 0.5, slices: [colour] }
          - { reproducible: true }
        stages:
          - { name: dev }
          - { name: staging, image: true }

        """;

    public const string Flats =
        """
        name: bids
        description: What will the flat cost?
        task: regression
        data:
          files: [data/rows.csv]
          query: SELECT area, rooms, district, price FROM source
          label: price
        splits:
          shares: { train: 0.5, validation: 0.2, test: 0.3 }
        outputs: { unit: EUR }
        training:
          seed: 1
          trainers:
            - { name: lightgbm, trees: 30, leaves: 8, learningRate: 0.2, minExamplesPerLeaf: 5 }
            - { name: fast-tree, trees: 30, leaves: 8, learningRate: 0.2, minExamplesPerLeaf: 5 }
            - { name: linear, l2: 0.001 }
        evaluation:
          slices: [{ column: district }]
          minSliceRows: 30
        gates:
          - { metric: r2, min: 0.6 }
          - { metric: rmse, minGain: 1, over: prior }
          - { metric: mae, maxRelativeRegression: 0.05 }
          - { metric: r2, min: 0, slices: [district] }
        stages:
          - { name: dev }
          - { name: staging, image: true }

        """;

    private const string FlowerRequests = """[{"length": 4.2, "width": 2.5, "colour": "white"}, {"length": 7.5, "width": null, "colour": "never seen"}]""";

    private const string FlatRequests = """[{"area": 80, "rooms": 3, "district": "east"}, {"area": 33.5, "rooms": null, "district": "moon"}]""";

    public static ModelDefinition WriteFlowers(string modelDirectory) => Write(modelDirectory, Flowers, FlowerRows(), FlowerRequests);

    public static ModelDefinition WriteFlats(string modelDirectory) => Write(modelDirectory, Flats, FlatRows(), FlatRequests);

    private static ModelDefinition Write(string modelDirectory, string definition, string rows, string requests)
    {
        Directory.CreateDirectory(Path.Combine(modelDirectory, "data"));
        File.WriteAllText(Path.Combine(modelDirectory, "data", "rows.csv"), rows);
        File.WriteAllText(Path.Combine(modelDirectory, "golden-requests.json"), requests);
        File.WriteAllText(Path.Combine(modelDirectory, "model.yaml"), definition);
        return ModelDefinitionReader.Read(modelDirectory);
    }

    // Three kinds, of which length and width tell the first and its colour the second; a width in twenty is missing.
    private static string FlowerRows()
    {
        var random = new Random(11);
        string[] kinds = ["daisy", "iris \"blue\"", "rose"];
        string[] colours = ["white", "blue", "red"];
        var text = new StringBuilder("bed,length,width,colour,kind\n");
        for (var i = 0; i < 1_500; i++)
        {
            var kind = random.Next(3);
            var length = 4 + (0.7 * kind) + (1.4 * random.NextDouble());
            var width = random.Next(20) == 0 ? string.Empty : (1 + (kind == 0 ? 1 : 0) + random.NextDouble()).ToString("0.00", CultureInfo.InvariantCulture);
            var colour = colours[random.Next(4) == 0 ? random.Next(3) : kind];
            text.Append(CultureInfo.InvariantCulture, $"{i / 5},{length:0.00},{width},{colour},\"{kinds[kind].Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n");
        }

        return text.ToString();
    }

    private static string FlatRows()
    {
        var random = new Random(12);
        string[] districts = ["north", "south", "east", "west"];
        var text = new StringBuilder("area,rooms,district,price\n");
        for (var i = 0; i < 1_500; i++)
        {
            var area = 25 + (random.NextDouble() * 100);
            var district = random.Next(4);
            var price = (area * (2_000 + (500 * district))) + (random.NextDouble() * 60_000);
            var rooms = random.Next(20) == 0 ? string.Empty : ((int)(area / 30) + 1).ToString(CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"{area:0.0},{rooms},{districts[district]},{price:0}\n");
        }

        return text.ToString();
    }
}
