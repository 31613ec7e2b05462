namespace Pipeline.Integration.Tests;

/// <summary>A part that a machine may lack: its tests are skipped visibly, or fail where everything is said to be there.</summary>
internal static class MissingPart
{
    public static void Skip(string reason)
    {
        if (Environment.GetEnvironmentVariable("PIPELINE_REQUIRE_ALL") == "1")
        {
            Assert.Fail($"PIPELINE_REQUIRE_ALL is set, and {reason}");
        }

        Assert.Skip(reason);
    }
}
