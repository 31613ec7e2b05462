using FluentAssertions.Execution;

namespace Pipeline.Inference.Tests;

/// <summary>For what happens soon, on another thread or in another process.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Repeats an assertion until it holds, for up to 30 seconds.</summary>
    public static async Task HoldsAsync(Func<Task> assertion)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await assertion();
                return;
            }
            catch (Exception e) when (e is AssertionFailedException or Xunit.Sdk.XunitException && attempt < 300)
            {
                await Task.Delay(Pause, TestContext.Current.CancellationToken);
            }
        }
    }
}
