namespace Pipeline.Delivery.Approvals.Reviews;

/// <summary>A person's answer to a GitHub deployment that waited for one. GitHub vouches for it; offline nobody can.</summary>
/// <param name="Login">At GitHub.</param>
/// <param name="State"><c>approved</c> or <c>rejected</c>.</param>
/// <param name="Environments">The environments that it was for.</param>
/// <param name="Comment">What the person wrote; may be empty.</param>
/// <param name="Run">The run's page; null where it is not known.</param>
public sealed record DeploymentReview(string Login, string State, IReadOnlyList<string> Environments, string Comment, string? Run)
{
    public const string Approved = "approved";
}
