using System.Text.Json;
using Pipeline.Engine;

namespace Pipeline.Delivery.Approvals.Reviews;

/// <summary>Reads the answers to a GitHub deployment, as <c>GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals</c> gives them.</summary>
public static class DeploymentReviews
{
    /// <param name="path">The answer in a file.</param>
    /// <param name="run">The run's page; null where it is not known.</param>
    /// <exception cref="PipelineException">Exit code 64: there is no such file, or it is something else.</exception>
    public static IReadOnlyList<DeploymentReview> Read(string path, string? run)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return [.. document.RootElement.EnumerateArray().Select(review => Of(review, run))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new PipelineException(ExitCode.Usage, $"--deployment-reviews {path}: {e.Message.TrimEnd('.')}. It must hold what GitHub's API gives for a run's approvals: a list with user, state, comment and environments.", e);
        }
    }

    private static DeploymentReview Of(JsonElement review, string? run) => new(
        review.GetProperty("user").GetProperty("login").GetString() ?? throw new InvalidOperationException("a review has no login"),
        review.GetProperty("state").GetString() ?? throw new InvalidOperationException("a review has no state"),
        [.. review.GetProperty("environments").EnumerateArray().Select(environment => environment.GetProperty("name").GetString() ?? string.Empty)],
        review.TryGetProperty("comment", out var comment) ? comment.GetString() ?? string.Empty : string.Empty,
        run);
}
