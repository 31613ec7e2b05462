namespace Pipeline.Engine;

/// <summary>Something that a stage cannot go on from. The message tells a user what failed, on what, and what to do; it is printed without a stack trace.</summary>
public sealed class PipelineException : Exception
{
    public PipelineException(ExitCode exitCode, string message, Exception? innerException = null)
        : base(message, innerException) => ExitCode = exitCode;

    /// <summary>The exit code that the run ends with.</summary>
    public ExitCode ExitCode { get; }
}
