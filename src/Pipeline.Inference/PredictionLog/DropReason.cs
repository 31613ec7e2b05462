namespace Pipeline.Inference.PredictionLog;

/// <summary>Why rows are missing from the prediction log; values of the label <c>reason</c>.</summary>
public enum DropReason
{
    /// <summary>More came than could be written.</summary>
    Full,

    /// <summary>The disk is full, or the directory cannot be written.</summary>
    Disk,
}
