namespace Pipeline.Delivery.Tests.Definition;

/// <summary>A definition without fault, and changed copies of it.</summary>
internal static class DefinitionText
{
    public const string Good =
        """
        name: flights
        description: Late flights.
        task: binary
        data:
          files: [data/*.csv]
          query: SELECT * FROM source
          label: late
          time: departure
          maxCategories: 50
        splits:
          train: { from: 2001-01-01, before: 2001-04-01 }
          validation: { from: 2001-04-01, before: 2001-05-01 }
          test: { from: 2001-05-01, before: 2001-06-01 }
          production: { from: 2001-06-01, before: 2001-07-01 }
        outputs:
          positive: late
          negative: on time
          threshold: 0.25
        training:
          seed: 7
          metric: logLoss
          trainers:
            - { name: lightgbm, trees: 10, leaves: 8, learningRate: 0.2, minExamplesPerLeaf: 5 }
            - { name: logistic-regression, l2: 0.5 }
        gates:
          - { metric: rocAuc, min: 0.6 }
          - { metric: logLoss, maxRegression: 0.01 }
        drift:
          window: 6h
          season: weekly
          psi: 0.2
          warnPsi: 0.08
          falseDiscoveryRate: 0.05
          rateFloor: 0.02
          minRows: 200
          critical: [origin]
          maxDriftedShare: 0.25
          alarmWindows: 3
          ofWindows: 5
        stages:
          - { name: dev }
          - { name: production, image: true, approvals: 2 }
        evaluation: { minRows: 200, minRowsPerClass: 30, resamples: 500 }

        """;

    public const string Evaluation = "evaluation: { minRows: 200, minRowsPerClass: 30, resamples: 500 }\n";

    public static string Drift => Good[Good.IndexOf("drift:\n", StringComparison.Ordinal)..Good.IndexOf("stages:\n", StringComparison.Ordinal)];

    /// <summary>The good definition with one passage replaced; fails if the passage is not there.</summary>
    public static string With(string passage, string replacement)
    {
        Good.Should().Contain(passage);
        return Good.Replace(passage, replacement, StringComparison.Ordinal);
    }
}
