namespace Pipeline.Inference.Tests;

/// <summary>Tests whose part is missing on this machine are skipped, visibly; where all must run they fail.</summary>
internal static class Availability
{
    public static void RequireThat(bool available, string reason)
    {
        if (!available && Environment.GetEnvironmentVariable("PIPELINE_REQUIRE_ALL") == "1")
        {
            Assert.Fail(reason);
        }

        Assert.SkipUnless(available, reason);
    }
}
