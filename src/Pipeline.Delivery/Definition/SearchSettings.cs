namespace Pipeline.Delivery.Definition;

/// <summary>How long settings are searched for. The search is seeded: a budget of trials alone gives the same result each time, one of time as many trials as the machine makes.</summary>
/// <param name="Trials">Models that are trained, of all trainers together.</param>
/// <param name="Time">No trial begins after this; null for no bound.</param>
public sealed record SearchSettings(int Trials, TimeSpan? Time)
{
    public const int DefaultTrials = 20;
}
