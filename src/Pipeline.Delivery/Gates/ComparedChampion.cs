using Pipeline.Metrics;

namespace Pipeline.Delivery.Gates;

/// <summary>A champion and what it answers to the candidate's test rows.</summary>
/// <param name="Champion">The stage's model.</param>
/// <param name="Answers">Its answers; null if they could not be had.</param>
/// <param name="KnowsDecisions">False if the threshold that it runs with is not known, so that nothing can be said of metrics that need one.</param>
/// <param name="WhyNot">Why answers or decisions could not be had; null if they could.</param>
public sealed record ComparedChampion(Champion Champion, IMetricSample? Answers, bool KnowsDecisions, string? WhyNot);
