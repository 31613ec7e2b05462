namespace Pipeline.Metrics.Binary;

/// <summary>Sums up how far bins are from calibrated, bin after bin.</summary>
internal struct CalibrationGap
{
    private double _rows;
    private double _positives;
    private double _probabilities;

    /// <summary>Of |sum of probabilities - positives|, over bins.</summary>
    public double Sum { get; private set; }

    /// <summary>The greatest |mean probability - share of positives| of a bin.</summary>
    public double Greatest { get; private set; }

    /// <summary>Ends a bin, given sums over it and all before.</summary>
    public void Close(double rows, double positives, double probabilities)
    {
        var difference = Math.Abs(probabilities - _probabilities - (positives - _positives));
        Sum += difference;
        Greatest = rows > _rows ? Math.Max(Greatest, difference / (rows - _rows)) : Greatest;
        (_rows, _positives, _probabilities) = (rows, positives, probabilities);
    }
}
