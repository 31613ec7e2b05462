using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Inference.Tests;

/// <summary>What a request needs is used again for the next, also while others run: nobody may get another's answer.</summary>
public sealed class ConcurrentRequestTests
{
    private const int Clients = 16;
    private const int RequestsPerClient = 500;

    private static readonly string[] Origins = ["ATL", "ORD", "Zürich \"Ost\"", "never seen"];
    private static readonly string?[] Destinations = ["DEN", "LAX", "nowhere", null];

    [Fact]
    public async Task Sixteen_clients_at_once_get_exactly_their_own_answers()
    {
        await using var service = await RunningService.StartAsync();

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(() => AskAsync(service, new Random(client)), TestContext.Current.CancellationToken)));

        using var metrics = await service.GetAsync("/metrics");
        var text = await metrics.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        text.Should().Contain("\ninference_in_flight 0\n");
    }

    private static async Task AskAsync(RunningService service, Random random)
    {
        for (var i = 0; i < RequestsPerClient; i++)
        {
            var rows = Enumerable.Range(0, RowCount(random)).Select(_ => RowOf(random)).ToList();
            if (random.Next(5) == 0)
            {
                await ShouldBeRefusedAsync(service, rows, wrongRow: random.Next(rows.Count));
            }
            else
            {
                await ShouldBeAnsweredAsync(service, rows, asCsv: random.Next(2) == 0);
            }
        }
    }

    // Mostly few rows; at times more than that, and more than a run takes.
    private static int RowCount(Random random) => random.Next(20) switch
    {
        0 => random.Next(100, 301),
        < 4 => random.Next(10, 40),
        _ => random.Next(1, 5),
    };

    private static Row RowOf(Random random) => new(
        random.Next(24_000) / 1_000.0,
        Origins[random.Next(Origins.Length)],
        random.Next(4) == 0 ? null : random.Next(31, 4_963),
        Destinations[random.Next(Destinations.Length)]);

    private static async Task ShouldBeAnsweredAsync(RunningService service, List<Row> rows, bool asCsv)
    {
        using var response = asCsv
            ? await service.PostAsync("/invocations", Encoding.UTF8.GetBytes($"hour,origin,distance,destination\n{string.Join('\n', rows.Select(row => row.Csv))}"), "text/csv")
            : await service.PredictAsync($$"""{"rows":[{{string.Join(',', rows.Select(row => row.Json))}}]}""");

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var predictions = answer.RootElement.GetProperty("predictions");
        predictions.GetArrayLength().Should().Be(rows.Count);
        var worst = predictions.EnumerateArray().Zip(rows, (prediction, row) => Math.Abs(prediction.GetProperty("probability").GetSingle() - row.Probability)).Max();
        worst.Should().BeLessThan(1e-6f, "other rows' probabilities are farther away");
    }

    private static async Task ShouldBeRefusedAsync(RunningService service, List<Row> rows, int wrongRow)
    {
        var json = rows.Select((row, index) => index == wrongRow ? """{"hour":"x","origin":"ATL"}""" : row.Json);

        using var response = await service.PredictAsync($$"""{"rows":[{{string.Join(',', json)}}]}""");

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await RunningService.JsonOf(response))["detail"]!.GetValue<string>().Should().Be($"row {wrongRow}, hour: expected a number, got a string.");
    }

    private sealed record Row(double Hour, string Origin, double? Distance, string? Destination)
    {
        public float Probability { get; } = TestModel.Probability(Hour, Origin, Distance, Destination);

        public string Json => $$"""{"hour":{{Text(Hour)}},"origin":{{JsonSerializer.Serialize(Origin)}},"distance":{{Text(Distance) ?? "null"}},"destination":{{JsonSerializer.Serialize(Destination)}}}""";

        public string Csv => $"{Text(Hour)},\"{Origin.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{Text(Distance)},{Destination}";

        private static string? Text(double? number) => number?.ToString("R", CultureInfo.InvariantCulture);
    }
}
