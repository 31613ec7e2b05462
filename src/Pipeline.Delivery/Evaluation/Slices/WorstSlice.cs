namespace Pipeline.Delivery.Evaluation.Slices;

/// <summary>Rows on which the candidate's loss is higher than on the rest: log-loss in nats, of a number the squared error.</summary>
/// <param name="Name">Such as <c>origin = ATL and hour = 22</c>.</param>
/// <param name="Rows">Test rows in it.</param>
/// <param name="Loss">Mean of them.</param>
/// <param name="RestLoss">Mean of all others.</param>
/// <param name="EffectSize">Difference in standard deviations of a row's loss.</param>
/// <param name="AdjustedPValue">That it is chance, corrected for every slice that was tried.</param>
/// <param name="Said">What the model says of them, on average: the probability of the positive class, of the most probable class, or the number.</param>
/// <param name="Happened">What was so: the share of positives, of rows predicted right, or the mean of the numbers.</param>
public sealed record WorstSlice(string Name, int Rows, double Loss, double RestLoss, double EffectSize, double AdjustedPValue, double Said, double Happened);
