using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.ModelPackage;

namespace Pipeline.Delivery.SmokeTests;

/// <summary>Asks a running service about hostile rows: each must be answered with numbers that can be, or refused with a problem that says why.</summary>
/// <param name="post">Sends a body to /v1/predict.</param>
/// <param name="outputs">What the model answers: probabilities lie between 0 and 1, those of all classes add up to 1, and a number is finite.</param>
internal sealed class HostileValuesCheck(Func<string, CancellationToken, Task<HttpResponseMessage>> post, ModelOutputs outputs)
{
    // 32-bit sums of a thousand rounded shares.
    private const double SumTolerance = 1e-3;

    // One of a kind tells; all of a kind would be pages.
    private const int MaxFaultsTold = 3;

    /// <returns>What was seen.</returns>
    /// <exception cref="InvalidDataException">Answers are wrong, or one did not come; with the fields that were changed.</exception>
    public async Task<string> RunAsync(JsonObject golden, FeatureSchema schema, CancellationToken cancellationToken)
    {
        var rows = HostileRows.Of(golden, schema).ToList();
        var answered = 0;
        var faults = new List<string>();
        foreach (var row in rows)
        {
            var (status, fault) = await SendAsync(row, cancellationToken);
            answered += status == HttpStatusCode.OK ? 1 : 0;
            if (fault is not null)
            {
                faults.Add($"{row.What}: {fault}");
            }
        }

        return faults.Count == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{rows.Count} requests: {answered} answered, {rows.Count - answered} refused with 400")
            : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{faults.Count} of {rows.Count} requests have a wrong answer: {string.Join("; ", faults.Take(MaxFaultsTold))}{(faults.Count > MaxFaultsTold ? "; …" : string.Empty)}"));
    }

    private async Task<(HttpStatusCode Status, string? Fault)> SendAsync(HostileRow row, CancellationToken cancellationToken)
    {
        var request = new JsonObject { ["rows"] = new JsonArray(row.Row) };
        try
        {
            using var response = await post(request.ToJsonString(), cancellationToken);
            return (response.StatusCode, FaultOf(response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync(cancellationToken)));
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new InvalidDataException($"{row.What}: no answer: {e.Message}", e);
        }
    }

    private string? FaultOf(HttpStatusCode status, string? type, string text) => status switch
    {
        HttpStatusCode.OK => FaultOfPrediction(text),
        HttpStatusCode.BadRequest when type == SmokeChecks.ProblemType => null,
        HttpStatusCode.BadRequest => $"the refusal is {type ?? "of no type"}, wanted {SmokeChecks.ProblemType}",
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)status}, wanted 200 or 400"),
    };

    private string? FaultOfPrediction(string text)
    {
        try
        {
            var answer = JsonNode.Parse(text)?["predictions"] is JsonArray { Count: 1 } predictions ? predictions[0]?[outputs.Tensor] : null;
            return IsSound(answer) ? null : $"no {Wanted}: {Shorten(text)}";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return $"no {outputs.Tensor} that {(outputs.IsMatrix ? "are numbers" : "is a number")}: {Shorten(text)}";
        }
    }

    private string Wanted => outputs switch
    {
        BinaryOutputs => "probability from 0 to 1",
        MulticlassOutputs => string.Create(CultureInfo.InvariantCulture, $"{outputs.Width} probabilities that add up to 1"),
        _ => "finite prediction",
    };

    private bool IsSound(JsonNode? answer) => outputs switch
    {
        BinaryOutputs => answer?.GetValue<double>() is >= 0 and <= 1,
        MulticlassOutputs => answer is JsonArray numbers && AreProbabilities([.. numbers.Select(number => number?.GetValue<double>() ?? double.NaN)]),
        _ => answer?.GetValue<float>() is { } number && float.IsFinite(number),
    };

    private bool AreProbabilities(double[] numbers) =>
        numbers.Length == outputs.Width && Array.TrueForAll(numbers, number => number is >= 0 and <= 1) && Math.Abs(numbers.Sum() - 1) <= SumTolerance;

    private static string Shorten(string text) => text.Length <= 200 ? text : text[..200] + "…";
}
