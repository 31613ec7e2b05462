namespace Pipeline.Engine;

/// <summary>Turns what the machine refuses, such as a full disk or a folder that may not be written to, into a message with the next step.</summary>
public static class MachineFault
{
    // ENOSPC, EDQUOT of Linux and macOS, and of Windows ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL with their facility.
    private static readonly int[] NoSpace = [28, 122, 69, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    // EAGAIN of Linux and macOS, ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION of Windows.
    private static readonly int[] Held = [11, 35, unchecked((int)0x80070020), unchecked((int)0x80070021)];

    /// <returns>What to tell the user; null if the exception says nothing about the machine.</returns>
    public static PipelineException? Of(Exception exception)
    {
        var innermost = exception is AggregateException { InnerException: { } inner } ? inner : exception;
        return innermost switch
        {
            IOException when IsNoSpace(innermost) => new PipelineException(ExitCode.ToolError, $"The disk is full: {innermost.Message.TrimEnd('.')}. Free some space and run again; finished stages are kept.", exception),
            UnauthorizedAccessException => new PipelineException(ExitCode.ToolError, $"{innermost.Message.TrimEnd('.')}. Give this user the right to it and run again.", exception),
            IOException => new PipelineException(ExitCode.ToolError, $"Reading or writing failed: {innermost.Message.TrimEnd('.')}. Put that right and run again; finished stages are kept.", exception),
            _ => null,
        };
    }

    /// <summary>What a child process printed when the disk was full, for messages; empty otherwise.</summary>
    internal static string HintOf(string output) =>
        output.Contains("No space left on device", StringComparison.Ordinal) || output.Contains("not enough space on the disk", StringComparison.Ordinal)
            ? "The disk is full. Free some space and run again; finished stages are kept." + Environment.NewLine
            : string.Empty;

    internal static bool IsHeld(IOException exception) => Held.Contains(exception.HResult);

    private static bool IsNoSpace(Exception exception) => NoSpace.Contains(exception.HResult);
}
