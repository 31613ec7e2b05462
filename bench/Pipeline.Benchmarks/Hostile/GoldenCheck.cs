using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Pipeline.Benchmarks.Http;
using Pipeline.Benchmarks.Requests;
using Pipeline.ModelPackage;

namespace Pipeline.Benchmarks.Hostile;

/// <summary>Asks a running service for its package's golden rows.</summary>
public static class GoldenCheck
{
    private const float Tolerance = 1e-5f;

    /// <returns>What was answered otherwise than the package says; nothing if all is right.</returns>
    public static async Task<IReadOnlyList<string>> FaultsAsync(IPEndPoint endpoint, PackagedModel package, CancellationToken cancellationToken)
    {
        var golden = PackageReader.ReadGoldenSample(package).Rows;
        var body = Encoding.UTF8.GetBytes($"{{\"rows\":[{string.Join(',', golden.Select(row => row.Row.ToJsonString()))}]}}");
        try
        {
            using var connection = await RawConnection.OpenAsync(endpoint, cancellationToken);
            await connection.SendAsync(RequestFile.Post("/v1/predict", body), cancellationToken);
            var answer = await connection.ReceiveAsync(cancellationToken);
            return answer is { StatusCode: 200 } ok ? [.. FaultsOf(golden, ok.Body)] : [$"The golden rows were answered {answer?.StatusCode ?? 0}."];
        }
        catch (SocketException e)
        {
            return [$"The golden rows could not be asked for: {e.Message}"];
        }
    }

    private static List<string> FaultsOf(IReadOnlyList<GoldenRow> golden, ReadOnlyMemory<byte> body)
    {
        using var json = JsonDocument.Parse(body);
        var predictions = json.RootElement.GetProperty("predictions");
        var faults = new List<string>();
        for (var row = 0; row < golden.Count; row++)
        {
            var (probability, label) = (predictions[row].GetProperty("probability").GetSingle(), predictions[row].GetProperty("label").GetString());
            if (!(Math.Abs(probability - golden[row].Probability!.Value) <= Tolerance) || label != golden[row].Label)
            {
                faults.Add(FormattableString.Invariant($"golden row {row}: {probability} ({label}) instead of {golden[row].Probability} ({golden[row].Label})"));
            }
        }

        return faults;
    }
}
