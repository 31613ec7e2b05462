namespace Pipeline.Inference.Hosting;

/// <summary>Stops the service when standard input ends: a parent that holds its writing end takes the service with it, however it dies.</summary>
internal static class ParentWatch
{
    public static void Start(IHostApplicationLifetime lifetime)
    {
        // A thread of its own, since a read of standard input cannot be cancelled and would keep one of the pool's.
        var thread = new Thread(() => WaitForEnd(lifetime)) { IsBackground = true, Name = "parent watch" };
        thread.Start();
    }

    private static void WaitForEnd(IHostApplicationLifetime lifetime)
    {
        var buffer = new byte[256];
        try
        {
            using var input = StandardStreams.OpenInput();
            while (input.Read(buffer) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A broken input has no parent behind it either.
        }

        lifetime.StopApplication();
    }
}
