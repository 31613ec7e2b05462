using System.Globalization;
using Docker.DotNet.Models;
using Pipeline.Engine;

namespace Pipeline.Delivery.Publishing;

/// <summary>Adds up what the engine says of each layer on its way to a registry.</summary>
internal sealed class LayerTransfers(ProgressLine progress)
{
    private readonly Dictionary<string, (long Done, long Total)> _layers = new(StringComparer.Ordinal);

    public void Report(JSONMessage message)
    {
        if (message is not { ID: { Length: > 0 } layer, Progress: { Current: { } done, Total: { } total } } || total <= 0)
        {
            return;
        }

        _layers[layer] = (Math.Min(done, total), total);
        var (sent, all) = (_layers.Values.Sum(l => l.Done), _layers.Values.Sum(l => l.Total));
        progress.Report((double)sent / all, string.Create(CultureInfo.InvariantCulture, $"{sent / 1e6:0} of {all / 1e6:0} MB"));
    }
}
