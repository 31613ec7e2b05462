namespace Pipeline.Metrics.Regression;

/// <summary>Sums over rows from which every regression metric follows. Errors are the prediction less the label.</summary>
internal readonly struct RegressionTotals
{
    public double Rows { get; init; }

    /// <summary>Of errors.</summary>
    public Moments Errors { get; init; }

    public Moments Labels { get; init; }

    public double AbsoluteErrorSum { get; init; }

    public double AbsoluteLabelSum { get; init; }

    /// <summary>Of |error| / |label|, rows with label 0 left out.</summary>
    public double RelativeErrorSum { get; init; }

    /// <summary>Rows whose label is not 0.</summary>
    public double RowsWithLabel { get; init; }

    /// <summary>Of 2 |error| / (|label| + |prediction|); 0 where both are 0.</summary>
    public double SymmetricErrorSum { get; init; }

    /// <summary>Of the loss whose least is at the 90th percentile.</summary>
    public double PinballSum { get; init; }

    public double Median { get; init; }

    public double P90 { get; init; }

    public double P99 { get; init; }

    public double Greatest { get; init; }

    public double Pearson { get; init; }

    public double Spearman { get; init; }
}
