namespace Pipeline.Delivery.Evaluation.Slices;

/// <summary>Rows on which the candidate's log-loss is higher than on the rest.</summary>
/// <param name="Name">Such as <c>origin = ATL and hour = 22</c>.</param>
/// <param name="Rows">Test rows in it.</param>
/// <param name="LogLoss">Of them.</param>
/// <param name="RestLogLoss">Of all others.</param>
/// <param name="EffectSize">Difference in standard deviations of a row's loss.</param>
/// <param name="AdjustedPValue">That it is chance, corrected for every slice that was tried.</param>
/// <param name="MeanProbability">What the model says of them.</param>
/// <param name="PositiveShare">What happened.</param>
public sealed record WorstSlice(string Name, int Rows, double LogLoss, double RestLogLoss, double EffectSize, double AdjustedPValue, double MeanProbability, double PositiveShare);
