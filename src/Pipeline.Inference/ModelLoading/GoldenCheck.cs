using System.Text;
using System.Text.Json.Nodes;
using Pipeline.Inference.Hosting;
using Pipeline.Inference.Predictions;
using Pipeline.Inference.Scoring;
using Pipeline.ModelPackage;

namespace Pipeline.Inference.ModelLoading;

/// <summary>
/// Demands that the loaded model answers its golden sample as the pipeline did, through the same reader that requests take. It warms up all that code, too: rows go
/// together and then one by one, as they will come.
/// </summary>
public static class GoldenCheck
{
    /// <summary>The greatest difference of an answer that other hardware may make; of numbers above 1 as a share of them.</summary>
    public const float Tolerance = 1e-5f;

    private const int MaxFaultsTold = 3;

    /// <exception cref="InvalidDataException">A golden row is no valid row, or the model answers it otherwise.</exception>
    public static void Run(LoadedModel model)
    {
        var rows = model.Golden.Rows;
        var faults = FaultsOf(model, rows).Concat(rows.SelectMany(row => FaultsOf(model, [row]))).Take(MaxFaultsTold + 1).ToList();
        if (faults.Count > 0)
        {
            var more = faults.Count > MaxFaultsTold ? "; and more" : string.Empty;
            throw new InvalidDataException($"{model.Package} does not answer its golden sample as it should: {string.Join("; ", faults.Take(MaxFaultsTold))}{more}.");
        }
    }

    private static IEnumerable<string> FaultsOf(LoadedModel model, IReadOnlyList<GoldenRow> rows)
    {
        var body = new JsonObject { ["rows"] = new JsonArray([.. rows.Select(row => row.Row.DeepClone())]) };
        var exchange = new Exchange(model);
        new PredictRequestReader(exchange, rows.Count, InferenceOptions.DefaultMaxJsonDepth).Read(Encoding.UTF8.GetBytes(body.ToJsonString()));
        if (exchange.IsRefused)
        {
            return exchange.Faults.Reported.Select(fault => $"row {fault.Row}, {fault.Field}: expected {fault.Expected}, got {fault.Got}");
        }

        var predictions = new float[exchange.Rows.Count * model.Width];
        model.Scorer.Score(exchange.Rows, predictions);
        model.Writer.Write(predictions, exchange.Answer);
        return rows.Select((row, i) => FaultOf(model, row, predictions.AsSpan(i * model.Width, model.Width))).OfType<string>();
    }

    private static string? FaultOf(LoadedModel model, GoldenRow row, ReadOnlySpan<float> prediction)
    {
        var outputs = model.Package.Manifest.Outputs;
        return row.FaultOf(outputs, prediction, outputs.LabelOf(prediction), Tolerance);
    }
}
