using System.Diagnostics.CodeAnalysis;

namespace Pipeline.Engine;

/// <summary>What a run's exit code says; the same everywhere.</summary>
[SuppressMessage("Design", "CA1027:Mark enums with FlagsAttribute", Justification = "Exit codes are not flags.")]
public enum ExitCode
{
    /// <summary>Done.</summary>
    Pass = 0,

    /// <summary>The tool or something it needs failed.</summary>
    ToolError = 1,

    /// <summary>A gate, a check or a policy said no.</summary>
    Refused = 2,

    /// <summary>There is not enough data to say.</summary>
    NotEnoughData = 3,

    /// <summary>Wrong usage or settings.</summary>
    Usage = 64,
}
