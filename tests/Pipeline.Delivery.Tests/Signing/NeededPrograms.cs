using Pipeline.Engine;

namespace Pipeline.Delivery.Tests.Signing;

/// <summary>Programs that a machine may lack: tests that need them are skipped visibly, or fail where everything is said to be there.</summary>
internal static class NeededPrograms
{
    public static async Task SkipWithoutAsync(params string[] programs)
    {
        foreach (var program in programs)
        {
            try
            {
                await CommandLine.RunAsync(program, [program == "openssl" ? "version" : "--version"], Path.GetTempPath(), TestContext.Current.CancellationToken);
            }
            catch (PipelineException e)
            {
                if (Environment.GetEnvironmentVariable("PIPELINE_REQUIRE_ALL") == "1")
                {
                    Assert.Fail($"PIPELINE_REQUIRE_ALL is set, and {e.Message}");
                }

                Assert.Skip(e.Message);
            }
        }
    }
}
