using Pipeline.Drift.Statistics;

namespace Pipeline.Drift.Verdicts;

/// <summary>
/// Judges what came in a window against the reference. A subject drifts if its difference is both of a size that matters (adjusted PSI) and significant after the correction of Benjamini
/// and Hochberg over all tests of the window; a rate (missing, infinite, out of range, unseen) if it is significant in the same family and differs by the policy's floor at least.
/// </summary>
/// <remarks>
/// All verdicts are by counts in bins, so that they are the same from a service's counters and from a file of rows. Features are compared with the training rows, predictions, predicted
/// labels and labels with the test rows, since a model has learnt its training rows.
/// </remarks>
public static partial class DriftJudge
{
    /// <param name="reference">A profile without faults.</param>
    /// <param name="current">What came.</param>
    /// <param name="policy">A policy without faults, whose critical features the profile has.</param>
    /// <param name="samples">Distances of the values themselves by the feature's name, to be shown beside the verdict.</param>
    /// <param name="referenceLabels">How often each label was the true one in the reference; without it the labels that are known by now are not judged.</param>
    /// <exception cref="ProfileMismatchException">The counts do not fit the reference's bins, or a critical feature is not there.</exception>
    /// <exception cref="ArgumentException">The policy has faults.</exception>
    public static WindowDrift Judge(
        ReferenceProfile reference,
        LiveProfile current,
        DriftPolicy policy,
        IReadOnlyDictionary<string, SampleDistance>? samples = null,
        IReadOnlyDictionary<string, long>? referenceLabels = null)
    {
        policy.ShouldBeSound();
        ProfileFit.Check(reference, current, policy);

        var evidence = Evidence(reference, current, referenceLabels).ToList();
        TestOutcome[] tests = current.Rows < policy.MinRows ? [] : [.. evidence.SelectMany(subject => subject.Family(policy.MinRows))];
        var adjusted = BenjaminiHochberg.Adjust([.. tests.Select(test => test.PValue)]);
        var family = new Dictionary<TestOutcome, double>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < tests.Length; i++)
        {
            family.Add(tests[i], adjusted[i]);
        }

        var judgement = new SubjectJudgement(policy, family);
        List<SubjectDrift> subjects = [.. evidence.Select(subject => judgement.Of(subject, subject.Kind == SubjectKind.Feature ? samples?.GetValueOrDefault(subject.Name) : null))];
        var (verdict, reason) = WindowVerdict.Of(subjects, current.Rows, policy);
        return new WindowDrift(current.From, current.To, current.Rows, verdict, reason, subjects);
    }

    private static IEnumerable<SubjectEvidence> Evidence(ReferenceProfile reference, LiveProfile current, IReadOnlyDictionary<string, long>? referenceLabels)
    {
        foreach (var feature in reference.Features)
        {
            yield return SubjectEvidence.OfFeature(feature, current.Features.GetValueOrDefault(feature.Name));
        }

        if (current.Predictions is { } predictions)
        {
            yield return SubjectEvidence.OfPredictions(reference.Predictions, predictions);
            if (reference.Predictions.Test.Labels.Count + predictions.Labels.Count > 0)
            {
                yield return SubjectEvidence.OfPredictedLabels(reference.Predictions.Test.Labels, predictions.Labels);
            }
        }

        if (current.Labels is { } labels && referenceLabels is not null)
        {
            yield return SubjectEvidence.OfLabels(referenceLabels, labels);
        }

        if (current.Target is { } target && reference.Target is { } profile)
        {
            yield return SubjectEvidence.OfTarget(profile, target);
        }
    }
}
