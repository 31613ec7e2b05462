namespace Nuke.Common;

/// <summary>Which log lines are shown; headers and tables always are.</summary>
public enum Verbosity
{
    Verbose,
    Normal,
    Minimal,
    Quiet,
}
