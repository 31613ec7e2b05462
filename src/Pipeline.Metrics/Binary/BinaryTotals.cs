namespace Pipeline.Metrics.Binary;

/// <summary>Sums over rows from which every binary metric follows.</summary>
internal readonly struct BinaryTotals
{
    public long TruePositives { get; init; }

    public long FalsePositives { get; init; }

    public long FalseNegatives { get; init; }

    public long TrueNegatives { get; init; }

    /// <summary>Over all pairs of a positive and a negative row: 2 if the positive one has the higher score, 1 if they tie.</summary>
    public long TwiceWins { get; init; }

    /// <summary>Over distinct scores: positives there times the precision down to there.</summary>
    public double PrecisionSum { get; init; }

    /// <summary>The greatest |TPR - FPR| times both classes' rows.</summary>
    public long GreatestGap { get; init; }

    /// <summary>Of -ln of the true class's probability.</summary>
    public double LogLossSum { get; init; }

    /// <summary>Of squared differences of probability and label.</summary>
    public double SquaredErrorSum { get; init; }

    public double ProbabilitySum { get; init; }

    /// <summary>Over bins of equal width: |sum of probabilities - positives|.</summary>
    public double MiscalibrationSum { get; init; }

    /// <summary>The same, over ten bins of equal numbers of rows.</summary>
    public double EqualMassMiscalibrationSum { get; init; }

    /// <summary>Over bins of equal width, the greatest |mean probability - share of positives|.</summary>
    public double GreatestMiscalibration { get; init; }

    public long Positives => TruePositives + FalseNegatives;

    public long Negatives => FalsePositives + TrueNegatives;

    public long Rows => Positives + Negatives;

    public double BaseRate => (double)Positives / Rows;

    /// <summary>Of the labels, in nats: the log-loss of a model that says the base rate each time. 0 with one class.</summary>
    public double Entropy => Positives == 0 || Negatives == 0 ? 0 : -((BaseRate * Math.Log(BaseRate)) + ((1 - BaseRate) * Math.Log(1 - BaseRate)));
}
